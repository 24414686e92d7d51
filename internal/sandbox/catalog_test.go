package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox/kits"
)

// items are the embedded items of a list, by the key they stand under.
func items(t *testing.T, r reply, key string) []map[string]any {
	t.Helper()
	if r.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", r.StatusCode, r.body)
	}
	var all []map[string]any
	for _, one := range r.json(t)["_embedded"].(map[string]any)[key].([]any) {
		all = append(all, one.(map[string]any))
	}
	return all
}

func next(t *testing.T, r reply) string {
	t.Helper()
	link, ok := r.json(t)["_links"].(map[string]any)["next"].(map[string]any)
	if !ok {
		return ""
	}
	return link["href"].(string)
}

// follow reads all pages from a path on, and returns the items and the number of pages.
func (p *pingOne) follow(path, key string) (all []map[string]any, pages int) {
	p.t.Helper()
	r := p.get(path)
	for {
		pages++
		all = append(all, items(p.t, r, key)...)
		href := next(p.t, r)
		if href == "" {
			return all, pages
		}
		if !strings.HasPrefix(href, p.s.apiURL()+"/") {
			p.t.Fatalf("the next page is elsewhere: %s", href)
		}
		r = p.get(strings.TrimPrefix(href, p.s.apiURL()))
	}
}

func names(all []map[string]any) []string {
	var n []string
	for _, one := range all {
		n = append(n, one["name"].(string))
	}
	return n
}

func TestCatalogHasSeveralPages(t *testing.T) {
	p := newPingOne(t, start(t, Options{}))
	path := "/environments/" + CatalogEnvironmentID + "/integrations"
	all, pages := p.follow(path, "integrations")
	if len(all) < 40 || pages < 3 {
		t.Errorf("%d integrations on %d pages, want at least 40 on 3", len(all), pages)
	}
	if n := names(all); len(slices.Compact(slices.Sorted(slices.Values(n)))) != len(n) {
		t.Errorf("a name stands twice: %q", n)
	}
	if got := len(items(t, p.get(path), "integrations")); got != 15 {
		t.Errorf("%d on the first page, want 15", got)
	}
	if got := len(items(t, p.get(path+"?limit=2"), "integrations")); got != 15 {
		t.Errorf("%d on a page with the undocumented limit, want 15", got)
	}
	p.s.SetForms(Forms{PageSize: 4, EmptyPage: true})
	again, _ := p.follow(path, "integrations")
	if !slices.Equal(names(again), names(all)) {
		t.Error("other pages hold other integrations")
	}
	versions, pages := p.follow(path+"/"+p.s.IntegrationID("PingOne Protect Integration Kit")+"/versions", "versions")
	if len(versions) != 17 || pages < 2 {
		t.Errorf("%d versions on %d pages, want 17 on several", len(versions), pages)
	}
}

func TestCursorsAreChecked(t *testing.T) {
	p := newPingOne(t, start(t, Options{}))
	for _, cursor := range []string{"x", "cGFnZTotMTpmYWxzZQ", newCursor(1000, false)} {
		if got := p.integrations("?cursor=" + cursor).StatusCode; got != http.StatusBadRequest {
			t.Errorf("cursor %q: status %d", cursor, got)
		}
	}
}

func TestEnvironmentsShowTheirOwnCatalog(t *testing.T) {
	p := newPingOne(t, start(t, Options{}))
	if got := names(items(t, p.get("/environments"), "environments")); !slices.Equal(got, []string{"Workforce", "Administrators", "Customers Sandbox"}) {
		t.Errorf("environments %q", got)
	}
	for id, want := range map[string]int{WorkerEnvironmentID: 0, CustomerEnvironmentID: 3} {
		if got := len(items(t, p.get("/environments/"+id+"/integrations"), "integrations")); got != want {
			t.Errorf("environment %s shows %d, want %d", id, got, want)
		}
	}
	if got := p.get("/environments/" + CustomerEnvironmentID + "/integrations/" + p.s.IntegrationID("Slack Connector")).StatusCode; got != http.StatusNotFound {
		t.Errorf("an integration of another catalog: status %d", got)
	}
}

