package connect_test

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// collect reads a list to its end.
func collect[T any](list iter.Seq2[T, error]) (all []T, err error) {
	for item, failed := range list {
		if failed != nil {
			return all, failed
		}
		all = append(all, item)
	}
	return all, nil
}

func sandboxCentral(t *testing.T, s *sandbox.Sandbox) *connect.PingCentral {
	t.Helper()
	client, err := connect.NewPingCentral(s.PingCentral(), connect.WithRetryBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

func TestPingOneListsHoldAllPages(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	client := sandboxClient(t, s)
	whole, err := collect(client.Integrations(t.Context(), sandbox.CatalogEnvironmentID, nil))
	if err != nil || len(whole) <= 15 {
		t.Fatalf("%d integrations, %v", len(whole), err)
	}
	for name, forms := range map[string]sandbox.Forms{
		"small pages":       {PageSize: 2},
		"empty pages":       {PageSize: 3, EmptyPage: true},
		"relative links":    {PageSize: 3, Next: sandbox.NextRelative},
		"one page":          {PageSize: 5000},
		"no empty list":     {PageSize: 4, NoEmptyLists: true, EmptyPage: true},
		"no counts on them": {PageSize: 4, NoCounts: true},
	} {
		t.Run(name, func(t *testing.T) {
			s.SetForms(forms)
			list, err := collect(client.Integrations(t.Context(), sandbox.CatalogEnvironmentID, nil))
			if err != nil || !slices.EqualFunc(list, whole, func(a, b pingone.Integration) bool { return a.ID == b.ID }) {
				t.Errorf("%d of %d integrations, %v", len(list), len(whole), err)
			}
		})
	}
}

func TestPingOneListsStopWhereTheyCannotGoOn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		form sandbox.NextLink
		want error
	}{
		"pages in a circle":    {sandbox.NextItself, connect.ErrEndlessList},
		"a page of a stranger": {sandbox.NextForeign, connect.ErrForeignOrigin},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandboxtest.New(t, sandbox.Options{})
			s.SetForms(sandbox.Forms{PageSize: 2, Next: test.form})
			list, err := collect(sandboxClient(t, s).Integrations(t.Context(), sandbox.CatalogEnvironmentID, nil))
			if !errors.Is(err, test.want) || len(list) < 2 {
				t.Errorf("%d integrations, %v, want %v", len(list), err, test.want)
			}
		})
	}
}

