package pingcentral

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// drop ends the connection without an answer.
func drop(http.ResponseWriter) { panic(http.ErrAbortHandler) }

// late answers after any client has lost its patience.
func late(http.ResponseWriter) { time.Sleep(400 * time.Millisecond) }

func answers(status int) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { w.WriteHeader(status) }
}

func says200(body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { fmt.Fprint(w, body) }
}

// impatient gives up on a request before late answers.
func impatient(o *Options) { o.Patience.Send = 200 * time.Millisecond }

func patient(*Options) {}

func hasNote(out Outcome, want string) bool {
	return slices.ContainsFunc(out.Notes, func(n string) bool { return strings.Contains(n, want) })
}

func TestPromotionsInDoubt(t *testing.T) {
	laterRow := func(f *foreign, wait time.Duration, rows ...object) func() {
		return func() {
			time.AfterFunc(wait, func() { f.change(func() { f.rows[payrollID] = append(f.rows[payrollID], rows...) }) })
		}
	}
	fresh := func(id, environment string) object { return row(id, environment, "2026-03-03T03:03:03Z", nil) }
	blind := func(f *foreign) func() {
		return func() {
			f.change(func() {
				f.readFault = func(w http.ResponseWriter, r *http.Request) bool { w.WriteHeader(http.StatusBadGateway); return true }
			})
		}
	}
	for name, test := range map[string]struct {
		effect   bool
		before   func(*foreign) func()
		after    func(http.ResponseWriter)
		patience func(*Options)
		want     Status
		words    string
		note     string
	}{
		"done, then the connection is lost": {true, nil, drop, patient, StatusPromoted, "the history shows a new promotion", ": it ended without an answer"},
		"done, answered too late":           {true, nil, late, impatient, StatusPromoted, "the history shows a new promotion", "sent once"},
		"done, 500":                         {true, nil, answers(500), patient, StatusPromoted, "the history shows a new promotion", "PingCentral answered: PingCentral: POST"},
		"done, 502":                         {true, nil, answers(502), patient, StatusPromoted, "the history shows a new promotion", "sent once"},
		"done, 408":                         {true, nil, answers(408), patient, StatusPromoted, "the history shows a new promotion", "sent once"},
		"done, a redirect":                  {true, nil, answers(303), patient, StatusPromoted, "the history shows a new promotion", "sent once"},
		"done a while after the connection": {false, func(f *foreign) func() { return laterRow(f, 200*time.Millisecond, fresh("h9", "env-test")) }, drop, patient, StatusPromoted, "h9", "sent once"},
		"not done, connection lost":         {false, nil, drop, patient, StatusUnknown, `whether "Payroll" was promoted to "Test" is not known: the history shows no new promotion`, "sent once"},
		"not done, no answer":               {false, nil, late, impatient, StatusUnknown, "is not known", "sent once"},
		"not done, 504":                     {false, nil, answers(504), patient, StatusUnknown, "is not known", "sent once"},
		"not done, a redirect":              {false, nil, answers(302), patient, StatusUnknown, "is not known", "sent once"},
		"not done, 500":                     {false, nil, answers(500), patient, StatusNotPromoted, `"Payroll" was not promoted to "Test" as far as PingCentral knows: it answered 500`, "sent once"},
		"not done, 503":                     {false, nil, answers(503), patient, StatusNotPromoted, "it answered 503", "sent once"},
		"another environment's row":         {false, func(f *foreign) func() { return laterRow(f, 0, fresh("h9", "env-prod")) }, drop, patient, StatusUnknown, "no new promotion", "sent once"},
		"two new rows":                      {false, func(f *foreign) func() { return laterRow(f, 0, fresh("h8", "env-test"), fresh("h9", "env-test")) }, drop, patient, StatusUnknown, "2 new promotions", "sent once"},
		"history unreadable":                {true, blind, drop, patient, StatusUnknown, "the history could not be read", "sent once"},
		"history unreadable, 500":           {false, blind, answers(500), patient, StatusUnknown, "the history could not be read", "sent once"},
		"a row without an environment's id": {false, func(f *foreign) func() {
			return laterRow(f, 0, row("h9", "", "2026-03-03T03:03:03Z", object{"environmentShortCode": "TST"}))
		}, drop, patient, StatusPromoted, "h9", "sent once"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForeign(t)
			s := f.service(t, test.patience)
			p := planned(t, s, toTest())
			f.change(func() {
				f.effect, f.after = test.effect, test.after
				if test.before != nil {
					f.before = test.before(f)
				}
			})
			out, err := asUser(s, t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			if out.Status != test.want || !strings.Contains(out.Message, test.words) && (out.Promotion == nil || out.Promotion.ID != test.words) || !hasNote(out, test.note) {
				t.Errorf("the outcome is %s: %s; notes %q", out.Status, out.Message, out.Notes)
			}
			if (out.Status != StatusPromoted) != (out.Next != "") || (out.Status == StatusPromoted) != (len(out.Changed) > 0) {
				t.Errorf("%s: next is %q, changed is %q", out.Status, out.Next, out.Changed)
			}
			if sent := f.writes(); len(sent) != 1 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

func TestSuccessesThatMayBeNone(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   string
		effect bool
		want   Status
		words  string
	}{
		"accepted":              {202, "", "", false, StatusUnknown, "answered 202; the history shows no new promotion"},
		"accepted and done":     {202, "", "", true, StatusPromoted, "is promoted"},
		"waits for an approval": {200, `{"message":"Promotion is pending\u202e approval.","clientSecret":"generated-hunter2"}`, "application/json", false, StatusUnknown, `says "message: Promotion is pending approval."`},
		"an approval is needed": {200, `{"approvalRequired":true,"id":"x"}`, "application/json", false, StatusUnknown, `says "approvalRequired"`},
		"a state of waiting":    {201, `{"status":"AWAITING_APPROVAL"}`, "application/json", false, StatusUnknown, "AWAITING_APPROVAL"},
		"approved and done":     {200, `{"approvalStatus":"APPROVED"}`, "application/json", true, StatusPromoted, "is promoted"},
		"echoes the secret":     {200, `{"message":"pending: hunter2hunter2"}`, "application/json", false, StatusUnknown, "pending: [redacted]"},
		"a log-in page":         {200, "<html><form>Log in</form></html>", "text/html", false, StatusUnknown, "200 with a web page"},
		"a page of no form":     {200, "Log in", "text/html", false, StatusUnknown, "200 with a web page"},
		"no row yet":            {200, "", "", false, StatusPromoted, "PingCentral answered 200"},
		"no row yet, 204":       {204, "", "", false, StatusPromoted, "PingCentral answered 204"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForeign(t)
			f.change(func() {
				f.effect, f.writeStatus, f.writeBody, f.writeType = test.effect, test.status, test.body, test.kind
			})
			s := f.service(t, withSecret)
			p := planned(t, s, PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true})
			out, err := asUser(s, t.Context(), p)
			if err != nil || out.Status != test.want || !strings.Contains(out.Message, test.words) {
				t.Errorf("%s: %s %q, %v; want %s and %q", name, out.Status, out.Message, err, test.want, test.words)
			}
			if strings.Contains(fmt.Sprintf("%+v", out), "hunter2") {
				t.Errorf("%s: the outcome holds a secret: %+v", name, out)
			}
			if seen := out.Promotion != nil; seen != (len(out.Changed) > 0) {
				t.Errorf("%s: what changed is %q, seen %t", name, out.Changed, seen)
			}
			if strings.HasPrefix(name, "no row") && !hasNote(out, "waits for it in PingCentral") {
				t.Errorf("%s: the notes are %q", name, out.Notes)
			}
		})
	}
}

func TestReverts(t *testing.T) {
	wait := func(f *foreign) func() {
		return func() {
			time.AfterFunc(150*time.Millisecond, func() { f.change(func() { f.apps[0]["description"] = "as it was" }) })
		}
	}
	for name, test := range map[string]struct {
		effect   bool
		before   func(*foreign) func()
		after    func(http.ResponseWriter)
		patience func(*Options)
		want     Status
		words    string
	}{
		"200":                         {true, nil, answers(200), patient, StatusReverted, "is reverted to the promotion of 2026-01-02T10:00:00Z"},
		"204":                         {true, nil, answers(204), patient, StatusReverted, "is reverted to"},
		"204, no sign":                {false, nil, answers(204), patient, StatusReverted, "PingCentral answered 204"},
		"200, approval":               {false, nil, says200(`{"status":"pending"}`), patient, StatusUnknown, `says "status: pending"`},
		"lost after the effect":       {true, nil, drop, patient, StatusReverted, "the application changed after the request"},
		"late after the effect":       {true, nil, late, impatient, StatusReverted, "the application changed after the request"},
		"lost, another property then": {false, wait, drop, patient, StatusReverted, "the application changed after the request"},
		"lost before the effect":      {false, nil, drop, patient, StatusUnknown, "is not known: the application was as before"},
		"500 without effect":          {false, nil, answers(500), patient, StatusNotReverted, "was not reverted"},
		"502 without effect":          {false, nil, answers(502), patient, StatusUnknown, "is not known"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, single := range []int{0, http.StatusMethodNotAllowed} {
				f := newForeign(t)
				s := f.service(t, test.patience)
				p := planned(t, s, RevertRequest{"Payroll", Previous})
				f.change(func() {
					f.noSingle, f.effect, f.after = single, test.effect, test.after
					if test.before != nil {
						f.before = test.before(f)
					}
				})
				out, err := asUser(s, t.Context(), p)
				if err != nil || out.Status != test.want || !strings.Contains(out.Message, test.words) {
					t.Errorf("the outcome is %s %q, %v", out.Status, out.Message, err)
				}
				if sent := f.writes(); !slices.Equal(sent, []string{"PUT /api/v1/applications/promotion/history/h2/restore/" + payrollID}) || len(f.sent[0]) > 0 {
					t.Errorf("sent %v with %q", sent, f.sent)
				}
				if done := out.Status == StatusReverted; done != hasNote(out, "not live until it is promoted again") || done != (out.Promotion != nil) || done == (out.Next != "") || out.Environment != nil {
					t.Errorf("the outcome is %+v", out)
				}
				if !test.effect && test.before == nil && len(out.Changed) > 0 {
					t.Errorf("nobody saw what changed: %q", out.Changed)
				}
				if test.effect && !slices.Contains(out.Changed, "last modified: 2026-02-02T02:02:02Z, before 2026-01-02T03:04:05Z") {
					t.Errorf("what changed is %q", out.Changed)
				}
			}
		})
	}
}

// TestLogInIsNotRepeated: repeated failures lock PingCentral's account.
func TestLogInIsNotRepeated(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p := planned(t, s, toTest())
	var reads int
	f.change(func() {
		f.after = drop
		f.before = func() {
			f.change(func() {
				f.readFault = func(w http.ResponseWriter, r *http.Request) bool {
					reads++
					w.WriteHeader(http.StatusUnauthorized)
					return true
				}
			})
		}
	})
	out, err := asUser(s, t.Context(), p)
	if err != nil || out.Status != StatusUnknown || reads != 1 {
		t.Errorf("the outcome is %+v, %v after %d reads", out, err, reads)
	}
}

func TestNothingListensAnyMore(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p := planned(t, s, toTest())
	f.Close()
	if out, err := asUser(s, t.Context(), p); err == nil || out.Status != "" {
		t.Errorf("a server that is gone gives %+v, %v", out, err)
	}
}
