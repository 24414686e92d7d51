package download_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

const (
	byPingOne = "PingOne's digest header"
	byStorage = "storage's digest header"
)

func TestEveryFormOfDigest(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	for _, encoding := range []sandbox.DigestEncoding{
		sandbox.DigestPrefixedHex, sandbox.DigestHex, sandbox.DigestPrefixedBase64, sandbox.DigestBase64, sandbox.DigestBase64URL, sandbox.DigestUpperHex,
	} {
		for on, by := range map[sandbox.Place][]string{
			sandbox.OnRedirect: {byPingOne}, sandbox.OnStorage: {byStorage}, sandbox.OnBoth: {byPingOne, byStorage},
		} {
			b.SetForms(sandbox.Forms{DigestEncoding: encoding, DigestOn: on})
			request := b.request
			request.Dir = t.TempDir()
			b.dir = request.Dir
			result, err := b.fetcher.Fetch(deadline(t), request, nil)
			b.delivered(t, result, err)
			if !slices.Equal(result.VerifiedBy, by) || result.Reused || result.Cached {
				t.Errorf("%s on %s: %+v", encoding, on, result)
			}
		}
	}
	b.clean(t)
}

func TestFormsOfDelivery(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	for name, forms := range map[string]sandbox.Forms{
		"301":                {RedirectStatus: http.StatusMovedPermanently},
		"302":                {RedirectStatus: http.StatusFound},
		"303":                {RedirectStatus: http.StatusSeeOther},
		"308":                {RedirectStatus: http.StatusPermanentRedirect},
		"direct":             {DirectAsset: true},
		"several hops":       {Redirect: sandbox.RedirectChain},
		"relative":           {Redirect: sandbox.RedirectRelative},
		"without length":     {NoContentLength: true},
		"other content type": {ContentType: "application/x-zip-compressed"},
		"hostile file name":  {ContentDisposition: `attachment; filename="../../evil.zip"`},
	} {
		b.SetForms(forms)
		request := b.request
		request.Dir = t.TempDir()
		b.dir = request.Dir
		t.Run(name, func(t *testing.T) {
			result, err := b.fetcher.Fetch(deadline(t), request, nil)
			b.delivered(t, result, err)
		})
	}
	b.clean(t)
}

func TestWrongDigest(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.SetForms(sandbox.Forms{WrongDigest: true})
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrIntegrity, b.kit.SHA256(), byPingOne+" says", "removed")

	b.SetForms(sandbox.Forms{})
	request := b.request
	request.ExpectedSHA256, request.PinnedBy = strings.Repeat("ab", 32), "kits.lock.json"
	_, err = b.fetcher.Fetch(deadline(t), request, nil)
	b.refused(t, err, download.ErrIntegrity, "kits.lock.json says "+request.ExpectedSHA256, byPingOne+" says "+b.kit.SHA256())
	if n := len(b.RequestsOf("storage")); n != 2 {
		t.Errorf("the storage was asked %d times", n)
	}

	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, Corrupt: true})
	_, err = b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrIntegrity, byPingOne+" says "+b.kit.SHA256())
	b.clean(t)
}

// The two hops name different digests.
func TestSourcesDisagree(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.SetForms(sandbox.Forms{DigestOn: sandbox.OnRedirect})
	other := strings.Repeat("0", 64)
	b.Inject(sandbox.Fault{Operation: "storage", Header: http.Header{"X-Amz-Meta-Etag": {other}}})
	var done int64
	_, err := b.fetcher.Fetch(deadline(t), b.request, func(p download.Progress) { done = p.Done })
	b.refused(t, err, download.ErrIntegrity, byPingOne+" says "+b.kit.SHA256(), byStorage+" says "+other)
	if done != 0 {
		t.Errorf("%d bytes were taken", done)
	}
}

func TestWithoutDigest(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	for form, words := range map[sandbox.DigestEncoding]string{
		sandbox.DigestNone: "neither", sandbox.DigestETag: byPingOne, sandbox.DigestGarbage: "garbage",
	} {
		b.SetForms(sandbox.Forms{DigestEncoding: form})
		_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
		b.refused(t, err, download.ErrUnverified, words, "expected")
	}
	request := b.request
	request.AllowUnverified = true
	result, err := b.fetcher.Fetch(deadline(t), request, nil)
	b.delivered(t, result, err)
	if len(result.VerifiedBy) != 0 {
		t.Errorf("verified by %q", result.VerifiedBy)
	}
}

