package download_test

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

// ranges returns the ranges that the storage was asked for, "" being all.
func (b *bench) ranges() []string {
	var list []string
	for _, r := range b.RequestsOf("storage") {
		list = append(list, r.Range)
	}
	return list
}

func TestBrokenBodyIsResumed(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, Truncate: 1_000_000})
	b.Inject(sandbox.Fault{Operation: "storage", Times: 1, Truncate: 500_000})
	var events []download.Progress
	result, err := b.fetcher.Fetch(deadline(t), b.request, func(p download.Progress) { events = append(events, p) })
	b.delivered(t, result, err)
	if got := b.ranges(); !slices.Equal(got, []string{"", "bytes=1000000-", "bytes=1500000-"}) {
		t.Errorf("the storage was asked for %q", got)
	}
	// Each time the asset was asked for anew.
	if n := len(b.RequestsOf("getIntegrationVersionAsset")); n != 3 {
		t.Errorf("the asset was asked for %d times", n)
	}
	last := int64(0)
	for _, e := range events {
		if e.Done <= last || e.Total != kitSize || e.Name != kitFile {
			t.Fatalf("after %d bytes: %+v", last, e)
		}
		last = e.Done
	}
	if last != kitSize {
		t.Errorf("the last event is about %d bytes", last)
	}
	b.clean(t)
}

// However the storage answers to a range, the file is right or there is none.
func TestResumeIsNotTrusted(t *testing.T) {
	for name, forms := range map[string]sandbox.Forms{
		"range ignored":            {IgnoreRange: true},
		"another range":            {ShiftRange: true},
		"no entity tag":            {NoETag: true},
		"weak entity tag":          {WeakETag: true},
		"range ignored, no length": {IgnoreRange: true, NoContentLength: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, sandbox.Options{}, download.Options{})
			b.SetForms(forms)
			b.Inject(sandbox.Fault{Operation: "storage", Times: 1, Truncate: 1_000_000})
			result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
			b.delivered(t, result, err)
			for _, r := range b.RequestsOf("storage") {
				if r.Range != "" && (r.IfRange == "" || strings.HasPrefix(r.IfRange, "W/")) {
					t.Errorf("a range without a strong tag: %+v", r)
				}
			}
		})
	}
}

func TestAnotherObjectStartsOver(t *testing.T) {
	other := kits.Zip(kits.File{Path: "kit/dist/other.jar", Content: []byte(strings.Repeat("other", 400_000))})
	for name, forms := range map[string]sandbox.Forms{
		"If-Range heeded":            {},
		"If-Range ignored":           {IgnoreIfRange: true},
		"ignored and no digest told": {IgnoreIfRange: true, DigestEncoding: sandbox.DigestNone},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, sandbox.Options{}, download.Options{})
			b.SetForms(forms)
			b.Inject(sandbox.Fault{Operation: "storage", Times: 1, Truncate: 1000, After: func() { b.ReplaceKit(kitName, kitNumber, other) }})
			b.request.AllowUnverified = forms.DigestEncoding == sandbox.DigestNone
			b.kit = other
			result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
			b.delivered(t, result, err)
		})
	}
}

func TestExpiredLink(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.Fault{Operation: "getIntegrationVersionAsset", Times: 3, ExpiredLink: true})
	result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.delivered(t, result, err)

	b = newBench(t, sandbox.Options{}, download.Options{})
	for _, fault := range []sandbox.Fault{{ExpiredLink: true}, {ForgedLink: true}} {
		fault.Operation = "getIntegrationVersionAsset"
		b.Inject(fault)
		before := len(b.RequestsOf(fault.Operation))
		_, err = b.fetcher.Fetch(deadline(t), b.request, nil)
		b.refused(t, err, download.ErrUnavailable, "403")
		if n := len(b.RequestsOf(fault.Operation)) - before; n < 2 || n > 10 {
			t.Errorf("the asset was asked for %d times", n)
		}
		if strings.Contains(err.Error(), "X-Amz") || strings.Contains(err.Error(), "Signature=") {
			t.Errorf("%q holds the link", err)
		}
		b.ClearFaults()
	}
	b.clean(t)
}

