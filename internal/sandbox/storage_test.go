package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox/kits"
)

// storageError is the XML of a refusal.
type storageError struct {
	Code, Message, ArgumentValue string
}

func (r reply) storageError(t *testing.T) storageError {
	t.Helper()
	var e storageError
	if err := xml.Unmarshal(r.body, &e); err != nil {
		t.Fatalf("status %d, body %q: %v", r.StatusCode, r.body, err)
	}
	return e
}

func TestStorageIsOnAnotherHostName(t *testing.T) {
	s := start(t, Options{})
	api, err := url.Parse(s.apiURL())
	if err != nil {
		t.Fatal(err)
	}
	location, err := url.Parse(newPingOne(t, s).asset(PingIDKit, "2.24.0").Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if api.Hostname() != "127.0.0.1" || location.Hostname() != "localhost" {
		t.Errorf("API on %s, storage on %s", api.Host, location.Host)
	}
}

func TestStorageRefusals(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	p := newPingOne(t, s)
	change := func(edit func(u *url.URL, q url.Values)) func(string) string {
		return func(location string) string {
			u, err := url.Parse(location)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			edit(u, q)
			u.RawQuery = q.Encode()
			return u.String()
		}
	}
	for name, c := range map[string]struct {
		method        string
		location      func(string) string
		headers       []header
		wait          time.Duration
		status        int
		code, message string
	}{
		"good":                 {status: 200},
		"just in time":         {wait: 59 * time.Second, status: 200},
		"expired":              {wait: time.Minute, status: 403, code: "AccessDenied", message: "Request has expired"},
		"with a token":         {headers: []header{{"Authorization", "Bearer secret<&>"}}, status: 400, code: "InvalidArgument", message: "Only one auth mechanism allowed"},
		"expired with a token": {headers: []header{{"Authorization", "Bearer x"}}, wait: time.Hour, status: 400, code: "InvalidArgument"},
		"HEAD":                 {method: http.MethodHead, status: 403},
		"POST":                 {method: http.MethodPost, status: 403, code: "AccessDenied", message: "signature"},
		"another signature": {location: change(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Signature", strings.Repeat("0", 64)) }),
			status: 403, code: "AccessDenied", message: "signature"},
		"a longer life":  {location: change(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Expires", "604800") }), status: 403, code: "AccessDenied"},
		"another day":    {location: change(func(_ *url.URL, q url.Values) { q.Set("X-Amz-Date", "20300101T000000Z") }), status: 403, code: "AccessDenied"},
		"another object": {location: change(func(u *url.URL, _ url.Values) { u.Path += "x" }), status: 403, code: "AccessDenied"},
		"no signature":   {location: change(func(_ *url.URL, q url.Values) { q.Del("X-Amz-Signature") }), status: 403, code: "AccessDenied", message: "Access Denied"},
	} {
		t.Run(name, func(t *testing.T) {
			location := p.asset(PingIDKit, "2.24.0").Header.Get("Location")
			if c.location != nil {
				location = c.location(location)
			}
			now.Advance(c.wait)
			defer now.Advance(-c.wait)
			method := c.method
			if method == "" {
				method = http.MethodGet
			}
			r := do(t, p.client, method, location, "", c.headers...)
			if r.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %s", r.StatusCode, c.status, r.body)
			}
			if c.code == "" {
				return
			}
			e := r.storageError(t)
			if e.Code != c.code || !strings.Contains(e.Message, c.message) {
				t.Errorf("error %+v, want %s with %q", e, c.code, c.message)
			}
			if len(c.headers) > 0 && e.ArgumentValue != c.headers[0][1] {
				t.Errorf("the refusal echoes %q, want %q", e.ArgumentValue, c.headers[0][1])
			}
		})
	}
	s.Withdraw("Slack Connector", "3.0.2") // never asked for; its path has no link
	s.Publish(Publication{Integration: "Short-lived", Number: "1.0", Kit: kits.FromBytes([]byte("x"))})
	location := p.asset("Short-lived", "1.0").Header.Get("Location")
	s.Withdraw("Short-lived", "1.0")
	if r := do(t, p.client, http.MethodGet, location, ""); r.StatusCode != http.StatusNotFound || r.storageError(t).Code != "NoSuchKey" {
		t.Errorf("a withdrawn kit: status %d, %s", r.StatusCode, r.body)
	}
	if r := do(t, p.client, http.MethodGet, s.StorageURL()+"/", ""); r.StatusCode != http.StatusForbidden {
		t.Errorf("the root of the storage: status %d", r.StatusCode)
	}
}

func TestRanges(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	whole := s.Kit(PingIDKit, "2.24.0").Bytes()
	size := strconv.Itoa(len(whole))
	etag := s.Kit(PingIDKit, "2.24.0").ETag()
	for name, c := range map[string]struct {
		spec, ifRange string
		form          Forms
		status        int
		from, to      int
		contentRange  string
	}{
		"from":            {spec: "bytes=100-", status: 206, from: 100, to: len(whole), contentRange: "bytes 100-" + strconv.Itoa(len(whole)-1) + "/" + size},
		"from to":         {spec: "bytes=0-9", status: 206, from: 0, to: 10, contentRange: "bytes 0-9/" + size},
		"to beyond":       {spec: "bytes=10-99999999", status: 206, from: 10, to: len(whole), contentRange: "bytes 10-" + strconv.Itoa(len(whole)-1) + "/" + size},
		"last":            {spec: "bytes=-5", status: 206, from: len(whole) - 5, to: len(whole), contentRange: "bytes " + strconv.Itoa(len(whole)-5) + "-" + strconv.Itoa(len(whole)-1) + "/" + size},
		"beyond":          {spec: "bytes=" + size + "-", status: 416, contentRange: "bytes */" + size},
		"two ranges":      {spec: "bytes=0-1,3-4", status: 200, to: len(whole)},
		"other unit":      {spec: "lines=0-1", status: 200, to: len(whole)},
		"backwards":       {spec: "bytes=5-1", status: 200, to: len(whole)},
		"same object":     {spec: "bytes=1-1", ifRange: etag, status: 206, from: 1, to: 2, contentRange: "bytes 1-1/" + size},
		"other object":    {spec: "bytes=1-1", ifRange: `"other"`, status: 200, to: len(whole)},
		"weak tag":        {spec: "bytes=1-1", ifRange: "W/" + etag, status: 200, to: len(whole)},
		"weak tag given":  {spec: "bytes=1-1", ifRange: "W/" + etag, form: Forms{WeakETag: true}, status: 200, to: len(whole)},
		"date":            {spec: "bytes=1-1", ifRange: lastModified, status: 206, from: 1, to: 2, contentRange: "bytes 1-1/" + size},
		"ignored":         {spec: "bytes=100-", form: Forms{IgnoreRange: true}, status: 200, to: len(whole)},
		"blind":           {spec: "bytes=1-1", ifRange: `"other"`, form: Forms{IgnoreIfRange: true}, status: 206, from: 1, to: 2, contentRange: "bytes 1-1/" + size},
		"shifted":         {spec: "bytes=100-109", form: Forms{ShiftRange: true}, status: 206, from: 99, to: 110, contentRange: "bytes 99-109/" + size},
		"without a range": {status: 200, to: len(whole)},
	} {
		t.Run(name, func(t *testing.T) {
			s.SetForms(c.form)
			var headers []header
			if c.spec != "" {
				headers = append(headers, header{"Range", c.spec})
			}
			if c.ifRange != "" {
				headers = append(headers, header{"If-Range", c.ifRange})
			}
			r := p.download(PingIDKit, "2.24.0", headers...)
			if r.StatusCode != c.status || r.Header.Get("Content-Range") != c.contentRange {
				t.Fatalf("status %d with Content-Range %q, want %d with %q", r.StatusCode, r.Header.Get("Content-Range"), c.status, c.contentRange)
			}
			if c.status != 416 && string(r.body) != string(whole[c.from:c.to]) {
				t.Errorf("%d bytes, not those from %d to %d", len(r.body), c.from, c.to)
			}
		})
	}
	s.SetForms(Forms{})
	sum := sha256.Sum256(whole)
	if strings.Contains(etag, hex.EncodeToString(sum[:])) {
		t.Error("the ETag is the digest")
	}
}

func TestReplacedObject(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	s.Inject(Fault{Operation: "storage", Times: 1, Truncate: 500, After: func() {
		s.ReplaceKit(PingIDKit, "2.24.0", kits.Sized(1<<20))
	}})
	first := p.download(PingIDKit, "2.24.0")
	if first.err == nil || len(first.body) != 500 {
		t.Fatalf("got %d bytes and error %v, want a break after 500", len(first.body), first.err)
	}
	second := p.download(PingIDKit, "2.24.0", header{"Range", "bytes=500-"}, header{"If-Range", first.Header.Get("ETag")})
	if second.StatusCode != http.StatusOK || len(second.body) != 1<<20 {
		t.Errorf("status %d with %d bytes, want the whole new object", second.StatusCode, len(second.body))
	}
}

func TestDigestForms(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	sum := sha256.Sum256(s.Kit(PingIDKit, "2.24.0").Bytes())
	hexSum, base64Sum := hex.EncodeToString(sum[:]), base64.StdEncoding.EncodeToString(sum[:])
	for name, c := range map[string]struct {
		form              Forms
		redirect, storage string
	}{
		"usual":           {redirect: "sha256=" + hexSum},
		"hex":             {form: Forms{DigestEncoding: DigestHex}, redirect: hexSum},
		"upper":           {form: Forms{DigestEncoding: DigestUpperHex}, redirect: "SHA256=" + strings.ToUpper(hexSum)},
		"base64":          {form: Forms{DigestEncoding: DigestBase64, DigestOn: OnStorage}, storage: base64Sum},
		"prefixed base64": {form: Forms{DigestEncoding: DigestPrefixedBase64, DigestOn: OnBoth}, redirect: "sha256=" + base64Sum, storage: "sha256=" + base64Sum},
		"base64url":       {form: Forms{DigestEncoding: DigestBase64URL}, redirect: base64.RawURLEncoding.EncodeToString(sum[:])},
		"etag":            {form: Forms{DigestEncoding: DigestETag}, redirect: s.Kit(PingIDKit, "2.24.0").ETag()},
		"garbage":         {form: Forms{DigestEncoding: DigestGarbage}, redirect: "sha256=(garbage)"},
		"nowhere":         {form: Forms{DigestEncoding: DigestNone, DigestOn: OnBoth}},
	} {
		t.Run(name, func(t *testing.T) {
			s.SetForms(c.form)
			redirect := p.asset(PingIDKit, "2.24.0")
			object := do(t, p.client, http.MethodGet, redirect.Header.Get("Location"), "")
			if got := redirect.Header.Get("x-amz-meta-etag"); got != c.redirect {
				t.Errorf("on the redirect %q, want %q", got, c.redirect)
			}
			if got := object.Header.Get("x-amz-meta-etag"); got != c.storage {
				t.Errorf("at the storage %q, want %q", got, c.storage)
			}
		})
	}
	s.SetForms(Forms{WrongDigest: true})
	if got := p.asset(PingIDKit, "2.24.0").Header.Get("x-amz-meta-etag"); got == "sha256="+hexSum || !strings.HasPrefix(got, "sha256=") {
		t.Errorf("wrong digest: %q", got)
	}
}

func TestRedirectForms(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	whole := string(s.Kit(PingIDKit, "2.24.0").Bytes())
	follow := func(limit int) (hops int, last reply) {
		t.Helper()
		location := p.asset(PingIDKit, "2.24.0").Header.Get("Location")
		for hops = 1; ; hops++ {
			if strings.HasPrefix(location, "/v1") {
				location = strings.TrimSuffix(s.apiURL(), "/v1") + location
			} else if strings.HasPrefix(location, "/") {
				location = s.StorageURL() + location
			}
			last = do(t, p.client, http.MethodGet, location, "")
			if last.StatusCode/100 != 3 || hops == limit {
				return hops, last
			}
			location = last.Header.Get("Location")
		}
	}
	for redirect, want := range map[Redirect]int{RedirectStraight: 1, RedirectChain: 4, RedirectRelative: 2, RedirectLoop: 20, RedirectEndless: 20} {
		s.SetForms(Forms{Redirect: redirect})
		hops, last := follow(20)
		if hops != want {
			t.Errorf("%q: %d hops, want %d", redirect, hops, want)
		}
		if want < 20 && string(last.body) != whole {
			t.Errorf("%q: status %d with %d bytes", redirect, last.StatusCode, len(last.body))
		}
	}
	for redirect, want := range map[Redirect]string{RedirectNowhere: "", RedirectFile: "file:///etc/passwd"} {
		s.SetForms(Forms{Redirect: redirect})
		if got := p.asset(PingIDKit, "2.24.0").Header.Get("Location"); got != want {
			t.Errorf("%q: Location %q, want %q", redirect, got, want)
		}
	}
	s.SetForms(Forms{Redirect: RedirectInvalid})
	// net/http reads Location even where it does not follow it.
	_, err := try(t, p.client, http.MethodGet, s.apiURL()+versionPath(s, PingIDKit, "2.24.0")+"/asset", "", header{"Authorization", "Bearer " + p.token})
	if err == nil || !strings.Contains(err.Error(), "failed to parse Location") {
		t.Errorf("invalid Location: %v", err)
	}
	s.SetForms(Forms{DirectAsset: true})
	if r := p.asset(PingIDKit, "2.24.0"); r.StatusCode != http.StatusOK || string(r.body) != whole {
		t.Errorf("direct: status %d with %d bytes", r.StatusCode, len(r.body))
	}
	s.SetForms(Forms{ContentType: "application/x-zip-compressed", ContentDisposition: "attachment;filename=../x.zip", NoContentLength: true, NoETag: true})
	r := p.download(PingIDKit, "2.24.0")
	if r.Header.Get("Content-Type") != "application/x-zip-compressed" || r.Header.Get("Content-Disposition") != "attachment;filename=../x.zip" ||
		r.ContentLength != -1 || r.Header.Get("ETag") != "" || string(r.body) != whole {
		t.Errorf("headers %v", r.Header)
	}
}

func TestDowngrade(t *testing.T) {
	s := start(t, Options{TLS: true})
	p := newPingOne(t, s)
	if !strings.HasPrefix(s.apiURL(), "https://") {
		t.Fatalf("API at %s", s.apiURL())
	}
	if got := p.download(PingIDKit, "2.24.0"); got.StatusCode != http.StatusOK || got.Request.URL.Scheme != "https" {
		t.Errorf("status %d over %s", got.StatusCode, got.Request.URL.Scheme)
	}
	s.SetForms(Forms{Redirect: RedirectDowngrade})
	if got := p.download(PingIDKit, "2.24.0"); got.StatusCode != http.StatusOK || got.Request.URL.Scheme != "http" {
		t.Errorf("status %d over %s", got.StatusCode, got.Request.URL.Scheme)
	}
}
