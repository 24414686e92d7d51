package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestStatusFaults(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	s.Inject(Fault{Operation: "listEnvironments", Skip: 1, Times: 2, Status: 503})
	var got []int
	for range 4 {
		got = append(got, p.get("/environments").StatusCode)
	}
	if want := []int{200, 503, 503, 200}; !equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	s.Inject(Fault{System: PingCentral, Operation: "listEnvironments", Status: 500})
	if got := p.get("/environments").StatusCode; got != http.StatusOK {
		t.Errorf("PingOne suffers PingCentral's fault: status %d", got)
	}
	s.Reset()

	s.Inject(RateLimited("listEnvironments", "7", 1))
	if r := p.get("/environments"); r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") != "7" || r.json(t)["code"] != "REQUEST_LIMITED" {
		t.Errorf("429: %d %v %s", r.StatusCode, r.Header, r.body)
	}
	s.Inject(GatewayPage("listEnvironments", http.StatusBadGateway, 1))
	if r := p.get("/environments"); r.StatusCode != http.StatusBadGateway || !strings.Contains(string(r.body), "<h1>Bad Gateway") || r.Header.Get("Content-Type") != "text/html" {
		t.Errorf("502: %d %v %s", r.StatusCode, r.Header, r.body)
	}
	s.Inject(SignInPage(1))
	if r := p.download(PingIDKit, "2.24.0"); r.StatusCode != http.StatusOK || !strings.Contains(string(r.body), "Sign in") {
		t.Errorf("sign-in page: %d %s", r.StatusCode, r.body)
	}
	s.Inject(Fault{Operation: "listEnvironments", Times: 1, Status: 500, NoBody: true})
	if r := p.get("/environments"); r.StatusCode != 500 || len(r.body) != 0 {
		t.Errorf("no body: %d %s", r.StatusCode, r.body)
	}
	s.Inject(Fault{Operation: "listEnvironments", Times: 1, Status: 400, Body: `{"code":"OWN"}`})
	if r := p.get("/environments"); r.json(t)["code"] != "OWN" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("own body: %v %s", r.Header, r.body)
	}
	s.Inject(Fault{Operation: "token", Times: 1, Status: 503})
	r := do(t, p.client, http.MethodPost, s.authURL()+"/"+WorkerEnvironmentID+"/as/token", "", formType)
	if r.StatusCode != 503 || r.json(t)["error"] != "server_error" {
		t.Errorf("token: %d %s", r.StatusCode, r.body)
	}
	s.Inject(Fault{Operation: "storage", Times: 1, Status: 503})
	if r := p.download(PingIDKit, "2.24.0"); r.StatusCode != 503 || r.storageError(t).Code != "SlowDown" {
		t.Errorf("storage: %d %s", r.StatusCode, r.body)
	}
	s.Inject(Fault{Operation: "storage", Times: 1, Header: http.Header{"Etag": nil, "X-Amz-Meta-Etag": {"sha256=00"}}})
	if r := p.download(PingIDKit, "2.24.0"); r.Header.Get("ETag") != "" || r.Header.Get("x-amz-meta-etag") != "sha256=00" {
		t.Errorf("headers %v", r.Header)
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestBodyFaults(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	whole := s.Kit(PingIDKit, "2.24.0").Bytes()

	s.Inject(Fault{Operation: "storage", Times: 1, Truncate: 1000})
	if r := p.download(PingIDKit, "2.24.0"); r.err == nil || string(r.body) != string(whole[:1000]) || r.ContentLength != int64(len(whole)) {
		t.Errorf("truncated: %d bytes of %d, error %v", len(r.body), r.ContentLength, r.err)
	}
	s.Inject(Fault{Operation: "storage", Times: 1, Short: 1000})
	if r := p.download(PingIDKit, "2.24.0"); r.err != nil || string(r.body) != string(whole[:1000]) || r.ContentLength != 1000 {
		t.Errorf("short: %d bytes of %d, error %v", len(r.body), r.ContentLength, r.err)
	}
	s.Inject(Fault{Operation: "storage", Times: 1, Corrupt: true})
	if r := p.download(PingIDKit, "2.24.0"); r.err != nil || len(r.body) != len(whole) || string(r.body) == string(whole) {
		t.Errorf("corrupt: %d bytes, error %v", len(r.body), r.err)
	}
	if string(s.Kit(PingIDKit, "2.24.0").Bytes()) != string(whole) {
		t.Error("the fault changed the kit itself")
	}
	s.Inject(Fault{Operation: "storage", Times: 1, BytesPerSecond: int64(len(whole)) * 5})
	began := time.Now()
	if r := p.download(PingIDKit, "2.24.0"); r.err != nil || string(r.body) != string(whole) || time.Since(began) < 100*time.Millisecond {
		t.Errorf("slow: %d bytes in %v, error %v", len(r.body), time.Since(began), r.err)
	}
	s.Inject(Fault{Operation: "listEnvironments", Times: 1, Truncate: 20})
	if r := p.get("/environments"); r.err == nil || len(r.body) != 20 {
		t.Errorf("truncated JSON: %q, error %v", r.body, r.err)
	}
}

func TestLargeJSON(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	s.Inject(Fault{Operation: "listEnvironments", Times: 1, Status: 200, Content: HugeJSON(3 << 20)})
	r := p.get("/environments")
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil || len(r.body) < 3<<20 || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("huge: %d bytes, %v", len(r.body), err)
	}
	s.Inject(Fault{Operation: "listEnvironments", Times: 1, Status: 200, Content: DeepJSON(1000)})
	if err := json.Unmarshal(p.get("/environments").body, &v); err != nil {
		t.Errorf("deep: %v", err)
	}
	// A client that leaves early ends the rest.
	s.Inject(Fault{Operation: "listEnvironments", Times: 1, Status: 200, Content: HugeJSON(1 << 40)})
	req, err := http.NewRequest(http.MethodGet, s.apiURL()+"/environments", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, res.Body, 1<<20); err != nil {
		t.Error(err)
	}
	res.Body.Close()
}

