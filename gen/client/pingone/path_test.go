package pingone_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pingkit/gen/client/pingone"
)

// A parameter that would address another resource is refused before anything is
// sent, in each place of a path.
func TestPathParametersStayInTheirPlace(t *testing.T) {
	sent := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent++ }))
	defer server.Close()
	client, err := pingone.NewClient(server.URL + "/v1")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]func(id string) (*http.Response, error){
		"environment": func(id string) (*http.Response, error) { return client.ListIntegrations(t.Context(), id, nil) },
		"integration": func(id string) (*http.Response, error) { return client.GetIntegration(t.Context(), "e", id, nil) },
		"version": func(id string) (*http.Response, error) {
			return client.GetIntegrationVersion(t.Context(), "e", "i", id, nil)
		},
		"asset": func(id string) (*http.Response, error) {
			return client.GetIntegrationVersionAsset(t.Context(), "e", "i", id, nil)
		},
	}
	for name, call := range calls {
		for _, id := range []string{"", ".", "..", "../x", "x/..", `..\x`, "a/./b"} {
			t.Run(name+" "+id, func(t *testing.T) {
				sent = 0
				resp, err := call(id)
				if err == nil {
					resp.Body.Close()
				}
				if !errors.Is(err, pingone.ErrPathParameter) || sent != 0 {
					t.Errorf("%d requests were sent: %v", sent, err)
				}
			})
		}
		for _, id := range []string{"...", "a..b", ".a", "%2e%2e", "a/1 ?", "ü"} {
			t.Run(name+" "+id, func(t *testing.T) {
				sent = 0
				resp, err := call(id)
				if err != nil || sent != 1 {
					t.Fatalf("%d requests were sent: %v", sent, err)
				}
				resp.Body.Close()
			})
		}
	}
}