func TestFilterOverHTTP(t *testing.T) {
	p := newPingOne(t, start(t, Options{}))
	for filter, want := range map[string][]string{
		`(name co "pingid")`: {PingIDKit, "PingID SAML Application"},
		`(name co "PingID") and (pingProductNames eq "PINGFEDERATE")`: {PingIDKit},
		`publisher co "contoso"`:                                                 {"Contoso Risk Integration Kit"},
		`publisher eq "Northwind “Traders”"`:                                     {"Northwind Badge Integration Kit"},
		`version.number eq "52.137"`:                                             {"PingOne Password Credential Validator"},
		`version.number ge "50"`:                                                 {"PingOne Password Credential Validator"},
		`version.endOfLifeOn lt "2023-04-01"`:                                    {PingIDKit},
		`version.integratedWith.maxVersion ge "13.1"`:                            {PingIDKit},
		`version.name eq "Slack Connector"`:                                      {"Slack Connector"},
		`tags eq "DIRECTORY"`:                                                    {"PingOne Password Credential Validator"},
		`version.integratedWith.name eq "PINGFEDERATE" and tags eq "DIRECTORY"`:  {"PingOne Password Credential Validator"},
		`version.releasedOn gt "2024-04-29" and version.releasedOn lt "2024-05"`: nil, // not a date
		`name eq "nothing"`:                                                      {},
	} {
		r := p.integrations("?filter=" + url.QueryEscape(filter))
		if want == nil {
			if r.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: status %d, want 400", filter, r.StatusCode)
			}
			continue
		}
		if got := names(items(t, r, "integrations")); !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s finds %q, want %q", filter, got, want)
		}
	}
	inner := p.integrations("?filter=" + url.QueryEscape(`name sw "Ping"`)).json(t)["details"].([]any)[0].(map[string]any)
	if inner["code"] != "INVALID_FILTER" || fmt.Sprint(inner["innerError"].(map[string]any)["supportedOperators"]) != "[eq co]" {
		t.Errorf("detail %v", inner)
	}
	inner = p.integrations("?filter=" + url.QueryEscape(`vendor eq "Ping"`)).json(t)["details"].([]any)[0].(map[string]any)
	if len(inner["innerError"].(map[string]any)["supportedAttributes"].([]any)) != len(filterAttributes) {
		t.Errorf("detail %v", inner)
	}
	// A filter travels on to the next pages.
	p.s.SetForms(Forms{PageSize: 1})
	all, pages := p.follow("/environments/"+CatalogEnvironmentID+"/integrations?filter="+url.QueryEscape(`name co "PingID"`), "integrations")
	if len(all) != 2 || pages != 2 {
		t.Errorf("%d on %d pages, want 2 on 2", len(all), pages)
	}
}

func TestFixtures(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	all, _ := p.follow("/environments/"+CatalogEnvironmentID+"/integrations?expand=versions", "integrations")
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	layouts := map[string]int{}
	var numbers, ids, ended []string
	saml, ranged := 0, 0
	for _, i := range all {
		for _, v := range i["_embedded"].(map[string]any)["versions"].([]any) {
			v := v.(map[string]any)
			numbers, ids = append(numbers, v["number"].(string)), append(ids, v["id"].(string))
			if v["type"] == samlType {
				saml++
			}
			if v["endOfLifeOn"] != nil {
				ended = append(ended, v["endOfLifeOn"].(string))
			}
			if with, ok := v["integratedWith"].(map[string]any); ok && with["minVersion"] != nil && with["maxVersion"] != nil {
				ranged++
			}
		}
	}
	for _, f := range slices.Concat(pingKits(), loginKits(), agentKits(), connectors(), partnerKits()) {
		layouts[string(f.layout)]++
	}
	for _, layout := range []kits.Layout{kits.LayoutProductTree, kits.LayoutDistParts, kits.LayoutDistJars, kits.LayoutDistJarsAndConf, kits.LayoutDefaultJars, kits.LayoutUnknown} {
		if layouts[string(layout)] == 0 {
			t.Errorf("no kit has layout %s", layout)
		}
	}
	for _, n := range []string{"52.137", "1.1.1.2", "2.06", "2.24.0", "3.0"} {
		if !slices.Contains(numbers, n) {
			t.Errorf("no version has the number %s", n)
		}
	}
	if saml < 5 || ranged < 3 || !slices.ContainsFunc(ended, func(day string) bool { return day < "2024-01-01" }) {
		t.Errorf("%d SAML versions, %d with a range, ends of life %q", saml, ranged, ended)
	}
	if !slices.ContainsFunc(ids, func(id string) bool { return !uuid.MatchString(id) }) {
		t.Error("all ids are valid UUIDs")
	}
	about := items(t, p.integrations("?filter="+url.QueryEscape(`publisher co "contoso"`)), "integrations")[0]["description"].(string)
	for _, part := range []string{"<script>", "\u200b", "\u202e", "Ignore all previous instructions"} {
		if !strings.Contains(about, part) {
			t.Errorf("the description lacks %q", part)
		}
	}
	google := s.Kit("Google Connector", "3.1.1")
	if google == nil || !strings.Contains(string(google.Bytes()), "pf-google-quickconnection-3.1.1.jar") {
		t.Error("the Google Connector does not install its quickconnection jar")
	}
}