func TestConnectionFaultsAroundTheEffect(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	path := "/applications/promotion/" + PayrollID + "/" + s.EnvironmentID(Test)
	for name, c := range map[string]struct {
		fault   Fault
		applied bool
		status  int // 0: no answer
	}{
		"dropped before":    {fault: Fault{DropBefore: true}},
		"dropped after":     {fault: Fault{DropAfter: true}, applied: true},
		"failed before":     {fault: Fault{Status: 502}, status: 502},
		"failed after":      {fault: Fault{Status: 502, AfterEffect: true}, applied: true, status: 502},
		"page after":        {fault: Fault{Status: 504, AfterEffect: true, Body: "<html>"}, applied: true, status: 504},
		"empty after":       {fault: Fault{Status: 500, AfterEffect: true, NoBody: true}, applied: true, status: 500},
		"cut in the answer": {fault: Fault{Truncate: 5}, applied: true, status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			s.Reset()
			before := len(s.Promotions(Payroll))
			c.fault.Operation = "promoteApplication"
			s.Inject(c.fault)
			r, err := p.try(http.MethodPost, path, redirects)
			if (err == nil) != (c.status != 0) || err == nil && r.StatusCode != c.status {
				t.Errorf("answer %v, error %v, want status %d", r.Response, err, c.status)
			}
			if applied := len(s.Promotions(Payroll)) == before+1; applied != c.applied {
				t.Errorf("applied: %v, want %v", applied, c.applied)
			}
			if c.status >= 500 && strings.Contains(string(r.body), "applicationId") {
				t.Errorf("the answer holds what the handler wrote: %s", r.body)
			}
			if got := len(s.RequestsOf("promoteApplication")); got != 1 {
				t.Errorf("%d requests, want 1", got)
			}
		})
	}
}

func TestDelays(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	p.client.Timeout = 50 * time.Millisecond
	path := "/applications/promotion/" + PayrollID + "/" + s.EnvironmentID(Test)
	before := len(s.Promotions(Payroll))
	applied := make(chan struct{})
	s.Inject(Fault{Operation: "promoteApplication", DelayAfter: time.Minute, After: func() { close(applied) }})
	if _, err := p.try(http.MethodPost, path, redirects); err == nil {
		t.Fatal("the answer came in time")
	}
	<-applied
	if len(s.Promotions(Payroll)) != before+1 {
		t.Error("the promotion was not applied before the delay")
	}
	// Even before its effect a delay does not undo a request: a server goes on when its client has left.
	s.ClearFaults()
	applied = make(chan struct{})
	s.Inject(Fault{Operation: "promoteApplication", Delay: time.Minute, After: func() { close(applied) }})
	if _, err := p.try(http.MethodPost, path, redirects); err == nil {
		t.Fatal("the answer came in time")
	}
	<-applied
	if len(s.Promotions(Payroll)) != before+2 {
		t.Error("the promotion was not applied after the delay")
	}
}

func TestLinkFaultsAndHooks(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	s.Inject(Fault{Operation: "getIntegrationVersionAsset", Times: 1, ExpiredLink: true})
	if r := p.download(PingIDKit, "2.24.0"); r.StatusCode != 403 || r.storageError(t).Message != linkExpired {
		t.Errorf("expired: %d %s", r.StatusCode, r.body)
	}
	if r := p.download(PingIDKit, "2.24.0"); r.StatusCode != 200 {
		t.Errorf("after the expired one: %d", r.StatusCode)
	}
	s.Inject(Fault{Operation: "getIntegrationVersionAsset", ForgedLink: true})
	for range 2 {
		if r := p.download(PingIDKit, "2.24.0"); r.StatusCode != 403 || r.storageError(t).Message != linkForged {
			t.Errorf("forged: %d %s", r.StatusCode, r.body)
		}
	}
	s.ClearFaults()
	s.Inject(Fault{Operation: "getIntegration", Skip: 1, Times: 1, Before: s.RevokeTokens})
	one := "/environments/" + CatalogEnvironmentID + "/integrations/" + PingIDIntegrationID
	if a, b := p.get(one).StatusCode, p.get(one).StatusCode; a != 200 || b != 401 {
		t.Errorf("statuses %d and %d, want 200 and 401", a, b)
	}
}

func TestMoveClock(t *testing.T) {
	c := newClock()
	s := start(t, Options{Now: c.Now, LinkLifetime: time.Minute})
	p := newPingOne(t, s)
	location := p.asset(PingIDKit, "2.24.0").Header.Get("Location")
	s.MoveClock(2 * time.Minute)
	if r := do(t, p.client, "GET", location, ""); r.StatusCode != 403 {
		t.Errorf("after its time the link answers %d", r.StatusCode)
	}
	s.MoveClock(2 * time.Hour)
	if r := p.get("/environments"); r.StatusCode != 401 {
		t.Errorf("after its time the token is good for %d", r.StatusCode)
	}
	s.MoveClock(-2*time.Hour - 2*time.Minute)
	if r := do(t, p.client, "GET", location, ""); r.StatusCode != 200 {
		t.Errorf("the clock was set back, and the link answers %d", r.StatusCode)
	}
	s.MoveClock(time.Hour)
	s.Reset()
	if !s.now().Equal(c.Now()) {
		t.Errorf("Reset left the clock at %v, want %v", s.now(), c.Now())
	}
}