func TestListsAskForNoPageThatIsNotRead(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	s.SetForms(sandbox.Forms{PageSize: 2, CentralPageSize: 1})
	for _, err := range sandboxClient(t, s).Integrations(t.Context(), sandbox.CatalogEnvironmentID, nil) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	for _, err := range sandboxCentral(t, s).Applications(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	for _, operation := range []string{"listIntegrations", "listApplications"} {
		if requests := len(s.RequestsOf(operation)); requests != 1 {
			t.Errorf("%d requests of %s, want 1", requests, operation)
		}
	}
}

func TestPingCentralListsHoldAllPages(t *testing.T) {
	t.Parallel()
	const total = 250
	applications := func(from, to int) string {
		text := ""
		for n := max(from, 0); n < min(to, total); n++ {
			text += fmt.Sprintf(`,{"id":"a%d","name":"Application %d","type":"OAuth","applicationOwners":[]}`, n, n)
		}
		return "[" + text[min(1, len(text)):] + "]"
	}
	for name, handler := range map[string]func(w http.ResponseWriter, page, size int){
		"the size that was asked for": func(w http.ResponseWriter, page, size int) {
			fmt.Fprintf(w, `{"items":%s}`, applications(page*size, page*size+size))
		},
		"a size of its own":        func(w http.ResponseWriter, page, _ int) { fmt.Fprint(w, applications(page*10, page*10+10)) },
		"everything on every page": func(w http.ResponseWriter, _, _ int) { fmt.Fprint(w, applications(0, total)) },
		"a refusal behind the end": func(w http.ResponseWriter, page, size int) {
			if page*size >= total {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			fmt.Fprint(w, applications(page*size, page*size+size))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newCentral(t, func(w http.ResponseWriter, r *http.Request) {
				var page, size int
				if _, err := fmt.Sscan(r.URL.Query().Get("page"), &page); err != nil {
					t.Error(err)
				}
				if _, err := fmt.Sscan(r.URL.Query().Get("numberPerPage"), &size); err != nil {
					t.Error(err)
				}
				w.Header().Set("Content-Type", "application/json")
				handler(w, page, size)
			})
			client, err := connect.NewPingCentral(server.settings())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(client.CloseIdleConnections)
			list, err := collect(client.Applications(t.Context()))
			if err != nil || len(list) != total || *list[total-1].ID != "a249" {
				t.Errorf("%d applications, %v", len(list), err)
			}
		})
	}
}

func TestListsEndWithTheirError(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	client := sandboxCentral(t, s)
	s.Inject(sandbox.Fault{Operation: "listEnvironments", Status: http.StatusForbidden, Times: 1})
	if list, err := collect(client.Environments(t.Context())); len(list) != 0 || !typed(t, err).Unauthorized() {
		t.Errorf("%d environments, %v", len(list), err)
	}
	if list, err := collect(client.Promotions(t.Context(), "nothing")); len(list) != 0 || !typed(t, err).NotFound() {
		t.Errorf("%d promotions, %v", len(list), err)
	}
}

func TestItemsAreFoundByIDOrName(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	one, central := sandboxClient(t, s), sandboxCentral(t, s)
	kit, _ := newestKit(t, one)
	find := map[string]func(string) (string, error){
		"integration": func(want string) (string, error) {
			i, err := one.FindIntegration(t.Context(), sandbox.CatalogEnvironmentID, want)
			return i.ID, err
		},
		"PingOne environment": func(want string) (string, error) {
			e, err := one.FindEnvironment(t.Context(), want)
			return e.ID, err
		},
		"application": func(want string) (string, error) {
			a, err := central.FindApplication(t.Context(), want)
			if a.ID == nil {
				return "", err
			}
			return *a.ID, err
		},
		"environment": func(want string) (string, error) {
			e, err := central.FindEnvironment(t.Context(), want)
			return e.ID, err
		},
	}
	production := s.EnvironmentID(sandbox.Production)
	for name, test := range map[string]struct{ kind, want, id string }{
		"an ID":                       {"integration", kit, kit},
		"a name":                      {"integration", sandbox.PingIDKit, kit},
		"a name in other case":        {"integration", "pingid integration KIT", kit},
		"an ID of an environment":     {"PingOne environment", sandbox.CatalogEnvironmentID, sandbox.CatalogEnvironmentID},
		"an application's name":       {"application", sandbox.Payroll, s.ApplicationID(sandbox.Payroll)},
		"an application's ID":         {"application", s.ApplicationID(sandbox.Payroll), s.ApplicationID(sandbox.Payroll)},
		"an environment's name":       {"environment", sandbox.Production, production},
		"a part of a name":            {"environment", "producti", production},
		"an environment's short code": {"environment", "PROD", production},
	} {
		t.Run(name, func(t *testing.T) {
			if id, err := find[test.kind](test.want); err != nil || id != test.id {
				t.Errorf("%q, %v, want %q", id, err, test.id)
			}
		})
	}
	for kind, look := range find {
		t.Run("no "+kind, func(t *testing.T) {
			_, err := look("there is none of this name")
			if _, ok := errors.AsType[*connect.NotFoundError](err); !ok {
				t.Errorf("%v, want a *NotFoundError", err)
			}
		})
	}
	t.Run("several", func(t *testing.T) {
		_, err := find["integration"]("integration kit")
		if several, ok := errors.AsType[*connect.AmbiguousError](err); !ok || len(several.Candidates) < 2 {
			t.Errorf("%v, want an *AmbiguousError", err)
		}
	})
}

func TestVersionsAreSortedNewestFirst(t *testing.T) {
	t.Parallel()
	want := []string{"52.137", "3.0", "3", "2.25", "2.25-beta", "2.10", "2.9", "2.06", "1.1.1.2", "1.1.1", "latest"}
	var versions []pingone.Version
	for _, at := range []int{6, 1, 10, 4, 2, 9, 0, 3, 7, 5, 8} {
		versions = append(versions, pingone.Version{Number: want[at]})
	}
	connect.NewestFirst(versions)
	for i, v := range versions {
		if v.Number != want[i] {
			t.Errorf("place %d has %s, want %s", i, v.Number, want[i])
		}
	}
}
