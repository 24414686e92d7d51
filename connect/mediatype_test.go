package connect_test

import (
	"io"
	"net/http"
	"testing"

	"example.com/pingkit/gen/client/pingone"
)

// TestMediaTypesHaveManySpellings reads a document through the client that decodes
// by media type.
func TestMediaTypesHaveManySpellings(t *testing.T) {
	t.Parallel()
	for name, mediaType := range map[string][]string{
		"usual":                 {"application/json"},
		"capitals":              {"Application/JSON"},
		"capitals, a parameter": {"APPLICATION/JSON;charset=UTF-8"},
		"HAL":                   {"application/hal+JSON"},
		"none":                  nil,
		"empty":                 {""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = mediaType
				_, _ = io.WriteString(w, list)
			})
			client := pingone.ClientWithResponses{ClientInterface: server.client(t).Client}
			resp, err := client.ListEnvironmentsWithResponse(t.Context(), nil)
			if err != nil || resp.JSON200 == nil {
				t.Errorf("%q gives %+v, %v", mediaType, resp, err)
			}
		})
	}
}
