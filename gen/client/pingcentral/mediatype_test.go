package pingcentral_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/pingkit/gen/client/pingcentral"
)

func TestDocumentsAreReadInEachSpellingOfTheirMediaType(t *testing.T) {
	for name, test := range map[string]struct {
		mediaType, body string
		status          int
		fails           bool
	}{
		"as documented":         {mediaType: "application/json", body: `{"items":[{"id":"i"}]}`},
		"in capitals":           {mediaType: "Application/JSON; Charset=UTF-8", body: `{"items":[{"id":"i"}]}`},
		"a name of its own":     {mediaType: "application/HAL+json;charset=utf-8", body: `{"items":[{"id":"i"}]}`},
		"none":                  {body: `{"items":[{"id":"i"}]}`},
		"none, after a blank":   {body: "\n " + `{"items":[{"id":"i"}]}`},
		"none, and no JSON":     {body: "hello", fails: true},
		"none, a damaged JSON":  {body: `{"items":[{"id":"i"}]}`[:9], fails: true},
		"none, a refusal":       {body: `{"message":"no"}`, status: 403},
		"capitals, a refusal":   {mediaType: "APPLICATION/JSON", body: `{"message":"no"}`, status: 403},
		"none, a proxy's words": {body: "go away", status: 403},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = nil // keeps net/http from adding one
				if test.mediaType != "" {
					w.Header().Set("Content-Type", test.mediaType)
				}
				w.WriteHeader(max(test.status, http.StatusOK))
				fmt.Fprint(w, test.body)
			}))
			t.Cleanup(server.Close)
			client, err := pingcentral.NewClientWithResponses(server.URL)
			if err != nil {
				t.Fatal(err)
			}
			response, err := client.ListApplicationsWithResponse(t.Context(), nil)
			switch {
			case test.fails:
				if err == nil {
					t.Errorf("no error for %q", test.body)
				}
			case err != nil:
				t.Error(err)
			case test.status == 0 && response.JSON200 == nil:
				t.Error("no value and no error")
			case test.status == http.StatusForbidden && (response.JSON403 == nil) != (test.body == "go away"):
				t.Errorf("the refusal is %v", response.JSON403)
			case string(response.Body) != test.body:
				t.Errorf("the body is %q", response.Body)
			}
		})
	}
}
