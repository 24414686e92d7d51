package pingcentral

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// FuzzSeal seals any plan. It opens as what was sealed, with the same key alone;
// and no other text opens at all, however near, so that a token is one plan's
// only name.
func FuzzSeal(f *testing.F) {
	mine, err := newSealer(sharedKey)
	if err != nil {
		f.Fatal(err)
	}
	others, err := newSealer(bytes.Repeat([]byte{8}, keySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(byte(0), byte(1), int64(1<<33), []byte("id"), []byte("digests"), uint16(0), byte(1))
	f.Add(byte(1), byte(2), int64(-1), bytes.Repeat([]byte{255}, idSize), bytes.Repeat([]byte{1}, 4*32), uint16(1), byte(63))
	f.Add(byte(1), byte(0), int64(0), []byte(nil), []byte(nil), uint16(65535), byte(32))
	f.Fuzz(func(t *testing.T, kind, by byte, expires int64, id, digests []byte, at uint16, by64 byte) {
		c := content{
			kind: []Kind{KindPromote, KindRevert}[kind%2], means: []Means{ByUser, ByPlan, ByFlag}[by%3], expires: time.Unix(expires, 0), sealed: time.UnixMilli(expires % (1 << 40)),
		}
		copy(c.id[:], id)
		for _, field := range [][]byte{c.subject[:], c.state[:], c.arguments[:], c.caller[:]} {
			digests = digests[copy(field, digests):]
		}
		token := mine.seal(c)
		if opened, ok := mine.open(token); !ok || opened != c {
			t.Fatalf("%+v comes back as %+v, %v", c, opened, ok)
		}
		if again := mine.seal(c); again == token {
			t.Errorf("the same plan has the same token twice")
		}
		if opened, ok := others.open(token); ok {
			t.Errorf("another key opens it as %+v", opened)
		}
		const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		i := int(at) % len(token)
		letter := (strings.IndexByte(alphabet, token[i]) + 1 + int(by64)%63) % 64
		for _, near := range []string{
			token[:i] + alphabet[letter:letter+1] + token[i+1:], token[:i], token[i+1:], token[:i] + "\n" + token[i:], token[:i] + "\n" + token[i+1:],
			token + "A", token + "=", " " + token, token[:i] + token[i+1:] + "A", token[i:] + token[:i], strings.ToUpper(token), token + token,
		} {
			if opened, ok := mine.open(near); ok && near != token {
				t.Errorf("%q opens as well as %q: %+v", near, token, opened)
			}
		}
	})
}
