package catalog_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sandbox"
)

func TestEnvironmentID(t *testing.T) {
	s, _ := simulated(t, sandbox.Options{}, "")
	for name, test := range map[string]struct {
		setting, want, id string
		asked             int // requests, however often it is asked for
	}{
		"default":           {"", "", sandbox.CatalogEnvironmentID, 1},
		"setting":           {sandbox.CustomerEnvironmentID, "", sandbox.CustomerEnvironmentID, 0},
		"setting by name":   {"Customers Sandbox", " ", sandbox.CustomerEnvironmentID, 1},
		"id":                {"", sandbox.CustomerEnvironmentID, sandbox.CustomerEnvironmentID, 0},
		"name":              {"", "customers sandbox", sandbox.CustomerEnvironmentID, 1},
		"part of a name":    {"", "work", sandbox.CatalogEnvironmentID, 1},
		"argument wins":     {sandbox.CatalogEnvironmentID, "Customers Sandbox", sandbox.CustomerEnvironmentID, 1},
		"not a UUID either": {"", sandbox.PingIDVersionID, sandbox.PingIDVersionID, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := reading(t, s.PingOne(), test.setting)
			before := len(asked(s))
			for range 3 {
				got, err := c.EnvironmentID(deadline(t), test.want)
				if err != nil || got != test.id {
					t.Fatalf("EnvironmentID(%q) = %q, %v", test.want, got, err)
				}
			}
			if now := asked(s)[before:]; len(now) != test.asked {
				t.Errorf("asked %q", now)
			}
		})
	}
	if first := s.RequestsOf("listEnvironments"); !slices.ContainsFunc(first, func(r sandbox.Request) bool { return r.Query == "limit=1" }) {
		t.Errorf("the default was asked for by %+v", first)
	}
}

// Any number of spellings of one name takes bounded memory.
func TestSpellingsOfEnvironmentsAreBounded(t *testing.T) {
	_, c := simulated(t, sandbox.Options{}, "")
	const name = "customers sandbox"
	for i := range 2*catalog.MaxKnown + 1 {
		spelling := []byte(name)
		for bit := range 10 {
			if i>>bit&1 == 1 && spelling[bit] != ' ' {
				spelling[bit] -= 'a' - 'A'
			}
		}
		if id, err := c.EnvironmentID(deadline(t), string(spelling)); err != nil || id != sandbox.CustomerEnvironmentID {
			t.Fatalf("%s: %q, %v", spelling, id, err)
		}
		if known := catalog.Known(c); known == 0 || known > catalog.MaxKnown {
			t.Fatalf("%d spellings are remembered", known)
		}
	}
}

func TestEnvironmentNotFound(t *testing.T) {
	_, c := simulated(t, sandbox.Options{}, "")
	_, err := c.EnvironmentID(deadline(t), "Workfarce")
	if missing, ok := errors.AsType[*match.NotFoundError](err); !ok || !slices.Contains(missing.Nearest, "Workforce") {
		t.Errorf("a misspelt name: %v", err)
	}
	empty := foreign(t, func(w http.ResponseWriter, r *http.Request) { answer(t, w, map[string]any{}) })
	if _, err := empty.EnvironmentID(deadline(t), ""); !errors.Is(err, catalog.ErrNoEnvironment) {
		t.Errorf("without any environment: %v", err)
	}
	nameless := foreign(t, func(w http.ResponseWriter, r *http.Request) {
		answer(t, w, map[string]any{"_embedded": map[string]any{"environments": []any{map[string]any{}}, "versions": []any{map[string]any{}}}})
	})
	if id, err := nameless.EnvironmentID(deadline(t), ""); !errors.Is(err, catalog.ErrNoEnvironment) {
		t.Errorf("an environment without an id: %q, %v", id, err)
	}
	if versions, err := nameless.Versions(deadline(t), sandbox.CatalogEnvironmentID, sandbox.PingIDIntegrationID); err != nil || len(versions) > 0 {
		t.Errorf("a version without id and number: %+v, %v", versions, err)
	}
}

func TestEnvironments(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	list, err := c.Environments(deadline(t))
	if err != nil || len(list) != 3 || list[0].Name != "Workforce" || *list[0].Type != "PRODUCTION" {
		t.Fatalf("%+v, %v", list, err)
	}
	s.Inject(sandbox.Fault{Operation: "listEnvironments", Times: 1, Status: http.StatusForbidden})
	if _, err := c.Environments(deadline(t)); err == nil {
		t.Error("a refused list is empty")
	}
}

// The first page may be empty, and the next one not. A gateway passes on links that name PingOne's own host.
func TestFirstEnvironmentAfterAnEmptyPage(t *testing.T) {
	for name, link := range map[string]string{
		"a query alone":       "?cursor=b%2Fc",
		"a path":              "/v1/environments?cursor=b%2Fc",
		"PingOne's real host": "https://api.pingone.eu/v1/environments?cursor=b%2Fc",
	} {
		t.Run(name, func(t *testing.T) {
			c := foreign(t, func(w http.ResponseWriter, r *http.Request) {
				if !r.URL.Query().Has("cursor") {
					answer(t, w, map[string]any{"_links": map[string]any{"next": map[string]any{"href": link}}})
					return
				}
				if r.URL.Query().Get("cursor") != "b/c" {
					t.Errorf("the cursor is %q", r.URL.RawQuery)
				}
				answer(t, w, map[string]any{"_embedded": map[string]any{"environments": []any{map[string]any{"id": "e1", "name": "\u202eOne"}}}})
			})
			id, err := c.EnvironmentID(deadline(t), "")
			if err != nil || id != "e1" {
				t.Errorf("%q, %v", id, err)
			}
		})
	}
}
