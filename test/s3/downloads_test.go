//go:build integration

package s3

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// What results say about the digest of a kit.
const (
	byStorage  = "matches the digest that the storage sends with the file; no independent signature" // in the object's metadata
	byFlag     = "matches --sha256; no independent signature"
	byArgument = "matches expected_sha256; no independent signature"
	byNobody   = "NOT VERIFIED: no source names a digest"
)

// The SHA-256 is read from the user metadata, in each form that is known.
func (b *bench) whole(t *testing.T) {
	a := newArchive(t, 1, kitSize)
	for _, digest := range []string{a.sha256, "sha256=" + a.sha256, strings.ToUpper(a.sha256)} {
		b.bucket.put(a, digest)
		b.pingOne.redirect(b.fresh)
		b.ways(t, func(t *testing.T, download func(string) outcome) {
			dir := t.TempDir()
			seen := b.delivered(t, download(dir), dir, a, byStorage)
			if len(seen) != 1 || seen[0].status != http.StatusOK || seen[0].ranged != "" {
				t.Errorf("the storage was asked %+v", seen)
			}
		})
	}
}

// An answer that breaks off is continued under the tag that it began with, and
// what came is not asked for again.
func (b *bench) cutOff(t *testing.T) {
	const first, second, onItsWay = 2 << 20, 1 << 20, 256 << 10
	a := newArchive(t, 2, kitSize)
	b.bucket.put(a, a.sha256)
	b.ways(t, func(t *testing.T, download func(string) outcome) {
		dir := t.TempDir()
		b.pingOne.redirect(b.fresh)
		b.front.cutOff(cut{after: first}, cut{after: second})
		seen := b.delivered(t, download(dir), dir, a, byStorage)
		var statuses []int
		var have int64
		for i, e := range seen {
			statuses = append(statuses, e.status)
			var from int64
			if i > 0 {
				if _, err := fmt.Sscanf(e.ranged, "bytes=%d-", &from); err != nil || e.ifRange != a.etag {
					t.Errorf("asked for %q if %q: %v", e.ranged, e.ifRange, err)
				}
			}
			// What was on its way when the connection broke may be lost.
			if from > have || from < have-onItsWay {
				t.Errorf("%d bytes were sent, and then those from %d asked for", have, from)
			}
			have = from + e.bytes
		}
		if !slices.Equal(statuses, []int{http.StatusOK, http.StatusPartialContent, http.StatusPartialContent}) || have != int64(len(a.data)) {
			t.Errorf("the answers were %v, with bytes up to %d of %d", statuses, have, len(a.data))
		}
		if n := b.pingOne.times(); n != 3 {
			t.Errorf("PingOne was asked for %d links, want one for each part", n)
		}
	})
}

// The machine of the storage fails in the middle of an answer, and comes back.
func (b *bench) storageThatFails(t *testing.T) {
	a := newArchive(t, 3, kitSize)
	b.bucket.put(a, a.sha256)
	b.ways(t, func(t *testing.T, download func(string) outcome) {
		dir := t.TempDir()
		b.pingOne.redirect(b.fresh)
		back := make(chan error, 1)
		b.front.cutOff(cut{after: 3 << 20, then: func() {
			b.storage.kill()
			go func() { back <- b.storage.start() }()
		}})
		o := download(dir)
		select {
		case err := <-back:
			if err != nil {
				t.Fatal(err)
			}
		case <-time.After(patience):
			t.Fatal("the storage did not fail")
		}
		seen := b.delivered(t, o, dir, a, byStorage)
		if last := seen[len(seen)-1]; last.status != http.StatusPartialContent || last.ifRange != a.etag {
			t.Errorf("the storage was asked %+v", seen)
		}
	})
}

// A kit that is replaced while it is downloaded is not joined to the old one's
// head, although these storages send the tail that was asked for.
func (b *bench) replaced(t *testing.T) {
	old, changed := newArchive(t, 4, kitSize), newArchive(t, 5, kitSize)
	replace := cut{after: 2 << 20, then: func() { b.bucket.put(changed, changed.sha256) }}
	b.ways(t, func(t *testing.T, download func(string) outcome) {
		b.bucket.put(old, old.sha256)
		b.pingOne.redirect(b.fresh)
		dir := t.TempDir()
		b.front.cutOff(replace)
		seen := b.delivered(t, download(dir), dir, changed, byStorage)
		if old.etag == changed.etag || len(seen) < 3 || seen[1].status != http.StatusPartialContent || seen[1].ifRange != old.etag {
			t.Errorf("the storage was asked %+v", seen)
		}
	})
	t.Run("pinned", func(t *testing.T) {
		b.bucket.put(old, old.sha256)
		dir := t.TempDir()
		b.front.cutOff(replace)
		b.refused(t, b.pull(t, dir, "--sha256", old.sha256), dir, 6, "--sha256 says "+old.sha256)
	})
}

