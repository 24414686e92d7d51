package download

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// Sum is a SHA-256 digest.
type Sum [sha256.Size]byte

// String returns the digest in lower-case hexadecimal.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// errNotDigest says that a text is no SHA-256 in any form that is known.
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
