package catalog_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/sandbox"
)

func numbers(versions []catalog.Version) []string {
	var list []string
	for _, v := range versions {
		list = append(list, v.Number)
	}
	return list
}

func TestVersions(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	want := []string{"2.06", "2.1", "2.0", "1.12", "1.11", "1.10", "1.9", "1.8", "1.7", "1.6", "1.5", "1.4", "1.3.1", "1.3", "1.2", "1.1", "1.0"}
	for _, forms := range []sandbox.Forms{{}, {PageSize: 4}, {PageSize: 100}, {EmptyPage: true, PageSize: 5}, {Next: sandbox.NextRelative}, {UnknownValues: true}} {
		s.SetForms(forms)
		got, err := c.Versions(deadline(t), "", s.IntegrationID("PingOne Protect Integration Kit"))
		if err != nil || !slices.Equal(numbers(got), want) {
			t.Errorf("%+v: %q, %v", forms, numbers(got), err)
		}
	}
	s.SetForms(sandbox.Forms{})
	got, err := c.Versions(deadline(t), "", sandbox.PingIDIntegrationID)
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	newest := catalog.Version{
		ID: sandbox.PingIDVersionID, Number: "2.24.0", Type: "PRODUCT_INTEGRATION_KIT", ReleasedOn: "2024-04-30",
		WorksWith: "PINGFEDERATE 11.3 to 13.1", Name: got[0].Name, ReleaseNotes: got[0].ReleaseNotes, Product: catalog.ProductRange{Name: "PINGFEDERATE", Min: "11.3", Max: "13.1"},
	}
	if got[0] != newest || !got[0].HasKit() {
		t.Errorf("the newest is %+v", got[0])
	}
	if got[1].EndOfLifeOn != "2024-02-29" {
		t.Errorf("%+v", got[1])
	}
}

func TestVersionsFail(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, sandbox.CatalogEnvironmentID)
	for _, id := range []string{"", "..", "a/b"} {
		if _, err := c.Versions(deadline(t), "", id); err == nil {
			t.Errorf("the id %q is accepted", id)
		}
	}
	if n := len(asked(s)); n != 0 {
		t.Errorf("%d requests for impossible ids", n)
	}
	_, err := c.Versions(deadline(t), "", "c1e53d76-bae4-402c-b198-000000000000")
	if upstream, ok := errors.AsType[*connect.Error](err); !ok || !upstream.NotFound() {
		t.Errorf("an unknown id: %v", err)
	}
	for _, form := range []sandbox.NextLink{sandbox.NextForeign, sandbox.NextItself} {
		s.SetForms(sandbox.Forms{PageSize: 3, Next: form})
		if _, err := c.Versions(deadline(t), "", s.IntegrationID("PingOne Protect Integration Kit")); err == nil {
			t.Errorf("a next link to %s is followed", form)
		}
	}
}

func TestVersionPage(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	id := s.IntegrationID("PingOne Protect Integration Kit")
	whole, err := c.Versions(deadline(t), "", id)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	cursor := ""
	for range 10 {
		page, err := c.VersionPage(deadline(t), catalog.VersionQuery{IntegrationID: id, Limit: 5, Cursor: cursor})
		if err != nil || len(page.Versions) > 5 {
			t.Fatalf("%+v, %v", page, err)
		}
		for _, row := range page.Versions {
			all = append(all, row.Number)
		}
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	if !slices.Equal(all, numbers(whole)) {
		t.Errorf("the pages hold %q", all)
	}
	first, err := c.VersionPage(deadline(t), catalog.VersionQuery{IntegrationID: id, Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	for name, q := range map[string]catalog.VersionQuery{
		"another integration":     {IntegrationID: sandbox.PingIDIntegrationID, Cursor: first.NextCursor},
		"another product version": {IntegrationID: id, ProductVersion: "12.1", Cursor: first.NextCursor},
	} {
		if _, err := c.VersionPage(deadline(t), q); !errors.Is(err, catalog.ErrCursor) {
			t.Errorf("a cursor of %s: %v", name, err)
		}
	}
}

// A foreign server: versions without ids, of a new type, on pages that overlap
// and that have no end.
func TestForeignVersions(t *testing.T) {
	endless := false
	c := foreign(t, func(w http.ResponseWriter, r *http.Request) {
		page := r.URL.Query().Get("page")
		next := map[string]any{"next": map[string]any{"href": "/v1/environments/e/integrations/i/versions?page=" + page + "1"}}
		version := func(number string, more map[string]any) map[string]any {
			v := map[string]any{"number": number, "name": "n"}
			for key, value := range more {
				v[key] = value
			}
			return v
		}
		self := map[string]any{"self": map[string]any{"href": "https://api.example.com/v1/environments/e/integrations/i/versions/tail%2Did"}}
		embedded := map[string]any{"versions": []any{
			version("1.1.1.2", map[string]any{"id": "a", "type": "NEW_TYPE"}),
			version("1.1.1.10", map[string]any{"_links": self}),
			version("beta", map[string]any{"id": fmt.Sprint("b", page), "type": "saml"}),
		}}
		switch {
		case r.URL.Path == "/v1/environments":
			answer(t, w, map[string]any{"_embedded": map[string]any{"environments": []any{map[string]any{"id": "e", "name": "E"}}}})
		case endless || len(page) < 2:
			answer(t, w, map[string]any{"_embedded": embedded, "_links": next})
		default:
			answer(t, w, map[string]any{"_embedded": embedded})
		}
	})
	got, err := c.Versions(deadline(t), "", "i")
	if err != nil || !slices.Equal(numbers(got), []string{"1.1.1.10", "1.1.1.2", "beta", "beta", "beta"}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if got[0].ID != "tail%2Did" || !got[0].HasKit() || !got[1].HasKit() || got[2].HasKit() {
		t.Errorf("%+v", got)
	}
	endless = true
	if _, err := c.Versions(deadline(t), "", "i"); err == nil {
		t.Error("pages without end are read to the end")
	}
}
