package download

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/sanitize"
)

// Sum is a SHA-256 digest.
type Sum [sha256.Size]byte

// String returns the digest in lower-case hexadecimal.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// errNotDigest says that a text is not a SHA-256 in any known form.
var errNotDigest = errors.New("not a sha256 in hexadecimal or base64")

// ParseDigest reads a SHA-256 digest as a header, a lock file or a person may
// write it: in hexadecimal of either case, or in base64 of either alphabet
// (RFC 4648, sections 4 and 5), padded or not; with or without "sha256=",
// "sha256:" or "sha-256=" before it; with or without double quotes.
//
// PingOne's reference only says that x-amz-meta-etag holds the sha256 of the
// zip, in one place in the form sha256=<hash>.
func ParseDigest(text string) (Sum, error) {
	text = unquote(strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))) // a file that an editor wrote may begin with a byte order mark
	for _, prefix := range []string{"sha256=", "sha256:", "sha-256=", "sha-256:"} {
		if len(text) > len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
			text = unquote(strings.TrimSpace(text[len(prefix):]))
			break
		}
	}
	var sum Sum
	if len(text) == hex.EncodedLen(len(sum)) {
		if _, err := hex.Decode(sum[:], []byte(text)); err != nil {
			return Sum{}, errNotDigest
		}
		return sum, nil
	}
	// 32 bytes are 43 characters and one of padding. The length is checked
	// first, because the decoder skips line breaks.
	text = strings.TrimSuffix(text, "=")
	if len(text) != base64.RawStdEncoding.EncodedLen(len(sum)) {
		return Sum{}, errNotDigest
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if decoded, err := encoding.Strict().DecodeString(text); err == nil && len(decoded) == len(sum) {
			return Sum(decoded), nil
		}
	}
	return Sum{}, errNotDigest
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return strings.TrimSpace(s[1 : len(s)-1])
	}
	return s
}

// expectedDigest is the digest of a kit according to one source.
type expectedDigest struct {
	source string
	sum    Sum
}

// digestHeader ends the name of a source that sends its digest in a header.
const digestHeader = "'s digest header"

// expectedDigests reads the digest headers of a response. It returns headers without
// a SHA-256 as unread, for the error that says so.
func expectedDigests(headers []connect.AssetDigest) (expected []expectedDigest, unread []string) {
	for _, header := range headers {
		source := header.Source + digestHeader
		sum, err := ParseDigest(header.Value)
		switch {
		case err == nil:
			expected = append(expected, expectedDigest{source, sum})
		case strings.TrimSpace(header.Value) != "":
			unread = append(unread, fmt.Sprintf("%s is %q, which is %v", source, sanitize.Line(header.Value, 100), err))
		}
	}
	return expected, unread
}

// disagree returns an error that lists the sources and their digests, unless all
// digests are the same.
func disagree(expected []expectedDigest) error {
	for _, e := range expected {
		if e.sum != expected[0].sum {
			return failure(ErrIntegrity, "the digests that are known differ: %s; nothing was kept", listed(expected))
		}
	}
	return nil
}

// mismatch returns an error that lists the sources and their digests if any of them
// differs from sum, the digest of the bytes.
func mismatch(sum Sum, expected []expectedDigest) error {
	if !slices.ContainsFunc(expected, func(e expectedDigest) bool { return e.sum != sum }) {
		return nil
	}
	return failure(ErrIntegrity, "its bytes have the sha256 %s, but %s; the file was removed", sum, listed(expected))
}

func listed(expected []expectedDigest) string {
	var list []string
	for _, e := range expected {
		if said := fmt.Sprintf("%s says %s", e.source, e.sum); !slices.Contains(list, said) {
			list = append(list, said)
		}
	}
	return strings.Join(list, ", ")
}

// sources returns each source once.
func sources(expected []expectedDigest) []string {
	var list []string
	for _, e := range expected {
		if !slices.Contains(list, e.source) {
			list = append(list, e.source)
		}
	}
	return list
}

// sameSums reports whether two responses of the same systems may be about one
// object. A response without a digest may be about any.
func sameSums(a, b []expectedDigest) bool {
	return len(a) == 0 || len(b) == 0 || a[0].sum == b[0].sum
}
