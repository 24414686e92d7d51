package connect_test

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"example.com/pingkit/connect"
)

// BenchmarkRead measures the reading of a document, and beside it the same
// request without anything of this package.
func BenchmarkRead(b *testing.B) {
	document := []byte(`{"_embedded":{"versions":[{"id":"c290da08-0151-45f6-a651-0efg0805ca34","number":"2.24.0","name":"Kit"}]}}`)
	p := newPingOne(b, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/hal+json")
		w.Write(document)
	})
	client := p.client(b)
	type page struct {
		Embedded struct {
			Versions []struct{ ID, Number, Name string }
		} `json:"_embedded"`
	}
	if _, err := connect.JSON[page](client.ListIntegrationVersions(b.Context(), "e", "i", nil)); err != nil {
		b.Fatal(err)
	}
	b.Run("connect", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := connect.JSON[page](client.ListIntegrationVersions(b.Context(), "e", "i", nil)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		token := p.log()[1].Header.Get("Authorization")
		plain := &http.Client{Transport: &http.Transport{}}
		defer plain.CloseIdleConnections()
		b.ReportAllocs()
		for b.Loop() {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, p.URL+"/v1/environments/e/integrations/i/versions", nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Authorization", token)
			resp, err := plain.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			var answer page
			if err != nil || json.Unmarshal(body, &answer) != nil {
				b.Fatal(err)
			}
		}
	})
}
