package catalog_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/sandbox"
)

func names(page catalog.IntegrationPage) []string {
	var list []string
	for _, i := range page.Integrations {
		list = append(list, i.Name)
	}
	return list
}

// everything turns the pages of a search to the end.
func everything(t *testing.T, c *catalog.Catalog, q catalog.Query) []string {
	t.Helper()
	var all []string
	for range 200 {
		page, err := c.Search(deadline(t), q)
		if err != nil {
			t.Fatalf("Search(%+v): %v", q, err)
		}
		if len(page.Integrations) > max(q.Limit, catalog.DefaultLimit) {
			t.Fatalf("a page holds %d integrations", len(page.Integrations))
		}
		all = append(all, names(page)...)
		if page.NextCursor == "" {
			return all
		}
		q.Cursor = page.NextCursor
	}
	t.Fatal("the pages have no end")
	return nil
}

func TestSearch(t *testing.T) {
	_, c := simulated(t, sandbox.Options{}, "")
	whole := everything(t, c, catalog.Query{Limit: 100})
	if len(whole) < 40 {
		t.Fatalf("the catalog has only %d integrations", len(whole))
	}
	for name, test := range map[string]struct {
		query catalog.Query
		want  []string // all of them, in order
		some  string   // or one that is among them
	}{
		"one word":              {query: catalog.Query{Text: "pingid"}, want: []string{"PingID Integration Kit", "PingID SAML Application"}},
		"words in any place":    {query: catalog.Query{Text: " kit  PINGID "}, want: []string{"PingID Integration Kit"}},
		"nothing has it":        {query: catalog.Query{Text: "zebra"}, want: nil},
		"quotes in the text":    {query: catalog.Query{Text: `a" or name co "`}, want: nil},
		"backslash in the text": {query: catalog.Query{Text: `\`}, want: nil},
		"product as people say": {query: catalog.Query{Product: "PingOne Enterprise"}, want: []string{"PingOne Password Credential Validator"}},
		"product in PingOne's":  {query: catalog.Query{Product: "PINGID"}, some: "PingID Integration Kit"},
		"tag":                   {query: catalog.Query{Tag: "intelligence", Text: "protect"}, want: []string{"PingOne Protect Integration Kit"}},
		"text and product":      {query: catalog.Query{Text: "mfa", Product: "pingone"}, want: []string{"PingOne MFA Integration Kit"}},
		"raw filter":            {query: catalog.Query{Filter: `version.number eq "52.137"`}, want: []string{"PingOne Password Credential Validator"}},
		"raw filter and text":   {query: catalog.Query{Filter: `tags eq "MFA"`, Text: "PingID"}, want: []string{"PingID Integration Kit"}},
		"environment by name":   {query: catalog.Query{Environment: "customers sandbox", Text: "Zendesk"}, want: []string{"Zendesk"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := everything(t, c, test.query)
			if test.some != "" {
				if !slices.Contains(got, test.some) {
					t.Errorf("found %q, without %q", got, test.some)
				}
			} else if !slices.Equal(got, test.want) {
				t.Errorf("found %q, want %q", got, test.want)
			}
		})
	}
}

// A product must not find those whose name only begins with it.
func TestSearchByProductIsExact(t *testing.T) {
	_, c := simulated(t, sandbox.Options{}, "")
	page, err := c.Search(deadline(t), catalog.Query{Product: "PingOne", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Integrations) == 0 {
		t.Fatal("nothing was found")
	}
	for _, i := range page.Integrations {
		if !slices.Contains(i.Products, "PINGONE") {
			t.Errorf("%s has the products %q", i.Name, i.Products)
		}
	}
}

// Our pages do not depend on the size and the form of PingOne's.
func TestSearchPages(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	whole := everything(t, c, catalog.Query{Limit: 100})
	kits := everything(t, c, catalog.Query{Limit: 100, Text: "kit"})
	for name, forms := range map[string]sandbox.Forms{
		"usual":           {},
		"all at once":     {PageSize: 1000},
		"small pages":     {PageSize: 4},
		"empty pages":     {PageSize: 20, EmptyPage: true},
		"relative links":  {Next: sandbox.NextRelative, NoCounts: true},
		"unknown values":  {UnknownValues: true, UnknownFields: true},
		"no expansion":    {LatestVersion: sandbox.EmbedsNothing},
		"other expansion": {LatestVersion: sandbox.LatestList, ThirdPartyOld: true},
	} {
		t.Run(name, func(t *testing.T) {
			s.SetForms(forms)
			for _, limit := range []int{0, 4, 15, 100} {
				if got := everything(t, c, catalog.Query{Limit: limit}); !slices.Equal(got, whole) {
					t.Errorf("with a limit of %d the catalog is %d integrations %q", limit, len(got), got)
				}
			}
			if got := everything(t, c, catalog.Query{Limit: 3, Text: "kit"}); !slices.Equal(got, kits) {
				t.Errorf("the kits are %q, want %q", got, kits)
			}
		})
	}
}

func TestSearchResult(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	for _, form := range []sandbox.Embedding{sandbox.VersionsList, sandbox.EmbedsObject, sandbox.LatestObject, sandbox.LatestList} {
		s.SetForms(sandbox.Forms{LatestVersion: form})
		page, err := c.Search(deadline(t), catalog.Query{Text: "PingID kit", Details: true})
		if err != nil || len(page.Integrations) != 1 {
			t.Fatalf("%s: %v, %v", form, page, err)
		}
		got := page.Integrations[0]
		if got.ID != sandbox.PingIDIntegrationID || got.LatestKitVersion != "2.24.0" || got.Publisher != "Ping Identity" {
			t.Errorf("%s: %+v", form, got)
		}
		if want := "Adds PingID multi-factor authentication to PingFederate sign-on flows."; !strings.HasPrefix(got.Description, want) {
			t.Errorf("the description is %q", got.Description)
		}
	}
	page, err := c.Search(deadline(t), catalog.Query{Limit: 100, Details: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range page.Integrations {
		if n := len([]rune(i.Description)); n > 200 || strings.ContainsAny(i.Description, "\n\u200b\u202e") || strings.Contains(i.Description, "script") {
			t.Errorf("the description of %s, %d characters long, is %q", i.Name, n, i.Description)
		}
	}
}

func TestSearchAsksOnce(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, sandbox.CatalogEnvironmentID)
	if _, err := c.Search(deadline(t), catalog.Query{Text: "PingID kit"}); err != nil {
		t.Fatal(err)
	}
	requests := s.RequestsOf("listIntegrations")
	if len(asked(s)) != 1 || len(requests) != 1 {
		t.Fatalf("asked %q", asked(s))
	}
	query, err := url.ParseQuery(requests[0].Query)
	if err != nil || query.Get("filter") != `(name co "PingID") and (name co "kit")` || query.Get("expand") != "latestVersion" {
		t.Errorf("the query is %q, %v", requests[0].Query, err)
	}
}

// A filter that PingOne refuses is applied here; one of the caller's own is his.
func TestSearchWithoutFilter(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, sandbox.CatalogEnvironmentID)
	want := everything(t, c, catalog.Query{Text: "connector", Limit: 5})
	refusal := sandbox.Fault{Operation: "listIntegrations", Times: 1, Status: http.StatusBadRequest,
		Body: `{"code":"INVALID_REQUEST","message":"no","details":[{"code":"INVALID_FILTER","target":"filter","message":"bad"}]}`}
	s.Inject(refusal)
	if got := everything(t, c, catalog.Query{Text: "connector", Limit: 5}); !slices.Equal(got, want) || len(want) < 6 {
		t.Errorf("found %q, want %q", got, want)
	}
	_, err := c.Search(deadline(t), catalog.Query{Filter: `publisher sw "Ping"`, Text: "kit"})
	upstream, ok := errors.AsType[*connect.Error](err)
	if !ok || upstream.Status != http.StatusBadRequest || len(upstream.Details) == 0 || len(upstream.Details[0].SupportedOperators) == 0 {
		t.Errorf("the error is %v", err)
	}
	s.Inject(sandbox.Fault{Operation: "listIntegrations", Times: 1, Status: http.StatusForbidden})
	if _, err := c.Search(deadline(t), catalog.Query{Text: "kit"}); err == nil {
		t.Error("a refused search succeeds")
	}
}

func TestSearchRefuses(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	first, err := c.Search(deadline(t), catalog.Query{Limit: 20})
	if err != nil || first.NextCursor == "" {
		t.Fatalf("%v, %v", first, err)
	}
	good := first.NextCursor
	for name, q := range map[string]catalog.Query{
		"changed":             {Cursor: flip(good)},
		"cut":                 {Cursor: good[:len(good)-3]},
		"no cursor":           {Cursor: "page 2"},
		"very long":           {Cursor: strings.Repeat("A", 10_000)},
		"of another search":   {Cursor: good, Text: "kit"},
		"another environment": {Cursor: good, Environment: sandbox.CustomerEnvironmentID},
	} {
		if _, err := c.Search(deadline(t), q); !errors.Is(err, catalog.ErrCursor) {
			t.Errorf("cursor %s: %v", name, err)
		}
	}
	for name, q := range map[string]catalog.Query{
		"long filter":       {Filter: strings.Repeat("a", 3000)},
		"filter with break": {Filter: "name eq \"a\"\r\nX: y"},
		"environment":       {Environment: "nowhere"},
	} {
		if _, err := c.Search(deadline(t), q); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	for _, form := range []sandbox.NextLink{sandbox.NextForeign, sandbox.NextItself} {
		s.SetForms(sandbox.Forms{Next: form})
		if _, err := c.Search(deadline(t), catalog.Query{Limit: 100}); err == nil {
			t.Errorf("a next link to %s is followed", form)
		}
	}
	for _, r := range s.Requests() {
		if r.System == sandbox.Storage {
			t.Errorf("the storage was asked: %+v", r)
		}
	}
}

func flip(cursor string) string {
	middle := len(cursor) / 2
	changed := byte('A')
	if cursor[middle] == changed {
		changed = 'B'
	}
	return cursor[:middle] + string(changed) + cursor[middle+1:]
}
