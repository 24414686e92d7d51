//go:build integration

package s3

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// kitSize is large enough for an answer to break off in the middle, and for an
// upload in two parts.
const kitSize = 6 << 20

// bench is a storage with a kit, a PingOne that redirects to it, and the
// programs.
type bench struct {
	storage *storage
	front   *front
	bucket  *bucket
	pingOne *pingOne
	bin     string
}

func (b *bench) env() []string {
	return append(b.pingOne.settings(), "GORACE=atexit_sleep_ms=0", "HOME="+filepath.Dir(b.bin))
}

// fresh and expired are links to the kit, made when they are asked for.
func (b *bench) fresh() string   { return b.bucket.link(0) }
func (b *bench) expired() string { return b.bucket.link(2 * time.Minute) }

// forged is a link whose signature was changed in one digit.
func (b *bench) forged() string {
	before, signature, _ := strings.Cut(b.fresh(), "X-Amz-Signature=")
	digit := "0"
	if signature[0] == '0' {
		digit = "1"
	}
	return before + "X-Amz-Signature=" + digit + signature[1:]
}

// TestIntegrationStorage has both programs download a kit from storages of
// others, by links that Amazon's client signed.
func TestIntegrationStorage(t *testing.T) {
	bin := build(t)
	for name := range kinds {
		t.Run(name, func(t *testing.T) {
			s := newStorage(t, name)
			f := newFront(t, s.address)
			b := &bench{storage: s, front: f, bucket: newBucket(t, f.address()), pingOne: newPingOne(t), bin: bin}
			for _, test := range []struct {
				name string
				run  func(*testing.T)
				kind bool // of storages that it is for
			}{
				{"whole", b.whole, true},
				{"cut off", b.cutOff, true},
				{"storage that fails", b.storageThatFails, s.lasting},
				{"replaced", b.replaced, true},
				{"expired", b.expiredLink, true},
				{"forged", b.forgedLink, true},
				{"in parts", b.inParts, true},
				{"authorization", b.authorization, true},
			} {
				if test.kind {
					b.bucket.key = "kits/" + test.name + "/Storage Integration Kit-1.2.3.zip"
					t.Run(test.name, test.run)
				}
			}
		})
	}
}

// ways are the two programs: each downloads into a directory.
func (b *bench) ways(t *testing.T, test func(t *testing.T, download func(dir string) outcome)) {
	t.Run("pingkit", func(t *testing.T) {
		test(t, func(dir string) outcome { return b.pull(t, dir) })
	})
	t.Run("mcp-server", func(t *testing.T) {
		test(t, func(dir string) outcome { return b.call(t, dir, map[string]any{}) })
	})
}

// delivered checks that a download brought the kit and nothing else, and that
// the storage was asked as it has to be.
func (b *bench) delivered(t *testing.T, o outcome, dir string, a *archive, source string) []exchange {
	t.Helper()
	seen := b.polite(t)
	if o.code != 0 {
		t.Fatalf("the download failed (%d): %s %s", o.code, o.stdout, o.stderr)
	}
	content, err := os.ReadFile(o.result.Path)
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != a.sha256 || o.result.SHA256 != a.sha256 || o.result.Bytes != int64(len(a.data)) {
		t.Errorf("%d bytes came, and the result is %+v; want %d with sha256 %s", len(content), o.result, len(a.data), a.sha256)
	}
	if o.result.DigestSource != source {
		t.Errorf("the source of the digest is %q, want %q", o.result.DigestSource, source)
	}
	b.holds(t, dir, 1)
	return seen
}

// refused checks that a download failed in that way, and left nothing.
func (b *bench) refused(t *testing.T, o outcome, dir string, code int, words string) {
	t.Helper()
	b.polite(t)
	if o.code != code || !strings.Contains(o.stdout+o.stderr, words) {
		t.Errorf("ended with %d, want %d and %q: %s %s", o.code, code, words, o.stdout, o.stderr)
	}
	b.holds(t, dir, 0)
}

func (b *bench) holds(t *testing.T, dir string, files int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if len(entries) != files {
		t.Errorf("the directory holds %v, want %d files", entries, files)
	}
}

// polite returns what the storage was asked since the last time: never with
// credentials, and never by another method than the one that is signed.
func (b *bench) polite(t *testing.T) []exchange {
	t.Helper()
	seen := b.front.since()
	for _, e := range seen {
		if e.authorization != "" || e.cookie != "" || e.method != http.MethodGet {
			t.Errorf("the storage was asked with %+v", e)
		}
	}
	return seen
}

// ask is a request of the test's own.
func ask(t *testing.T, method, link string, header ...string) (status int, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, link, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(content)
}
