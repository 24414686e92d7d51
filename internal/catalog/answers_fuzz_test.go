package catalog_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
)

const (
	// longestText bounds a text of a result in characters: a description.
	longestText = 256
	// mostRequests bounds what one look-up may ask for: each page of a search,
	// of what is searched again without a filter, and what comes before them.
	mostRequests = 250
)

// pages are what PingOne answers, by what stands at the end of the path.
type pages struct {
	environments, integrations, versions, single string
	status                                       int // of the integrations
	asked                                        atomic.Int32
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, status := p.single, http.StatusOK
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/as/token"):
		body = `{"access_token":"token-of-the-fuzzer","token_type":"Bearer"}`
	case strings.HasSuffix(path, "/environments"):
		body = p.environments
	case strings.HasSuffix(path, "/integrations"):
		body, status = p.integrations, p.status
	case strings.HasSuffix(path, "/versions"):
		body = p.versions
	}
	p.asked.Add(1)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // the client may have left
}

// FuzzCatalog has the catalog read any answers, and looks at what would reach a
// person or a model.
func FuzzCatalog(f *testing.F) {
	var current atomic.Pointer[pages]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { current.Load().ServeHTTP(w, r) }))
	f.Cleanup(server.Close)
	client, err := connect.NewPingOne(connect.PingOneSettings{
		ClientID: "client", ClientSecret: "secret-of-the-client", EnvironmentID: "worker", APIURL: server.URL + "/v1", AuthURL: server.URL,
	}, connect.WithRetryBudget(0))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(client.CloseIdleConnections)
	seedCatalog(f)
	f.Fuzz(func(t *testing.T, status uint16, environments, integrations, versions, single, want string) {
		p := &pages{environments: environments, integrations: integrations, versions: versions, single: single, status: 200 + int(status)%400}
		current.Store(p)
		c := catalog.New(func() (*connect.PingOne, error) { return client, nil }, "")
		look := func(what string, ask func() (any, error)) {
			p.asked.Store(0)
			result, err := ask()
			if err != nil {
				checkText(t, what, err.Error(), 64<<10)
			} else {
				checkTexts(t, what, result)
			}
			if n := p.asked.Load(); n > mostRequests {
				t.Errorf("%s took %d requests", what, n)
			}
		}
		ctx := t.Context()
		look("environments", func() (any, error) { return c.Environments(ctx) })
		look("search", func() (any, error) {
			page, err := c.Search(ctx, catalog.Query{Text: want, Limit: 3, Details: true})
			if len(page.Integrations) > 3 {
				t.Errorf("a page of 3 has %d", len(page.Integrations))
			}
			if page.NextCursor != "" {
				_, again := c.Search(ctx, catalog.Query{Text: want, Limit: 3, Cursor: page.NextCursor})
				if errors.Is(again, catalog.ErrCursor) {
					t.Errorf("the catalog refuses its own cursor %q", page.NextCursor)
				}
			}
			page.NextCursor = "" // as long as PingOne's own
			return page, err
		})
		look("versions", func() (any, error) {
			page, err := c.VersionPage(ctx, catalog.VersionQuery{IntegrationID: "i1", Limit: 3})
			if len(page.Versions) > 3 {
				t.Errorf("a page of 3 has %d", len(page.Versions))
			}
			page.NextCursor = ""
			return page, err
		})
		look("choice", func() (any, error) { kit, _, err := c.Choose(ctx, "", want, "latest"); return kit, err })
	})
}

// checkTexts checks every text of a result.
func checkTexts(t *testing.T, what string, result any) {
	t.Helper()
	written, err := json.Marshal(result)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var value any
	if err := json.Unmarshal(written, &value); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case string:
			checkText(t, what, value, longestText)
		case []any:
			for _, item := range value {
				walk(item)
			}
		case map[string]any:
			for name, item := range value {
				if name != "_links" && name != "_embedded" { // of environments, which are not shown
					walk(item)
				}
			}
		}
	}
	walk(value)
}

func checkText(t *testing.T, what, text string, limit int) {
	t.Helper()
	if utf8.RuneCountInString(text) > limit || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%s: a text of %d bytes is not plain: %.300q", what, len(text), text)
	}
}

func seedCatalog(f *testing.F) {
	const environments = `{"_embedded":{"environments":[{"id":"e1","name":"Production","type":"PRODUCTION"}]}}`
	const integrations = `{"_embedded":{"integrations":[{"id":"i1","name":"PingID Kit","publisher":"Ping","description":"<b>x</b>","tags":["MFA"],` +
		`"_embedded":{"latestVersion":{"number":"2.0","name":"pf-pingid-kit"}}},{"id":"i2","name":"Slack"}]},"_links":{"next":{"href":"/v1/environments/e1/integrations?cursor=a"}}}`
	const versions = `{"_embedded":{"versions":[{"id":"v1","number":"1.0","type":"SAML"},{"id":"v2","number":"2.06","releasedOn":"2024-01-01",` +
		`"integratedWith":{"name":"PINGFEDERATE","minVersion":"11","maxVersion":"13"}},{"number":"3","_links":{"self":{"href":"/x/v3"}}}]}}`
	const single = `{"id":"i1","name":"PingID Kit","publisher":"Ping"}`
	for _, want := range []string{"pingid", "i1", "pf-pingid-kit", "", "c1e53d76-bae4-402c-b198-8cfd4eabe9c0", "a b c d e f g h i j k", "\u202e\x00é"} {
		f.Add(uint16(0), environments, integrations, versions, single, want)
	}
	f.Add(uint16(200), environments, `{"code":"INVALID_FILTER","message":"no\nfilter"}`, versions, single, "x")
	f.Add(uint16(204), `{"_embedded":{"environments":null}}`, "<html>", "null", "[]", "x")
	f.Add(uint16(0), `{"_embedded":{"environments":[{"id":"e\u202e1","name":"a\u0000b"}]}}`, `{"_embedded":{"integrations":[{"id":"\u001b[31m","name":"\u200b"}]}}`,
		`{"_embedded":{"versions":[{"id":"../../x","number":"\u202e1"}]}}`, `{"id":"a\nb"}`, "x")
}