func TestPinned(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.SetForms(sandbox.Forms{DigestEncoding: sandbox.DigestNone})
	request := b.request
	request.ExpectedSHA256 = "SHA256=" + strings.ToUpper(b.kit.SHA256())
	result, err := b.fetcher.Fetch(deadline(t), request, nil)
	b.delivered(t, result, err)
	if !slices.Equal(result.VerifiedBy, []string{"expected_sha256"}) {
		t.Errorf("verified by %q", result.VerifiedBy)
	}
}

// What the check refuses gets neither its name nor a place in the cache.
func TestRefusedContents(t *testing.T) {
	cache := download.NewCache(t.TempDir())
	evil := errors.New("it leads out of its directory")
	b := newBench(t, sandbox.Options{}, download.Options{Cache: cache, Check: func(content io.ReaderAt, size int64) error {
		if start := make([]byte, 2); size != kitSize {
			return fmt.Errorf("it has %d bytes", size)
		} else if _, err := content.ReadAt(start, 0); err != nil || string(start) != "PK" {
			return fmt.Errorf("it begins with %q: %w", start, err)
		}
		return evil
	}})
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrIntegrity, evil.Error(), "nothing was left behind")
	sum, err := download.ParseDigest(b.kit.SHA256())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cache.Open(t.Context(), sum); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the cache has it: %v", err)
	}
}

func TestNotAnArchive(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.SignInPage(1))
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrIntegrity, "a web page", "Sign in")

	for body, words := range map[string]string{
		`{"code":"X","message":"come ` + "\u202e" + `later"}`:                      `a JSON document ("X come later")`,
		"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Key>Secret</Key>": `an error of the storage ("AccessDenied")`,
		"go away":             "a text file",
		" ":                   "empty",
		"Rar!\x1a\x07\x00abc": "a RAR archive",
	} {
		b.ReplaceKit(kitName, kitNumber, kits.FromBytes([]byte(body)))
		_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
		b.refused(t, err, download.ErrIntegrity, words)
		if strings.Contains(err.Error(), "Secret") {
			t.Errorf("%q quotes the body", err)
		}
	}
	b.ReplaceKit(kitName, kitNumber, kits.Hostile("empty"))
	_, err = b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrIntegrity, "empty")
}

func TestNoKit(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	integration, version := b.Publish(sandbox.Publication{Integration: "SAML only", Number: "1.0"})
	request := b.request
	request.IntegrationID, request.VersionID = integration, version
	for _, status := range []int{http.StatusNotFound, http.StatusBadRequest} {
		b.SetForms(sandbox.Forms{NoKitStatus: status})
		_, err := b.fetcher.Fetch(deadline(t), request, nil)
		b.refused(t, err, download.ErrNoKit)
	}
	b.SetForms(sandbox.Forms{})
	_, err := b.fetcher.Fetch(deadline(t), request, nil)
	b.refused(t, err, download.ErrNoKit, "SAML metadata")
	if n := len(b.RequestsOf("getIntegrationVersionAsset")); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

// PingOne's own refusals stay recognisable.
func TestRefusedByPingOne(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "getIntegrationVersionAsset", Times: 1, Status: http.StatusForbidden})
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	if upstream, ok := errors.AsType[*connect.Error](err); !ok || !upstream.Unauthorized() || errors.Is(err, download.ErrUnavailable) {
		t.Errorf("a 403 of PingOne: %v", err)
	}
	none := download.New(func() (*connect.PingOne, error) { return nil, errors.New("set PINGONE_CLIENT_ID") }, download.Options{})
	if _, err := none.Fetch(deadline(t), b.request, nil); err == nil || !strings.Contains(err.Error(), "PINGONE_CLIENT_ID") {
		t.Errorf("without settings: %v", err)
	}
	b.holds(t)
}

func TestTooLarge(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{MaxBytes: kitSize - 1})
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrTooLarge, "3145728")
	b.SetForms(sandbox.Forms{NoContentLength: true})
	_, err = b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrTooLarge)
	request := b.request
	request.MaxBytes = kitSize
	result, err := b.fetcher.Fetch(deadline(t), request, nil)
	b.delivered(t, result, err)
}

func TestImpossibleRequests(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	for name, change := range map[string]func(*download.Request){
		"digest":         func(r *download.Request) { r.ExpectedSHA256 = "abc" },
		"file name":      func(r *download.Request) { r.FileName = "../evil.zip" },
		"directory":      func(r *download.Request) { r.Dir = "" },
		"version":        func(r *download.Request) { r.VersionID = "" },
		"integration id": func(r *download.Request) { r.IntegrationID = "a/b" },
	} {
		request := b.request
		change(&request)
		if _, err := b.fetcher.Fetch(deadline(t), request, nil); !errors.Is(err, download.ErrRequest) {
			t.Errorf("a bad %s: %v", name, err)
		}
	}
	if n := len(b.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
	b.holds(t)
}
