package pingcentral_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pingkit/gen/client/pingcentral"
)

func TestCallsReachTheirPaths(t *testing.T) {
	type call struct {
		Method, Path, Query, Body string
	}
	var got call
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = call{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
		if r.Method != http.MethodGet && r.ContentLength != 0 {
			var body json.RawMessage
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			got.Body = string(body)
		}
	}))
	defer server.Close()
	client, err := pingcentral.NewClient(server.URL + "/api/v1")
	if err != nil {
		t.Fatal(err)
	}
	const a = "a/1 ?"
	page, size := 0, 50
	tests := []struct {
		name string
		call func(context.Context) (*http.Response, error)
		want call
	}{
		{"list applications", func(ctx context.Context) (*http.Response, error) {
			return client.ListApplications(ctx, &pingcentral.ListApplicationsParams{Page: &page, NumberPerPage: &size})
		}, call{"GET", "/api/v1/applications", "page=0&numberPerPage=50", ""}},
		{"get application", func(ctx context.Context) (*http.Response, error) { return client.GetApplication(ctx, a) },
			call{"GET", "/api/v1/applications/" + a, "", ""}},
		{"update application", func(ctx context.Context) (*http.Response, error) {
			return client.UpdateApplication(ctx, a, pingcentral.ApplicationInput{ApplicationOwners: []string{"o"}, Name: "n", Type: "OIDC"})
		}, call{"PUT", "/api/v1/applications/" + a, "", `{"applicationOwners":["o"],"name":"n","type":"OIDC"}`}},
		{"promote", func(ctx context.Context) (*http.Response, error) {
			return client.PromoteApplication(ctx, a, "e", pingcentral.PromotionRequest{RedirectURIs: []string{"https://a.example.com"}})
		}, call{"POST", "/api/v1/applications/promotion/" + a + "/e", "", `{"redirectUris":["https://a.example.com"]}`}},
		{"history", func(ctx context.Context) (*http.Response, error) { return client.ListPromotions(ctx, a) },
			call{"GET", "/api/v1/applications/promotion/history/" + a, "", ""}},
		{"revert", func(ctx context.Context) (*http.Response, error) { return client.RevertApplication(ctx, "p", a) },
			call{"PUT", "/api/v1/applications/promotion/history/p/restore/" + a, "", ""}},
		{"list environments", func(ctx context.Context) (*http.Response, error) { return client.ListEnvironments(ctx, nil) },
			call{"GET", "/api/v1/environments", "", ""}},
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
			if got != tt.want {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// A client without package connect: an editor adds the credentials and the header that PingCentral demands.
func Example() {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, _, ok := r.BasicAuth(); !ok || r.Header.Get("X-XSRF-Header") != "PASS" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `[{"id":"p1","name":"Payroll","environmentName":"Production","promoted":"2025-03-01T10:00:00Z"}]`)
	}))
	defer server.Close()

	client, err := pingcentral.NewClientWithResponses(server.URL+"/api/v1",
		pingcentral.WithHTTPClient(server.Client()), // trusts the server's own certificate
		pingcentral.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			r.SetBasicAuth("Administrator", "2Federate")
			r.Header.Set(pingcentral.XSRFHeader, pingcentral.XSRFHeaderValue)
			return nil
		}))
	if err != nil {
		fmt.Println(err)
		return
	}
	answer, err := client.ListPromotionsWithResponse(context.Background(), "my-application")
	if err != nil || answer.JSON200 == nil {
		fmt.Println("no history:", answer.Status(), err)
		return
	}
	promotions, err := answer.JSON200.Promotions()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, promotion := range promotions {
		fmt.Println(promotion.Name, *promotion.EnvironmentName, promotion.Promoted)
	}
	// Output: Payroll Production 2025-03-01T10:00:00Z
}
