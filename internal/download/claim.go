package download

import (
	"fmt"
	"slices"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/sanitize"
)

// claim is what one source says about the digest of a kit.
type claim struct {
	source string
	sum    Sum
}

// claimsOf reads the digest headers of an answer. Those that hold no SHA-256
// claim nothing; they are returned for the error that says so.
func claimsOf(headers []connect.AssetDigest) (claims []claim, unread []string) {
	for _, header := range headers {
		source := header.Source + "'s digest header"
		sum, err := ParseDigest(header.Value)
		switch {
		case err == nil:
			claims = append(claims, claim{source, sum})
		case strings.TrimSpace(header.Value) != "":
			unread = append(unread, fmt.Sprintf("%s is %q, which is %v", source, sanitize.Line(header.Value, 100), err))
		}
	}
	return claims, unread
}

// disagree returns an error that says which source said what, unless all name
// the same digest.
func disagree(claims []claim) error {
	for _, c := range claims {
		if c.sum != claims[0].sum {
			return failure(ErrIntegrity, "the digests that are known differ: %s; nothing was kept", sayings(claims))
		}
	}
	return nil
}

// mismatch says who promised another digest than the bytes have, if anyone.
func mismatch(sum Sum, claims []claim) error {
	if !slices.ContainsFunc(claims, func(c claim) bool { return c.sum != sum }) {
		return nil
	}
	return failure(ErrIntegrity, "its bytes have the sha256 %s, but %s; the file was removed", sum, sayings(claims))
}

func sayings(claims []claim) string {
	var list []string
	for _, c := range claims {
		if said := fmt.Sprintf("%s says %s", c.source, c.sum); !slices.Contains(list, said) {
			list = append(list, said)
		}
	}
	return strings.Join(list, ", ")
}

// sources names each claim's source once.
func sources(claims []claim) []string {
	var list []string
	for _, c := range claims {
		if !slices.Contains(list, c.source) {
			list = append(list, c.source)
		}
	}
	return list
}

// sameSums reports whether two answers of the same systems speak of one object.
// Where either of them claims nothing there is nothing to compare.
func sameSums(a, b []claim) bool {
	return len(a) == 0 || len(b) == 0 || a[0].sum == b[0].sum
}
