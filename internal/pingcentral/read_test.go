package pingcentral

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/match"
)

func names(list []Application) []string {
	var all []string
	for _, a := range list {
		all = append(all, a.Name)
	}
	return all
}

var everyForm = map[string]func(*foreign){
	"wrapped, whole":               func(f *foreign) {},
	"bare, whole":                  func(f *foreign) { f.bare = true },
	"wrapped, pages of 2":          func(f *foreign) { f.pageSize = 2 },
	"bare, pages of 1":             func(f *foreign) { f.bare, f.pageSize = true, 1 },
	"pages of 5, 404 behind":       func(f *foreign) { f.pageSize, f.pageEnd = 5, http.StatusNotFound },
	"pages of 2, 400 behind":       func(f *foreign) { f.pageSize, f.pageEnd = 2, http.StatusBadRequest },
	"one application answers 404":  func(f *foreign) { f.noSingle = http.StatusNotFound },
	"one application answers 405":  func(f *foreign) { f.noSingle = http.StatusMethodNotAllowed },
	"bare, pages of 4, 405 single": func(f *foreign) { f.bare, f.pageSize, f.noSingle = true, 4, http.StatusMethodNotAllowed },
}

func TestReadsEveryForm(t *testing.T) {
	for name, form := range everyForm {
		t.Run(name, func(t *testing.T) {
			f := newForeign(t)
			form(f)
			s := f.service(t)
			var all []string
			q := AppQuery{Limit: 2}
			for pages := 0; ; pages++ {
				page, err := s.Applications(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if len(page.Applications) > 2 || pages > 3 {
					t.Fatalf("page %d holds %d applications", pages, len(page.Applications))
				}
				all = append(all, names(page.Applications)...)
				if q.Cursor = page.NextCursor; q.Cursor == "" {
					break
				}
			}
			if want := []string{"Payroll", "Travel", "Wiki", "Proxy", "Quantum"}; !slices.Equal(all, want) {
				t.Errorf("the pages hold %v, want %v", all, want)
			}
			view, err := s.Application(t.Context(), "payroll", 3)
			if err != nil {
				t.Fatal(err)
			}
			var rows []string
			for _, p := range view.Promotions {
				rows = append(rows, fmt.Sprintf("%s %s %t %t", p.ID, p.Environment.Name, p.Environment.Gone, p.CanRevert))
			}
			if want := []string{"h3 Test false true", "h2 Staging true true", "h1 Test false true"}; !slices.Equal(rows, want) || view.More != 1 {
				t.Errorf("the history is %v and %d more, want %v and 1 more", rows, view.More, want)
			}
			if e := view.Environment; e == nil || e.Name != "Development" || e.ShortCode != "DEV" || view.Modified != "2026-01-02T03:04:05Z" {
				t.Errorf("the application is %+v in %+v", view.Application, e)
			}
			list, err := s.Environments(t.Context())
			if err != nil || len(list) != 4 {
				t.Fatalf("%d environments, %v", len(list), err)
			}
		})
	}
}

func TestLookUpTakesFewRequests(t *testing.T) {
	for want, requests := range map[string]int{
		"6f1b3a52-0c4d-4a6e-9d2f-5b7c8e9f0a1b": 1, // an id of PingCentral's form is read at once
		"app-wiki":                             2, // another id ends the search where it is found
		"Travel":                               3, // a name may stand on two pages
	} {
		f := newForeign(t)
		api, err := f.client(t)()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := findApplication(t.Context(), api, want); err != nil {
			t.Error(err)
		}
		if got := f.requests("GET"); got != requests {
			t.Errorf("%s takes %d requests, want %d: %v", want, got, requests, f.log)
		}
	}
}

func TestApplicationsAreFound(t *testing.T) {
	f := newForeign(t)
	f.change(func() {
		f.apps = append(f.apps, object{"id": "app-pay2", "name": "Payments", "type": "OAuth"}, object{"id": "app-dup", "name": "WIKI", "type": "OAuth"})
	})
	s := f.service(t)
	for want, id := range map[string]string{payrollID: payrollID, "PAYROLL": payrollID, "quant": "app-new", "app-dup": "app-dup"} {
		view, err := s.Application(t.Context(), want, 0)
		if err != nil || view.ID != id {
			t.Errorf("%q is %q, %v; want %q", want, view.ID, err, id)
		}
	}
	var ambiguous *match.AmbiguousError
	for _, want := range []string{"pay", "wiki"} {
		if _, err := s.Application(t.Context(), want, 0); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 {
			t.Errorf("%q: %v, want two candidates", want, err)
		}
	}
	var unknown *match.NotFoundError
	for _, want := range []string{"Payrol1", "00000000-0000-0000-0000-000000000000", "", "../environments"} {
		if _, err := s.Application(t.Context(), want, 0); !errors.As(err, &unknown) {
			t.Errorf("%q: %v, want not found", want, err)
		}
	}
}

func TestApplicationsAreFiltered(t *testing.T) {
	s := newForeign(t).service(t)
	for _, test := range []struct {
		query AppQuery
		want  []string
	}{
		{AppQuery{Text: "PAY"}, []string{"Payroll"}},
		{AppQuery{Text: "eve"}, []string{"Travel"}},
		{AppQuery{Text: "app-"}, []string{"Wiki", "Proxy", "Quantum"}},
		{AppQuery{Type: "oauth"}, []string{"Payroll"}},
		{AppQuery{Type: "saml 20 sp"}, []string{"Wiki"}},
		{AppQuery{Text: "nothing"}, nil},
		{AppQuery{Limit: 1000}, []string{"Payroll", "Travel", "Wiki", "Proxy", "Quantum"}},
	} {
		page, err := s.Applications(t.Context(), test.query)
		if err != nil || !slices.Equal(names(page.Applications), test.want) || page.NextCursor != "" {
			t.Errorf("%+v gives %v, %q, %v; want %v", test.query, names(page.Applications), page.NextCursor, err, test.want)
		}
	}
}

func TestForeignCursorsAreRefused(t *testing.T) {
	s := newForeign(t).service(t)
	page, err := s.Applications(t.Context(), AppQuery{Limit: 1})
	if err != nil || page.NextCursor == "" {
		t.Fatal(page, err)
	}
	for _, q := range []AppQuery{{Cursor: "!"}, {Cursor: "e30x"}, {Cursor: "bnVsbA", Text: "x"}, {Cursor: page.NextCursor, Text: "pay"}, {Cursor: page.NextCursor, Type: "OAuth"},
		{Cursor: cursorAt(AppQuery{}, -1, 0)}, {Cursor: cursorAt(AppQuery{}, 0, -1)}, {Cursor: cursorAt(AppQuery{}, maxPages+1, 0)}} {
		var refused *RefusedError
		if _, err := s.Applications(t.Context(), q); !errors.As(err, &refused) {
			t.Errorf("cursor %q: %v, want a refusal", q.Cursor, err)
		}
	}
	if page, err := s.Applications(t.Context(), AppQuery{Cursor: cursorAt(AppQuery{}, 500, 0)}); err != nil || len(page.Applications) > 5 {
		t.Errorf("a cursor behind the end gives %v, %v", page, err)
	}
}

func TestEndlessListsEnd(t *testing.T) {
	f := newForeign(t)
	n := 0
	f.readFault = func(w http.ResponseWriter, r *http.Request) bool {
		var items []object
		for range 100 {
			n++
			items = append(items, object{"id": fmt.Sprint("app-", n), "name": "x", "type": "OAuth"})
		}
		f.answer(w, items)
		return true
	}
	if _, err := f.service(t).Application(t.Context(), "y", 0); err == nil || !strings.Contains(err.Error(), "does not end") {
		t.Errorf("an endless list gives %v", err)
	}
	f.forget()
	page, err := f.service(t).Applications(t.Context(), AppQuery{Text: "nothing"})
	if err != nil || len(page.Applications) != 0 || page.NextCursor == "" || f.requests("GET") != maxScan {
		t.Errorf("a rare query gives %v, %v after %d requests, want a cursor after %d", page, err, f.requests("GET"), maxScan)
	}
}

func TestEnvironments(t *testing.T) {
	f := newForeign(t)
	for word, want := range map[string]bool{"ONLINE": true, "online": true, "OFFLINE": false, "DISABLED": false, "NOT_AVAILABLE": false, "DEGRADED": true} {
		f.change(func() { f.envs[1]["environmentAvailability"] = word })
		list, err := f.service(t).Environments(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if list[1].Available != want || list[1].Availability != word {
			t.Errorf("%s: available is %t, %q", word, list[1].Available, list[1].Availability)
		}
	}
	f.change(func() { f.envs[1]["environmentAvailability"] = nil })
	list, err := f.service(t).Environments(t.Context())
	if err != nil || !list[1].Available || !list[2].Shielded || list[0].Shielded {
		t.Errorf("the environments are %+v, %v", list, err)
	}
	if text := fmt.Sprintf("%#v", list); strings.Contains(text, "hunter2") {
		t.Errorf("a password got through: %s", text)
	}
}

func TestWhatEnvironmentNamesCannotBeReadIsShownByID(t *testing.T) {
	f := newForeign(t)
	f.readFault = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/environments") {
			w.WriteHeader(http.StatusForbidden)
			return true
		}
		return false
	}
	view, err := f.service(t).Application(t.Context(), "Payroll", 2)
	if err != nil {
		t.Fatal(err)
	}
	if e := view.Promotions[1].Environment; e.Name != "Staging" || e.Gone || view.Environment.ID != "env-dev" || view.Environment.Gone {
		t.Errorf("the environments are %+v and %+v", e, view.Environment)
	}
}

