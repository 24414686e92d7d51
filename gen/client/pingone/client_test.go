package pingone_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/pingkit/gen/client/pingone"
)

// serve answers each request and records it.
func serve(t *testing.T, handler http.HandlerFunc) (server *httptest.Server, last *http.Request) {
	t.Helper()
	last = new(http.Request)
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*last = *r.Clone(context.Background())
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server, last
}

func TestRequestsAreEscapedAndCarryTheirParameters(t *testing.T) {
	server, last := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) })
	client, err := pingone.NewClient(server.URL + "/v1")
	if err != nil {
		t.Fatal(err)
	}
	filter, expand, transaction := `(name co "A&B \"x\" +?#%") and tags eq "MFA"`, pingone.ExpandLatestVersion, "job-7/a@b=c#d+e"
	const id = "a/b ?c#d%2e"
	tests := []struct {
		name string
		call func(context.Context) (*http.Response, error)
		path string
	}{
		{"list", func(ctx context.Context) (*http.Response, error) {
			return client.ListIntegrations(ctx, id, &pingone.ListIntegrationsParams{Filter: &filter, Expand: &expand, TransactionID: &transaction})
		}, "/v1/environments/" + id + "/integrations"},
		{"asset", func(ctx context.Context) (*http.Response, error) {
			return client.GetIntegrationVersionAsset(ctx, "e", "i", id, &pingone.GetIntegrationVersionAssetParams{TransactionID: &transaction})
		}, "/v1/environments/e/integrations/i/versions/" + id + "/asset"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			response, err := tt.call(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := response.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if last.URL.Path != tt.path {
				t.Errorf("path %q, want %q", last.URL.Path, tt.path)
			}
			if got := last.Header.Get("X-Ping-External-Transaction-ID"); got != transaction {
				t.Errorf("transaction id %q, want %q", got, transaction)
			}
			if tt.name == "list" {
				if got := last.URL.Query(); got.Get("filter") != filter || got.Get("expand") != expand {
					t.Errorf("query %q", got)
				}
			}
		})
	}
}

func TestParametersMayBeNil(t *testing.T) {
	server, last := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) })
	client, err := pingone.NewClient(server.URL + "/v1/")
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.ListEnvironments(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if got := last.URL.RequestURI(); got != "/v1/environments" {
		t.Errorf("asked for %s", got)
	}
}

func TestAssetStreamsAndShowsItsRedirect(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://storage.example.com/kit?X-Amz-Signature=s")
			w.Header().Set("x-amz-meta-etag", "sha256=00")
			w.WriteHeader(status)
		})
		client, err := pingone.NewClient(server.URL, pingone.WithHTTPClient(&http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}))
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.GetIntegrationVersionAsset(t.Context(), "e", "i", "v", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := response.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != status || response.Header.Get("Location") == "" || response.Header.Get("X-Amz-Meta-Etag") != "sha256=00" {
			t.Errorf("status %d: got %d, %v", status, response.StatusCode, response.Header)
		}
	}
}

func TestResponsesAreDecodedByStatus(t *testing.T) {
	bodies := map[string]struct {
		status int
		body   string
	}{
		"good":    {200, `{"id":"good","name":"Kit","publisher":"p","pingProductNames":[],"createdAt":""}`},
		"missing": {404, `{"code":"NOT_FOUND","message":"No such integration."}`},
	}
	server, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		answer := bodies[r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]]
		w.Header().Set("Content-Type", "application/hal+json;charset=utf-8")
		w.WriteHeader(answer.status)
		if _, err := io.WriteString(w, answer.body); err != nil {
			t.Error(err)
		}
	})
	client, err := pingone.NewClientWithResponses(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	good, err := client.GetIntegrationWithResponse(t.Context(), "e", "good", nil)
	if err != nil || good.JSON200 == nil || good.JSON200.Name != "Kit" {
		t.Errorf("good: %+v, %v", good, err)
	}
	missing, err := client.GetIntegrationWithResponse(t.Context(), "e", "missing", nil)
	if err != nil || missing.JSON200 != nil || missing.JSON404 == nil || *missing.JSON404.Message != "No such integration." {
		t.Errorf("missing: %+v, %v", missing, err)
	}
}

// A client without package connect: an editor adds the token.
func Example() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"_embedded":{"integrations":[{"id":"i1","name":"PingID Integration Kit",
			"_embedded":{"versions":[{"id":"v3","number":"2.24.0"}]}}]}}`)
	}))
	defer server.Close()

	client, err := pingone.NewClientWithResponses(server.URL+"/v1",
		pingone.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.Header.Set("Authorization", "Bearer secret")
			return nil
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	filter, expand := `(name co "PingID")`, pingone.ExpandLatestVersion
	answer, err := client.ListIntegrationsWithResponse(context.Background(), "my-environment",
		&pingone.ListIntegrationsParams{Filter: &filter, Expand: &expand})
	if err != nil || answer.JSON200 == nil {
		fmt.Println("no list:", answer.Status(), err)
		return
	}
	for _, integration := range answer.JSON200.Embedded.Integrations {
		latest, _ := integration.LatestVersion()
		fmt.Println(integration.Name, latest.Number)
	}
	// Output: PingID Integration Kit 2.24.0
}
