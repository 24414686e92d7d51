package httptransport

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"testing"
)

// TestAddressIsSealedByAKeyOfItsOwn: what the shared key seals for another
// purpose opens no download.
func TestAddressIsSealedByAKeyOfItsOwn(t *testing.T) {
	shared := bytes.Repeat([]byte{7}, 32)
	files, err := NewFiles("https://pingkit.example.com", shared, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(shared)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	content, err := json.Marshal(ticket{})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		aead  cipher.AEAD
		opens bool
	}{"its own key": {files.aead, true}, "the shared key": {bare, false}} {
		t.Run(name, func(t *testing.T) {
			sealed := base64.RawURLEncoding.EncodeToString(test.aead.Seal(nil, nil, content, nil))
			if _, ok := files.ticket(sealed); ok != test.opens {
				t.Errorf("it opens: %t", ok)
			}
		})
	}
}