func TestHostileTextIsCleaned(t *testing.T) {
	f := newForeign(t)
	f.change(func() {
		f.apps = append(f.apps,
			object{"id": "app-evil", "name": "Ev\u202eil\n\x1b[2J", "type": "OAuth", "description": "<script>x()</script>fine\u200b", "applicationOwners": []string{"a\nb", "\u200b"}},
			object{"id": "../../environments", "name": "Walker", "type": "OAuth"}, object{"id": "", "name": "Nobody", "type": "OAuth"},
			object{"id": "app-\u202e", "name": "Turner", "type": "OAuth"}, object{"id": "a\nb", "name": "Breaker", "type": "OAuth"}, object{"id": "..", "name": "Upper", "type": "OAuth"})
	})
	page, err := f.service(t).Applications(t.Context(), AppQuery{})
	if err != nil {
		t.Fatal(err)
	}
	last := page.Applications[len(page.Applications)-1]
	if last.Name != "Evil [2J" || last.Description != "fine" || !slices.Equal(last.Owners, []string{"a b"}) {
		t.Errorf("the last application is %+v; ids that cannot stand in a path are left out", last)
	}
}

// TestFieldsOfAnotherKindAreNamed: what cannot be read is told by its field, with
// an id to find the call by, and without the decoder's words.
func TestFieldsOfAnotherKindAreNamed(t *testing.T) {
	for field, edit := range map[string]func(*foreign){
		"shielded":        func(f *foreign) { f.envs[1]["shielded"] = "true" },
		"templateVersion": func(f *foreign) { f.apps[0]["templateVersion"] = "3" },
		"outdatedVersion": func(f *foreign) { f.rows[payrollID][0]["outdatedVersion"] = "true" },
	} {
		f := newForeign(t)
		f.change(func() { edit(f) })
		_, err := f.service(t).PlanPromotion(t.Context(), toTest())
		e, ok := errors.AsType[*connect.Error](err)
		if !ok || e.TransactionID == "" || e.Temporary() || !strings.Contains(e.Message, "the field "+field+" is of the wrong kind: string") || strings.Contains(err.Error(), "json") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// TestNoApplicationIsNoApplication: an answer without one is not shown as an
// application without a name, nor taken for one that has changed.
func TestNoApplicationIsNoApplication(t *testing.T) {
	for _, body := range []string{`{}`, `null`, `{"items":[{}]}`} {
		f := newForeign(t)
		f.change(func() {
			f.readFault = func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasSuffix(r.URL.Path, "/applications/"+payrollID) {
					return false
				}
				w.Header().Set("Content-Type", "application/json")
				if _, err := w.Write([]byte(body)); err != nil {
					t.Error(err)
				}
				return true
			}
		})
		view, err := f.service(t).Application(t.Context(), "payroll", 3)
		if e, ok := errors.AsType[*connect.Error](err); !ok || !strings.Contains(e.Message, "it holds no application") {
			t.Errorf("%s: %v, %v", body, view.Application, err)
		}
	}
}
