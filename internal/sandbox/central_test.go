package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

func (p *pingCentral) list(path string) []map[string]any {
	p.t.Helper()
	r := p.do(http.MethodGet, path, "")
	if r.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: status %d, %s", path, r.StatusCode, r.body)
	}
	var all []map[string]any
	for _, one := range r.json(p.t)["items"].([]any) {
		all = append(all, one.(map[string]any))
	}
	return all
}

func (r reply) message(t *testing.T) string {
	t.Helper()
	m, _ := r.json(t)["message"].(string)
	return m
}

func TestPingCentralFixtures(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	kinds := map[string]bool{}
	for _, a := range p.list("/applications") {
		kinds[a["type"].(string)] = true
		if environment, there := a["environmentId"]; !there || (environment == nil) != (a["templateId"] != nil) {
			t.Errorf("%s: environmentId %v with templateId %v", a["name"], environment, a["templateId"])
		}
	}
	for _, kind := range []string{typeOAuth, typeOIDC, typeSAML, typePingAccess} {
		if !kinds[kind] {
			t.Errorf("no application of type %s", kind)
		}
	}
	known := map[string]bool{}
	shielded, offline := 0, 0
	for _, e := range p.list("/environments") {
		known[e["id"].(string)] = true
		if e["shielded"] == true {
			shielded++
		}
		if e["environmentAvailability"] != "ONLINE" {
			offline++
		}
		for _, secret := range []string{"pfPassword", "pfClientSecret", "paPassword", "paClientSecret", "idpSigningCertificatePassword"} {
			if e[secret] != EnvironmentSecret {
				t.Errorf("%s has %s %v", e["name"], secret, e[secret])
			}
		}
	}
	if len(known) != 4 || shielded != 1 || offline != 1 {
		t.Errorf("%d environments, %d shielded, %d offline", len(known), shielded, offline)
	}
	gone, outdated, previous := 0, 0, 0
	for _, row := range p.list("/applications/promotion/history/" + PayrollID) {
		if !known[row["environmentId"].(string)] {
			gone++
		}
		if row["outdatedVersion"] == true {
			outdated++
		}
		if row["notPromotedInCurrentVersion"] == true {
			previous++
		}
	}
	if gone == 0 || outdated == 0 || previous == 0 {
		t.Errorf("rows of a gone environment %d, outdated %d, of a previous version %d", gone, outdated, previous)
	}
}

func TestOwnersSeeTheirOwn(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	if got := len(p.list("/applications")); got != 10 {
		t.Errorf("an administrator sees %d applications, want 10", got)
	}
	p.user, p.password = OwnerName, OwnerPassword
	if got := names(p.list("/applications")); !slices.Equal(got, []string{Payroll, Benefits}) {
		t.Errorf("the owner sees %q", got)
	}
	for _, path := range []string{"/applications/", "/applications/promotion/history/"} {
		if got := p.do(http.MethodGet, path+s.ApplicationID(Ledger), "").StatusCode; got != http.StatusForbidden {
			t.Errorf("%s of another owner: status %d", path, got)
		}
	}
}

func TestUpdateApplication(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	p := newPingCentral(t, s)
	path := "/applications/" + PayrollID
	document := p.do(http.MethodGet, path, "").json(t)
	put := func(changes map[string]any) reply {
		t.Helper()
		changed := map[string]any{}
		for name, value := range document {
			changed[name] = value
		}
		for name, value := range changes {
			changed[name] = value
		}
		body, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		return p.do(http.MethodPut, path, string(body))
	}
	for name, changes := range map[string]map[string]any{
		"other id":         {"id": "x"},
		"no name":          {"name": " "},
		"no owners":        {"applicationOwners": []string{}},
		"other type":       {"type": typeSAML},
		"template as well": {"templateId": "t"},
		"taken name":       {"name": strings.ToUpper(Benefits)},
	} {
		if r := put(changes); r.StatusCode != http.StatusUnprocessableEntity || r.message(t) == "" {
			t.Errorf("%s: status %d, %s", name, r.StatusCode, r.body)
		}
	}
	now.Advance(time.Hour)
	r := put(map[string]any{"description": "new", "x_own": 12345678901234567, "pingcentralVersion": "9", "created": "never"})
	got := p.do(http.MethodGet, path, "").json(t)
	if r.StatusCode != 200 || got["description"] != "new" || got["x_own"] == nil || got["pingcentralVersion"] != "3.1.1" ||
		got["created"] != document["created"] || got["modified"] != "2024-11-20T13:00:00.000Z" {
		t.Errorf("status %d, now %v", r.StatusCode, got)
	}
}

func TestApplicationsAreCreatedAndDeleted(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	created := p.do(http.MethodPost, "/applications", `{"name":"Shuttle","type":"OIDC","applicationOwners":["a"],"x_own":1}`)
	got := created.json(t)
	id, ok := got["id"].(string)
	if created.StatusCode != http.StatusCreated || !ok || got["name"] != "Shuttle" || got["x_own"] == nil || got["enabled"] != true {
		t.Fatalf("status %d, %s", created.StatusCode, created.body)
	}
	if read := p.do(http.MethodGet, "/applications/"+id, ""); read.StatusCode != http.StatusOK || read.json(t)["name"] != "Shuttle" {
		t.Errorf("reading it: status %d, %s", read.StatusCode, read.body)
	}
	for name, body := range map[string]string{
		"an id":         `{"id":"x","name":"Other","type":"OIDC","applicationOwners":["a"]}`,
		"a taken name":  `{"name":"shuttle","type":"OIDC","applicationOwners":["a"]}`,
		"an odd type":   `{"name":"Other","type":"X","applicationOwners":["a"]}`,
		"without owner": `{"name":"Other","type":"OIDC"}`,
	} {
		t.Run(name, func(t *testing.T) {
			if r := p.do(http.MethodPost, "/applications", body); r.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("status %d, %s", r.StatusCode, r.body)
			}
		})
	}
	if r := p.do(http.MethodDelete, "/applications/"+id, ""); r.StatusCode != http.StatusNoContent || len(r.body) != 0 {
		t.Errorf("deleting it: status %d, %s", r.StatusCode, r.body)
	}
	if r := p.do(http.MethodGet, "/applications/"+id, ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("reading what was deleted: status %d", r.StatusCode)
	}
}

