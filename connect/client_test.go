package connect_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/pingkit/connect"
)

// TestHTTPClient reads small documents, follows no redirect and stops at what is
// too large.
func TestHTTPClient(t *testing.T) {
	var agent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.Header.Get("User-Agent")
		if r.Header.Get("Authorization") != "" {
			t.Error("there are credentials")
		}
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/large", http.StatusFound)
		case "/large":
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<20+1)); err != nil {
				t.Error(err)
			}
		default:
			if _, err := io.WriteString(w, strings.Repeat("x", 1<<20)); err != nil {
				t.Error(err)
			}
		}
	}))
	defer server.Close()
	client := connect.NewHTTPClient(connect.WithUserAgent("program/1"), connect.WithRetryBudget(0))
	defer client.CloseIdleConnections()
	get := func(path string) (int, int, error) {
		resp, err := client.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return resp.StatusCode, len(body), err
	}
	if status, n, err := get("/"); status != http.StatusOK || n != 1<<20 || err != nil {
		t.Errorf("a document of 1 MiB: %d, %d bytes, %v", status, n, err)
	}
	if agent != "program/1" {
		t.Errorf("the user agent is %q", agent)
	}
	if status, _, err := get("/moved"); status != http.StatusFound || err != nil {
		t.Errorf("a redirect: %d %v", status, err)
	}
	if _, _, err := get("/large"); err == nil {
		t.Error("a document without end was read")
	}
	server.Close()
	_, err := client.Get(server.URL)
	if e, ok := errors.AsType[*connect.Error](err); !ok || e.System != connect.SystemIssuer || e.Status != 0 {
		t.Errorf("without a server: %v", err)
	}
}
