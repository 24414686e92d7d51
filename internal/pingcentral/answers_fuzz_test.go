package pingcentral

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/match"
)

const (
	// longestWords bounds a plan, an outcome or an error in bytes.
	longestWords = 32 << 10
	// fuzzedPassword is what a client sends, and a server may echo.
	fuzzedPassword = "pass & <word> of the client"
)

// central is a PingCentral that answers what it is told.
type central struct {
	applications, single, environments, history string
	status                                      int // of a write
	kind, answer                                string
	writes                                      atomic.Int32
}

func (c *central) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, kind, status := c.single, "application/json", http.StatusOK
	switch path := strings.TrimPrefix(r.URL.Path, "/api/v1/"); {
	case r.Method != http.MethodGet:
		c.writes.Add(1)
		body, kind, status = c.answer, c.kind, c.status
	case path == "applications":
		body = c.applications
	case path == "environments":
		body = c.environments
	case strings.HasPrefix(path, "applications/promotion/history/"):
		body = c.history
	}
	w.Header()["Content-Type"] = []string{kind}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // the client may have left
}

// FuzzPromotion reads and writes against a PingCentral that answers anything.
// Whatever it says, what people and models read is plain and bounded, errors say
// what they are, the client's password is not repeated, and each write is sent
// once.
func FuzzPromotion(f *testing.F) {
	var current atomic.Pointer[central]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { current.Load().ServeHTTP(w, r) }))
	f.Cleanup(server.Close)
	api, err := connect.NewPingCentral(connect.PingCentralSettings{URL: server.URL, Username: "Administrator", Password: fuzzedPassword}, connect.WithRetryBudget(0))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(api.CloseIdleConnections)
	seedPromotion(f)
	f.Fuzz(func(t *testing.T, status uint16, kind, answer, applications, single, environments, history string) {
		c := &central{
			applications: applications, single: single, environments: environments, history: history, status: 200 + int(status)%400,
			kind: strings.Map(func(r rune) rune {
				if r < ' ' || r > '~' {
					return -1
				}
				return r
			}, kind),
			answer: strings.ReplaceAll(answer, "{{secret}}", fuzzedPassword),
		}
		current.Store(c)
		s := New(func() (*connect.PingCentral, error) { return api, nil }, Options{
			Audit: NewAudit(io.Discard, ""), Patience: Patience{Read: time.Second, Send: time.Second, Settle: time.Millisecond, Confirm: time.Millisecond},
		})
		ctx := t.Context()
		list, err := s.Environments(ctx)
		for _, e := range list {
			plainAll(t, e.ID, e.Name, e.ShortCode, e.Description, e.Availability)
		}
		checkFault(t, err)
		page, err := s.Applications(ctx, AppQuery{Text: "a", Limit: 2})
		if len(page.Applications) > 2 {
			t.Errorf("a page of 2 has %d", len(page.Applications))
		}
		for _, a := range page.Applications {
			plainApplication(t, a)
		}
		checkFault(t, err)
		view, err := s.Application(ctx, "Payroll", 3)
		plainApplication(t, view.Application)
		for _, p := range view.Promotions {
			plainAll(t, p.ID, p.Name, p.Type, p.Promoted, p.WhyNot, p.Environment.ID, p.Environment.Name, p.Environment.ShortCode)
		}
		checkFault(t, err)
		for _, request := range []Request{PromoteRequest{Application: "Payroll", Environment: "Test", NoRedirectURIs: true}, RevertRequest{Application: "Payroll", Promotion: Previous}} {
			c.writes.Store(0)
			plan, err := s.plan(ctx, request)
			checkFault(t, err)
			if err != nil {
				continue
			}
			checkPlain(t, plan.Words())
			out, err := asUser(s, ctx, plan)
			checkFault(t, err)
			checkOutcome(t, c, out, err)
		}
	})
}