func TestUpdateKeepsEnabled(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	path := "/applications/" + s.ApplicationID("Legacy Timesheets")
	document := p.do(http.MethodGet, path, "").json(t)
	document["enabled"] = true
	body, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.do(http.MethodPut, path, string(body)); r.StatusCode != http.StatusOK || r.json(t)["enabled"] != false {
		t.Errorf("status %d, %s", r.StatusCode, r.body)
	}
}

func TestPingCentralForms(t *testing.T) {
	s := start(t, Options{Hostile: true})
	p := newPingCentral(t, s)
	history := "/applications/promotion/history/" + PayrollID
	s.SetForms(Forms{Lists: ListBare, History: ListBare, NewestFirst: true, Times: TimeMillis})
	for _, path := range []string{"/applications", "/environments", history} {
		var list []map[string]any
		if err := json.Unmarshal(p.do(http.MethodGet, path, "").body, &list); err != nil || len(list) < 4 {
			t.Errorf("%s: %d bare items, %v", path, len(list), err)
		}
	}
	var rows []api.Promotion
	if err := json.Unmarshal(p.do(http.MethodGet, history, "").body, &rows); err != nil {
		t.Fatal(err)
	}
	newest, err1 := rows[0].Promoted.AsTimestampMillis()
	oldest, err2 := rows[len(rows)-1].Promoted.AsTimestampMillis()
	if err1 != nil || err2 != nil || newest <= oldest {
		t.Errorf("newest %d %v, oldest %d %v", newest, err1, oldest, err2)
	}
	s.SetForms(Forms{History: ListNull})
	if got := string(p.do(http.MethodGet, "/applications/promotion/history/"+s.ApplicationID("Starter"), "").body); got != `{"items":null}` {
		t.Errorf("an empty history: %s", got)
	}
	s.SetForms(Forms{HistoryLag: time.Hour})
	known := len(p.list(history))
	s.Promote(Payroll, Test)
	if got := len(p.list(history)); got != known || len(s.Promotions(Payroll)) != known+1 {
		t.Errorf("%d rows with a lag, %d without", got, len(s.Promotions(Payroll)))
	}
	s.SetForms(Forms{NoSingleApplication: http.StatusMethodNotAllowed})
	if r := p.do(http.MethodGet, "/applications/"+PayrollID, ""); r.StatusCode != 405 || r.Header.Get("Allow") != "PUT" {
		t.Errorf("single application: status %d", r.StatusCode)
	}
	s.SetForms(Forms{CentralPageSize: 3})
	var paged []string
	for _, query := range []string{"", "?page=1", "?page=2&numberPerPage=3", "?page=3", "?page=9"} {
		paged = append(paged, names(p.list("/applications"+query))...)
	}
	if len(paged) != 11 || paged[10] != HostileApplication {
		t.Errorf("%d applications in pages: %q", len(paged), paged)
	}
	for form, want := range map[ErrorForm]string{ErrorEmpty: "", ErrorHTML: "<!DOCTYPE html>", ErrorText: "Not Found: not really JSON"} {
		s.SetForms(Forms{ErrorForm: form})
		if r := p.do(http.MethodGet, "/applications/unknown", ""); r.StatusCode != 404 || !strings.HasPrefix(string(r.body), want) || want == "" && len(r.body) > 0 {
			t.Errorf("error as %q: %d %s", form, r.StatusCode, r.body)
		}
	}
}

func TestChangesByOthers(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	p := newPingCentral(t, s)
	path := "/applications/" + PayrollID
	s.Inject(Fault{Operation: "getApplication", Skip: 1, Times: 1, Before: func() {
		s.EditApplication(Payroll, func(a *api.Application) { a.Description = ptr("changed by somebody else") })
	}})
	a, b := p.do(http.MethodGet, path, "").json(t), p.do(http.MethodGet, path, "").json(t)
	if a["modified"] == b["modified"] || b["description"] != "changed by somebody else" {
		t.Errorf("first read %v, second %v", a, b)
	}
	s.EditEnvironment(Test, func(e *api.Environment) { e.EnvironmentAvailability = ptr("DISABLED") })
	if got := p.promote(Payroll, Test, redirects).StatusCode; got != 400 {
		t.Errorf("a disabled environment: status %d", got)
	}
	id := s.Promote(Payroll, Production)
	if rows := s.Promotions(Payroll); *rows[len(rows)-1].ID != id {
		t.Error("the promotion by somebody else is not the newest")
	}
	s.RemoveEnvironment(Production)
	if got := len(p.list("/environments")); got != 3 {
		t.Errorf("%d environments, want 3", got)
	}
	s.Reset()
	if got := len(p.list("/environments")); got != 4 || modifiedOf(t, s.Application(Payroll)) != a["modified"] {
		t.Errorf("the reset left %d environments", got)
	}
}