// A link that has expired means that a new one is to be asked for, at the start
// and in the middle.
func (b *bench) expiredLink(t *testing.T) {
	a := newArchive(t, 6, kitSize)
	b.bucket.put(a, a.sha256)
	if status, body := ask(t, http.MethodGet, b.expired()); status != http.StatusForbidden || !strings.Contains(body, "<Error>") {
		t.Fatalf("an expired link is answered %d %s", status, body)
	}
	b.front.since()
	b.ways(t, func(t *testing.T, download func(string) outcome) {
		dir := t.TempDir()
		b.pingOne.redirect(b.expired, b.fresh, b.expired, b.fresh)
		b.front.cutOff(cut{after: 1 << 20})
		seen := b.delivered(t, download(dir), dir, a, byStorage)
		var statuses []int
		for _, e := range seen {
			statuses = append(statuses, e.status)
		}
		if want := []int{http.StatusForbidden, http.StatusOK, http.StatusForbidden, http.StatusPartialContent}; !slices.Equal(statuses, want) {
			t.Errorf("the answers were %v, want %v", statuses, want)
		}
	})
}

// A forged link opens nothing. A new one is asked for a few times, and no more.
func (b *bench) forgedLink(t *testing.T) {
	a := newArchive(t, 7, kitSize)
	b.bucket.put(a, a.sha256)
	if status, _ := ask(t, http.MethodGet, b.forged()); status != http.StatusForbidden {
		t.Fatalf("a forged link is answered %d", status)
	}
	b.front.since()
	b.pingOne.redirect(b.forged)
	dir := t.TempDir()
	b.refused(t, b.pull(t, dir), dir, 7, "403")
	if n := b.pingOne.times(); n < 2 || n > 10 {
		t.Errorf("PingOne was asked for %d links", n)
	}
	b.pingOne.redirect(b.forged)
	b.refused(t, b.call(t, dir, map[string]any{}), dir, 1, "403")
	b.pingOne.redirect(b.forged, b.fresh)
	b.delivered(t, b.pull(t, dir), dir, a, byStorage)
}

// The tag of an object that was uploaded in parts looks like a digest and is
// none, neither as the tag nor where somebody took it for the digest.
func (b *bench) inParts(t *testing.T) {
	a := newArchive(t, 8, kitSize)
	b.bucket.putInParts(a, "")
	if tag := strings.Trim(a.etag, `"`); tag == a.etag || tag == a.sha256 {
		t.Fatalf("the tag is %s", a.etag)
	}
	b.pingOne.redirect(b.fresh)
	dir := t.TempDir()
	b.refused(t, b.pull(t, dir), dir, 6, "neither PingOne nor its storage named a sha256")
	b.refused(t, b.call(t, dir, map[string]any{}), dir, 1, "neither PingOne nor its storage named a sha256")
	b.front.cutOff(cut{after: smallestPart + 1})
	seen := b.delivered(t, b.pull(t, dir, "--sha256", a.sha256), dir, a, byFlag)
	if last := seen[len(seen)-1]; last.status != http.StatusPartialContent || last.ifRange != a.etag {
		t.Errorf("the storage was asked %+v", seen)
	}
	dir = t.TempDir()
	b.delivered(t, b.call(t, dir, map[string]any{"expected_sha256": a.sha256}), dir, a, byArgument)
	dir = t.TempDir()
	b.delivered(t, b.pull(t, dir, "--allow-unverified"), dir, a, byNobody)

	b.bucket.putInParts(a, strings.Trim(a.etag, `"`))
	dir = t.TempDir()
	b.refused(t, b.pull(t, dir), dir, 6, "not a sha256 in hexadecimal or base64")
}

// A storage may refuse a request that is signed twice, so that a token that
// stays on a redirected request is not only shown to it but useless.
func (b *bench) authorization(t *testing.T) {
	a := newArchive(t, 9, kitSize)
	b.bucket.put(a, a.sha256)
	link := b.fresh()
	if status, _ := ask(t, http.MethodGet, link); status != http.StatusOK {
		t.Fatalf("the link is answered %d", status)
	}
	if status, body := ask(t, http.MethodGet, link, "Authorization", "Bearer "+accessToken); status != b.storage.withToken {
		t.Errorf("a link with a token is answered %d %.200s, want %d", status, body, b.storage.withToken)
	}
	// The signature covers the method.
	if status, _ := ask(t, http.MethodHead, link); status != http.StatusForbidden {
		t.Errorf("HEAD is answered %d", status)
	}
	b.front.since()
	b.pingOne.redirect(func() string { return link }) // one link, used twice
	for range 2 {
		dir := t.TempDir()
		b.delivered(t, b.pull(t, dir), dir, a, byStorage)
	}
}
