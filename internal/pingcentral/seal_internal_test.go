package pingcentral

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"testing"
)

// TestSealIsForPlansOfThisVersionAlone presents contents that a holder of the
// shared key sealed for something else.
func TestSealIsForPlansOfThisVersionAlone(t *testing.T) {
	s, err := newSealer(sharedKey)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(sharedKey)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		aead    cipher.AEAD
		version byte
		opens   bool
	}{
		"of this version":            {s.aead, sealVersion, true},
		"of the next version":        {s.aead, sealVersion + 1, false},
		"by the shared key as it is": {shared, sealVersion, false},
	} {
		t.Run(name, func(t *testing.T) {
			raw := test.aead.Seal([]byte{test.version}, nil, make([]byte, contentSize), []byte{test.version})
			if _, ok := s.open(base64.RawURLEncoding.EncodeToString(raw)); ok != test.opens {
				t.Errorf("it opens: %t", ok)
			}
		})
	}
}
