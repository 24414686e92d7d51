package pingcentral_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pingkit/gen/client/pingcentral"
)

// A parameter that would address another resource is refused before anything is
// sent, in each place of a path.
func TestPathParametersStayInTheirPlace(t *testing.T) {
	sent := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent++ }))
	defer server.Close()
	client, err := pingcentral.NewClient(server.URL + "/v1")
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]func(id string) (*http.Response, error){
		"promote": func(id string) (*http.Response, error) {
			return client.PromoteApplication(t.Context(), id, "e", pingcentral.PromotionRequest{})
		},
		"promote to": func(id string) (*http.Response, error) {
			return client.PromoteApplication(t.Context(), "a", id, pingcentral.PromotionRequest{})
		},
		"revert":    func(id string) (*http.Response, error) { return client.RevertApplication(t.Context(), id, "a") },
		"revert of": func(id string) (*http.Response, error) { return client.RevertApplication(t.Context(), "p", id) },
		"update": func(id string) (*http.Response, error) {
			return client.UpdateApplication(t.Context(), id, pingcentral.ApplicationInput{})
		},
		"read":    func(id string) (*http.Response, error) { return client.GetApplication(t.Context(), id) },
		"history": func(id string) (*http.Response, error) { return client.ListPromotions(t.Context(), id) },
	}
	for name, call := range calls {
		for _, id := range []string{"", ".", "..", "../x", "x/..", `..\x`, "a/./b"} {
			t.Run(name+" "+id, func(t *testing.T) {
				sent = 0
				resp, err := call(id)
				if err == nil {
					resp.Body.Close()
				}
				if !errors.Is(err, pingcentral.ErrPathParameter) || sent != 0 {
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