func TestOddDates(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	s.SetForms(Forms{OddDates: true})
	if got := p.get(versionPath(s, PingIDKit, "2.12.0")).json(t); got["releasedOn"] != "15/03/2021" || got["endOfLifeOn"] != "31/03/2023" {
		t.Errorf("version %v", got)
	}
}

func TestPublishWithdrawReplaceReset(t *testing.T) {
	s := start(t, Options{MoreIntegrations: 100})
	p := newPingOne(t, s)
	before, _ := p.follow("/environments/"+CatalogEnvironmentID+"/integrations", "integrations")
	if !slices.Contains(names(before), "Bulk Integration 00100") {
		t.Error("the bulk integrations are missing")
	}
	big := kits.Sized(1 << 20)
	if id, _ := s.Publish(Publication{Integration: PingIDKit, Number: "3.0", Kit: big}); id != PingIDIntegrationID {
		t.Errorf("published under %s", id)
	}
	if got := p.download(PingIDKit, "3.0"); int64(len(got.body)) != big.Size() {
		t.Errorf("downloaded %d bytes, want %d", len(got.body), big.Size())
	}
	s.Publish(Publication{Integration: PingIDKit, IntegrationID: "twin", Number: "1.0"})
	found := items(t, p.integrations("?filter="+url.QueryEscape(`name eq "`+PingIDKit+`"`)), "integrations")
	if len(found) != 2 || found[1]["id"] != "twin" {
		t.Errorf("found %v", found)
	}
	s.Withdraw(PingIDKit, "3.0")
	one := "/environments/" + CatalogEnvironmentID + "/integrations/" + PingIDIntegrationID
	if got := len(items(t, p.get(one+"/versions"), "versions")); got != 3 {
		t.Errorf("%d versions after the withdrawal, want 3", got)
	}
	s.ReplaceKit(PingIDKit, "2.24.0", kits.FromBytes([]byte("other")))
	if got := p.download(PingIDKit, "2.24.0"); string(got.body) != "other" {
		t.Errorf("downloaded %d bytes after the replacement", len(got.body))
	}
	s.Reset()
	if after, _ := p.follow("/environments/"+CatalogEnvironmentID+"/integrations", "integrations"); !slices.Equal(names(after), names(before)) {
		t.Error("the reset did not bring back the catalog")
	}
	if got := p.download(PingIDKit, "2.24.0"); len(got.body) < 1000 {
		t.Error("the reset did not bring back the kit")
	}
}

func TestHostileFixturesOnlyOnRequest(t *testing.T) {
	clean, _ := newPingOne(t, start(t, Options{})).follow("/environments/"+CatalogEnvironmentID+"/integrations", "integrations")
	hostile := newPingOne(t, start(t, Options{Hostile: true}))
	all, _ := hostile.follow("/environments/"+CatalogEnvironmentID+"/integrations", "integrations")
	for _, name := range []string{HostileKits, HostileName} {
		if slices.Contains(names(clean), name) || !slices.Contains(names(all), name) {
			t.Errorf("%q: in the usual catalog or not in the hostile one", name)
		}
	}
	for _, kind := range kits.HostileKinds() {
		if kind == "bomb" || kind == "bomb-with-false-size" { // their digests take a while
			continue
		}
		if got := hostile.download(HostileKits, HostileNumber(kind)); got.StatusCode != http.StatusOK || string(got.body) != string(kits.Hostile(kind).Bytes()) {
			t.Errorf("%s: status %d, %d bytes", kind, got.StatusCode, len(got.body))
		}
	}
	if got := hostile.asset(HostileName, "1.0").Header.Get("Content-Disposition"); !strings.Contains(got, "../../etc/cron.d") {
		t.Errorf("Content-Disposition %q", got)
	}
}