func TestStorageFails(t *testing.T) {
	for name, fault := range map[string]sandbox.Fault{
		"500":             {Status: http.StatusInternalServerError},
		"503 with a page": sandbox.GatewayPage("storage", http.StatusServiceUnavailable, 0),
		"404":             {Status: http.StatusNotFound},
		"no answer":       {DropBefore: true},
		"at once broken":  {Truncate: 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, sandbox.Options{}, download.Options{})
			fault.Operation, fault.Times = "storage", 2
			b.Inject(fault)
			result, err := b.fetcher.Fetch(deadline(t), b.request, nil)
			b.delivered(t, result, err)

			b = newBench(t, sandbox.Options{}, download.Options{})
			fault.Times = 0
			b.Inject(fault)
			_, err = b.fetcher.Fetch(deadline(t), b.request, nil)
			b.refused(t, err, download.ErrUnavailable, "nothing was kept")
			if n := len(b.RequestsOf("getIntegrationVersionAsset")); n > 5 {
				t.Errorf("the asset was asked for %d times", n)
			}
		})
	}
}

// A body that breaks at the same place each time is not asked for without end.
func TestAlwaysBroken(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.SetForms(sandbox.Forms{NoETag: true})
	b.Inject(sandbox.Fault{Operation: "storage", Truncate: 100_000})
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrUnavailable, "tries")

	// One that ends in good order is another object, or the digest tells.
	b.ClearFaults()
	b.Inject(sandbox.Fault{Operation: "storage", Short: 100_000})
	_, err = b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrIntegrity)
}

func TestBadRedirects(t *testing.T) {
	for _, to := range []sandbox.Redirect{
		sandbox.RedirectLoop, sandbox.RedirectEndless, sandbox.RedirectNowhere, sandbox.RedirectInvalid, sandbox.RedirectFile, sandbox.RedirectDowngrade,
	} {
		b := newBench(t, sandbox.Options{TLS: to == sandbox.RedirectDowngrade}, download.Options{})
		b.SetForms(sandbox.Forms{Redirect: to})
		_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
		b.refused(t, err, download.ErrUnavailable, "redirect")
		if n := len(b.RequestsOf("getIntegrationVersionAsset")); n != 1 {
			t.Errorf("%s: the asset was asked for %d times", to, n)
		}
		b.clean(t)
	}
}

// A storage that asks to stay away for long is not waited for.
func TestLongRetryAfter(t *testing.T) {
	b := newBench(t, sandbox.Options{}, download.Options{})
	b.Inject(sandbox.RateLimited("storage", "3600", 0))
	_, err := b.fetcher.Fetch(deadline(t), b.request, nil)
	b.refused(t, err, download.ErrUnavailable, "try again after 1h")
	if n := len(b.RequestsOf("storage")); n != 1 {
		t.Errorf("the storage was asked %d times", n)
	}
}

func TestHostileName(t *testing.T) {
	b := newBench(t, sandbox.Options{Hostile: true}, download.Options{})
	request := b.request
	request.IntegrationID, request.VersionID = b.IntegrationID(sandbox.HostileName), b.VersionID(sandbox.HostileName, "1.0")
	request.Integration, request.Version = sandbox.HostileName, "1.0"
	result, err := b.fetcher.Fetch(deadline(t), request, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.holds(t, strings.TrimPrefix(result.Path, b.dir+string(os.PathSeparator)))
	// An error quotes the name as it is safe.
	request.ExpectedSHA256 = strings.Repeat("0", 64)
	request.Dir = t.TempDir()
	_, err = b.fetcher.Fetch(deadline(t), request, nil)
	if !errors.Is(err, download.ErrIntegrity) || strings.ContainsAny(err.Error(), "\n\u202e/`$") {
		t.Errorf("the error is %q", err)
	}
}