func checkOutcome(t *testing.T, c *central, out Outcome, err error) {
	t.Helper()
	known := []Status{StatusPromoted, StatusReverted, StatusNotPromoted, StatusNotReverted, StatusUnknown}
	if err == nil && !slices.Contains(known, out.Status) {
		t.Errorf("the outcome is %+v", out)
	}
	if n := c.writes.Load(); n > 1 || err == nil && n != 1 {
		t.Errorf("%d writes were sent, with the outcome %+v, %v", n, out, err)
	}
	checkPlain(t, fmt.Sprint(out.Message, out.Changed, out.Notes, out.Next))
}

// checkFault checks that an error says what it is.
func checkFault(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	checkPlain(t, err.Error())
	for _, known := range []func() bool{
		is[*connect.Error](err), is[*RefusedError](err), is[*NotDoneError](err), is[*ChangedError](err), is[*PlanError](err),
		is[*match.NotFoundError](err), is[*match.AmbiguousError](err),
	} {
		if known() {
			return
		}
	}
	if !strings.Contains(err.Error(), "does not end after") {
		t.Errorf("the error is %T: %v", err, err)
	}
}

func is[E error](err error) func() bool {
	return func() bool {
		_, ok := errors.AsType[E](err)
		return ok
	}
}

func checkPlain(t *testing.T, text string) {
	t.Helper()
	if len(text) > longestWords || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }) {
		t.Errorf("%d bytes are not plain: %.1000q", len(text), text)
	}
	if strings.Contains(text, fuzzedPassword) {
		t.Errorf("%q holds the password", text)
	}
}

func plainApplication(t *testing.T, a Application) {
	t.Helper()
	plainAll(t, append(slices.Concat(a.Owners, a.OwnerGroups), a.ID, a.Name, a.Type, a.Description, a.TemplateID, a.Created, a.Modified, a.PingCentralVersion)...)
	if a.Environment != nil {
		plainAll(t, a.Environment.ID, a.Environment.Name, a.Environment.ShortCode)
	}
}

func plainAll(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if utf8.RuneCountInString(text) > descriptionLimit+1 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("%d bytes are not plain: %.300q", len(text), text)
		}
	}
}

func seedPromotion(f *testing.F) {
	const (
		applications = `{"items":[{"id":"a1","name":"Payroll","type":"OAuth","applicationOwners":["ada"],"environmentId":"e0","modified":1740823200000,"clientJson":{"grantTypes":[]}}]}`
		single       = `{"id":"a1","name":"Payroll","type":"OAuth","environmentId":"e0","modified":"2026-01-02T03:04:05Z"}`
		environments = `[{"id":"e1","name":"Test","shortCode":"TST","shielded":false,"environmentAvailability":"ONLINE","pfPassword":"x"},{"id":"e2","name":"Prod","shielded":true}]`
		history      = `{"items":[{"id":"p2","applicationId":"a1","environmentId":"e1","promoted":"2026-01-03T10:00:00Z"},{"id":"p1","environmentId":"e1","promoted":[2026,1,2]},{"id":"p0","environmentId":"gone","environmentName":"Old"}]}`
	)
	for _, answer := range []string{``, `{"id":"p3","clientSecret":"x"}`, `{"status":"PENDING","message":"await {{secret}} approval"}`, `<html>log in</html>`, `{"message":"{{secret}}"}`, `[`} {
		for _, status := range []uint16{0, 1, 2, 4, 102, 200, 203, 209, 222, 300, 302} {
			f.Add(status, "application/json", answer, applications, single, environments, history)
		}
	}
	f.Add(uint16(0), "text/html", "pass &amp; &lt;word&gt; of the client pending approval", `[{"id":"a\u202e1","name":"\u001b[31m"}]`, `{"id":"a1","new\u0000":{}}`, `{"list":[]}`, `null`)
	f.Add(uint16(0), "", "", `{"items":[{"id":"../x","name":"Payroll"},{"id":"a1","name":"payroll","type":"SAML_20_SP"}]}`, `[]`, `{"items":null}`, `{"items":[{"promoted":{"a":1}}]}`)
	f.Add(uint16(300), "", "", applications, `{"id":"other"}`, environments, `"x"`)
}
