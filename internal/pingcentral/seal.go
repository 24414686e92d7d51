package pingcentral

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

const (
	// sealVersion is the first byte of a token. Another layout takes another one.
	sealVersion = 2
	// keySize is the length of the key of sealed plans, in bytes.
	keySize = 32
	idSize  = 16
	// contentSize: kind, means, expiry, time of sealing, id, and four digests.
	contentSize = 1 + 1 + 8 + 8 + idSize + 4*sha256.Size
)

// content is what a sealed plan binds. Digests stand for the rest, so that a
// model has no more than some 280 characters to copy.
type content struct {
	kind      Kind
	means     Means
	expires   time.Time
	sealed    time.Time // to the millisecond
	id        [idSize]byte
	subject   [sha256.Size]byte
	state     [sha256.Size]byte
	arguments [sha256.Size]byte
	caller    [sha256.Size]byte
}

var (
	kinds = map[Kind]byte{KindPromote: 1, KindRevert: 2}
	means = map[Means]byte{ByUser: 1, ByPlan: 2, ByFlag: 3}
)

// sealer makes tokens that only holders of the key can make and read.
type sealer struct{ aead cipher.AEAD }

// newSealer derives the cipher's key from key, so that the shared key can serve
// nothing else by accident.
func newSealer(key []byte) (*sealer, error) {
	if len(key) != keySize {
		return nil, fmt.Errorf("the key of sealed plans has %d bytes instead of %d", len(key), keySize)
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "pingkit sealed plan", keySize)
	if err != nil {
		return nil, fmt.Errorf("the key of sealed plans cannot be derived: %w", err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fmt.Errorf("the cipher of sealed plans cannot be made: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("the cipher of sealed plans cannot be made: %w", err)
	}
	return &sealer{aead}, nil
}

// randomKey returns the key of a process that shares none.
func randomKey() []byte {
	key := make([]byte, keySize)
	rand.Read(key) // never fails, by its documentation
	return key
}

func (s *sealer) seal(c content) string {
	plain := make([]byte, 0, contentSize)
	plain = append(plain, kinds[c.kind], means[c.means])
	plain = binary.BigEndian.AppendUint64(plain, uint64(c.expires.Unix()))
	plain = binary.BigEndian.AppendUint64(plain, uint64(c.sealed.UnixMilli()))
	plain = append(plain, c.id[:]...)
	for _, digest := range [][sha256.Size]byte{c.subject, c.state, c.arguments, c.caller} {
		plain = append(plain, digest[:]...)
	}
	token := s.aead.Seal([]byte{sealVersion}, nil, plain, []byte{sealVersion})
	return base64.RawURLEncoding.EncodeToString(token)
}

// open reports false for anything that seal did not return, to the character.
func (s *sealer) open(token string) (content, bool) {
	var c content
	// With the length as it must be, a line break that the decoder passes over
	// takes the place of something else, and is found out.
	if len(token) != base64.RawURLEncoding.EncodedLen(1+s.aead.Overhead()+contentSize) {
		return c, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) == 0 || raw[0] != sealVersion {
		return c, false
	}
	plain, err := s.aead.Open(nil, nil, raw[1:], raw[:1])
	if err != nil || len(plain) != contentSize {
		return c, false
	}
	for kind, b := range kinds {
		if b == plain[0] {
			c.kind = kind
		}
	}
	for m, b := range means {
		if b == plain[1] {
			c.means = m
		}
	}
	c.expires = time.Unix(int64(binary.BigEndian.Uint64(plain[2:10])), 0)
	c.sealed = time.UnixMilli(int64(binary.BigEndian.Uint64(plain[10:18])))
	rest := plain[18:]
	for _, field := range [][]byte{c.id[:], c.subject[:], c.state[:], c.arguments[:], c.caller[:]} {
		rest = rest[copy(field, rest):]
	}
	return c, true
}

// digest returns the SHA-256 of the parts' JSON. JSON keeps the parts apart, and
// sorts the keys of maps.
func digest(parts ...any) ([sha256.Size]byte, error) {
	text, err := json.Marshal(parts)
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("the state cannot be put into a digest: %w", err)
	}
	return sha256.Sum256(text), nil
}

// unhex reads a digest or id that this package wrote.
func unhex(to []byte, from string) error {
	b, err := hex.DecodeString(from)
	if err != nil || len(b) != len(to) {
		return fmt.Errorf("%q is no digest of %d bytes", from, len(to))
	}
	copy(to, b)
	return nil
}
