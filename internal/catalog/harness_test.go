package catalog_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// simulated is a catalog that reads a sandbox of its own.
func simulated(t *testing.T, options sandbox.Options, environment string) (*sandbox.Sandbox, *catalog.Catalog) {
	t.Helper()
	s := sandboxtest.New(t, options)
	return s, reading(t, s.PingOne(), environment)
}

func reading(t *testing.T, settings connect.PingOneSettings, environment string) *catalog.Catalog {
	t.Helper()
	client, err := connect.NewPingOne(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return catalog.New(func() (*connect.PingOne, error) { return client, nil }, environment)
}

// foreign is a catalog that reads a server of nobody's making: handler answers
// for the API, whose path begins with /v1.
func foreign(t *testing.T, handler http.HandlerFunc) *catalog.Catalog {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/as/token") {
			answer(t, w, map[string]any{"access_token": "foreign-token", "token_type": "Bearer", "expires_in": 3600})
			return
		}
		if r.Header.Get("Authorization") != "Bearer foreign-token" {
			t.Errorf("%s came without the token", r.URL.Path)
		}
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return reading(t, connect.PingOneSettings{
		ClientID: "client", ClientSecret: "secret-of-the-client", EnvironmentID: "worker",
		APIURL: server.URL + "/v1", AuthURL: server.URL,
	}, "")
}

func answer(t *testing.T, w http.ResponseWriter, document any) {
	t.Helper()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(document); err != nil {
		t.Errorf("answering: %v", err)
	}
}

func deadline(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// asked returns the operations that the catalog asked of the sandbox.
func asked(s *sandbox.Sandbox) []string {
	var operations []string
	for _, r := range s.Requests() {
		if r.System == sandbox.PingOneAPI {
			operations = append(operations, r.Operation)
		}
	}
	return operations
}
