package sandbox

import (
	"strconv"
	"strings"
)

type rangeVerdict int

const (
	rangeIgnored rangeVerdict = iota // not one range of bytes: answered as if it were not there
	rangeGood
	rangeBeyond // answered 416
)

// parseRange reads a Range header with one range of bytes; an object storage ignores all others.
func parseRange(header string, size int64) (start, length int64, verdict rangeVerdict) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return 0, 0, rangeIgnored
	}
	first, last, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return 0, 0, rangeIgnored
	}
	if first == "" { // the last bytes
		n, err := strconv.ParseInt(last, 10, 64)
		switch {
		case err != nil || n < 0:
			return 0, 0, rangeIgnored
		case n == 0 || size == 0:
			return 0, 0, rangeBeyond
		}
		n = min(n, size)
		return size - n, n, rangeGood
	}
	start, err := strconv.ParseInt(first, 10, 64)
	if err != nil || start < 0 {
		return 0, 0, rangeIgnored
	}
	end := size - 1
	if last != "" {
		if end, err = strconv.ParseInt(last, 10, 64); err != nil || end < start {
			return 0, 0, rangeIgnored
		}
		end = min(end, size-1)
	}
	if start >= size {
		return 0, 0, rangeBeyond
	}
	return start, end - start + 1, rangeGood
}

// sameObject says whether If-Range lets a range pass: a weak tag never does (RFC 9110, 13.1.5).
func sameObject(ifRange, etag string) bool {
	switch {
	case ifRange == "":
		return true
	case strings.HasPrefix(ifRange, `"`):
		return ifRange == etag
	default:
		return ifRange == lastModified
	}
}
