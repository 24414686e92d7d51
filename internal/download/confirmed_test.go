package download_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// The kit that was asked for decides: a digest that is another kit's is refused,
// whatever the disk holds under it, and also where PingOne names no digest.
func TestDigestOfAnotherKit(t *testing.T) {
	for name, forms := range map[string]sandbox.Forms{"PingOne names a digest": {}, "PingOne names none": {DigestEncoding: sandbox.DigestNone}} {
		t.Run(name, func(t *testing.T) {
			other := []byte("PK\x03\x04 another kit")
			sum := download.Sum(sha256.Sum256(other))
			cache := download.NewCache(t.TempDir())
			if err := cache.Put(t.Context(), sum, bytes.NewReader(other)); err != nil {
				t.Fatal(err)
			}
			b := newBench(t, sandbox.Options{}, download.Options{Cache: cache})
			b.SetForms(forms)
			request := b.request
			request.ExpectedSHA256 = sum.String()
			if _, err := b.fetcher.Fetch(deadline(t), request, nil); !errors.Is(err, download.ErrIntegrity) {
				t.Errorf("from the cache: %v", err)
			}
			b.write(t, kitFile, string(other))
			if _, err := b.fetcher.Fetch(deadline(t), request, nil); !errors.Is(err, download.ErrIntegrity) {
				t.Errorf("from a file of the name: %v", err)
			}
		})
	}
}
