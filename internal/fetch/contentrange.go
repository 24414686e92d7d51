package fetch

import (
	"errors"
	"strconv"
	"strings"
)

// ContentRange is what a Content-Range header says of a part of an object
// (RFC 9110, section 14.4). Positions count bytes from 0.
type ContentRange struct {
	First, Last int64 // the part, both ends included; -1 where none is sent (416)
	Total       int64 // the object's length; -1 if unknown
}

var errContentRange = errors.New("not a Content-Range in bytes")

// ParseContentRange reads the value of a Content-Range header, such as
// "bytes 100-199/200", "bytes 100-199/*" or "bytes */200".
func ParseContentRange(value string) (ContentRange, error) {
	unit, rest, found := strings.Cut(strings.TrimSpace(value), " ")
	if !found || !strings.EqualFold(unit, "bytes") {
		return ContentRange{}, errContentRange
	}
	part, length, found := strings.Cut(strings.TrimSpace(rest), "/")
	if !found {
		return ContentRange{}, errContentRange
	}
	r := ContentRange{First: -1, Last: -1, Total: -1}
	ok := true
	position := func(digits string) int64 {
		n, err := strconv.ParseInt(digits, 10, 64)
		ok = ok && err == nil && strings.Trim(digits, "0123456789") == ""
		return n
	}
	if length != "*" {
		r.Total = position(length)
	}
	if part == "*" {
		// Only the length is told, and it must be.
		if !ok || r.Total < 0 {
			return ContentRange{}, errContentRange
		}
		return r, nil
	}
	first, last, found := strings.Cut(part, "-")
	if !found {
		return ContentRange{}, errContentRange
	}
	r.First, r.Last = position(first), position(last)
	if !ok || r.Last < r.First || (r.Total >= 0 && r.Last >= r.Total) {
		return ContentRange{}, errContentRange
	}
	return r, nil
}
