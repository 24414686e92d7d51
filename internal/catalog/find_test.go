package catalog_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sandbox"
)

func TestIntegration(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, sandbox.CatalogEnvironmentID)
	for name, test := range map[string]struct {
		want, found string
		asked       []string
	}{
		"id":                  {sandbox.PingIDIntegrationID, "PingID Integration Kit", []string{"getIntegration"}},
		"name":                {"PingID Integration Kit", "PingID Integration Kit", []string{"listIntegrations"}},
		"name in other case":  {" pingid integration KIT ", "PingID Integration Kit", []string{"listIntegrations"}},
		"part of a name":      {"Protect", "PingOne Protect Integration Kit", []string{"listIntegrations"}},
		"name of the file":    {"pf-pingone-mfa-integration-kit", "PingOne MFA Integration Kit", []string{"listIntegrations"}},
		"file without prefix": {"opentoken-adapter", "OpenToken Adapter", []string{"listIntegrations"}},
		"a dot in the name":   {"pf-x-509-certificate-integration-kit", "X.509 Certificate Integration Kit", nil},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(asked(s))
			got, err := c.Integration(deadline(t), "", test.want)
			if err != nil || got.Name != test.found {
				t.Fatalf("Integration(%q) = %+v, %v", test.want, got, err)
			}
			if got.LatestKitVersion == "" {
				t.Error("the latest version is not told")
			}
			if now := asked(s)[before:]; test.asked != nil && !slices.Equal(now, test.asked) {
				t.Errorf("asked %q", now)
			}
		})
	}
}

func TestIntegrationNotFound(t *testing.T) {
	_, c := simulated(t, sandbox.Options{}, sandbox.CatalogEnvironmentID)
	for _, want := range []string{"PingIT Integration Kit", "Slak-Connector", "", "c1e53d76-bae4-402c-b198-000000000000", "../environments"} {
		_, err := c.Integration(deadline(t), "", want)
		if _, ok := errors.AsType[*match.NotFoundError](err); !ok {
			t.Errorf("Integration(%q): %v", want, err)
		}
	}
	_, err := c.Integration(deadline(t), "", "PingIT Integration Kit")
	if missing, ok := errors.AsType[*match.NotFoundError](err); !ok || !slices.Contains(missing.Nearest, "PingID Integration Kit") {
		t.Errorf("the nearest are not told: %v", err)
	}
	_, err = c.Integration(deadline(t), "", "Login Integration Kit")
	if ambiguous, ok := errors.AsType[*match.AmbiguousError](err); !ok || len(ambiguous.Candidates) != 6 {
		t.Errorf("the candidates are not told: %v", err)
	} else if detail := ambiguous.Candidates[0].Detail; !strings.Contains(detail, "by ") || !strings.Contains(detail, "latest version ") || !strings.Contains(err.Error(), detail) {
		t.Errorf("the candidates cannot be told apart: %v", err)
	}
}

// The servers of others: ids of any form, filters that are not heeded, answers
// that the reference does not list.
func TestForeignIntegration(t *testing.T) {
	item := func(id, name string, more map[string]any) map[string]any {
		object := map[string]any{"id": id, "name": name, "publisher": "P", "pingProductNames": []string{"PINGNEW"}, "createdAt": "2024-01-01T00:00:00Z"}
		for key, value := range more {
			object[key] = value
		}
		return object
	}
	list := []any{
		item("int-1", "Alpha Kit", map[string]any{"_embedded": map[string]any{"latestVersion": []any{map[string]any{"number": "1.0", "name": "Alpha"}}}}),
		item("int-2", "Beta Kit", map[string]any{"latestVersion": map[string]any{"number": "2.06", "name": "Beta"}}),
		item("42", "Gamma \u202eKit", nil),
	}
	page := map[string]any{"_embedded": map[string]any{"integrations": list}}
	environments := map[string]any{"_embedded": map[string]any{"environments": []any{map[string]any{"id": "env one", "name": "One"}}}}
	tests := map[string]func(w http.ResponseWriter, r *http.Request){
		"the filter is ignored": func(w http.ResponseWriter, r *http.Request) {
			answer(t, w, page)
		},
		"the filter is refused": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("filter") {
				http.Error(w, "no filter", http.StatusBadRequest)
				return
			}
			answer(t, w, page)
		},
		"the filter finds nothing": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("filter") {
				answer(t, w, map[string]any{})
				return
			}
			answer(t, w, page)
		},
	}
	for name, handle := range tests {
		for _, status := range []int{http.StatusNotFound, http.StatusForbidden, http.StatusBadRequest, http.StatusOK} {
			c := foreign(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.EscapedPath() {
				case "/v1/environments":
					answer(t, w, environments)
				case "/v1/environments/env%20one/integrations":
					handle(w, r)
				default:
					if status == http.StatusOK {
						answer(t, w, map[string]any{})
						return
					}
					http.Error(w, "", status)
				}
			})
			for want, id := range map[string]string{"Alpha Kit": "int-1", "int-2": "int-2", "42": "42", "gamma kit": "42", "pf-beta-kit": "int-2"} {
				got, err := c.Integration(deadline(t), "", want)
				if err != nil || got.ID != id {
					t.Errorf("%s, %d: Integration(%q) = %+v, %v", name, status, want, got, err)
				}
				if got.ID == "int-2" && got.LatestKitVersion != "2.06" || got.ID == "int-1" && got.LatestKitVersion != "1.0" {
					t.Errorf("%s: the latest version of %s is %q", name, got.ID, got.LatestKitVersion)
				}
			}
		}
	}
}

// Failures that are not about the name reach the caller as they are.
func TestIntegrationFails(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, sandbox.CatalogEnvironmentID)
	for _, want := range []string{sandbox.PingIDIntegrationID, "PingID"} {
		s.Inject(sandbox.Fault{System: sandbox.PingOneAPI, Status: http.StatusForbidden})
		_, err := c.Integration(deadline(t), "", want)
		if upstream, ok := errors.AsType[*connect.Error](err); !ok || !upstream.Unauthorized() {
			t.Errorf("Integration(%q): %v", want, err)
		}
		s.ClearFaults()
	}
	missing := catalog.New(func() (*connect.PingOne, error) { return nil, errors.New("set PINGONE_CLIENT_ID") }, "")
	if _, err := missing.Integration(deadline(t), "", "PingID"); err == nil || !strings.Contains(err.Error(), "PINGONE_CLIENT_ID") {
		t.Errorf("without settings: %v", err)
	}
}
