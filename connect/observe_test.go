package connect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// attempts notes what an observer is told.
type attempts struct {
	mu    sync.Mutex
	lines []string
	open  int
	bytes map[connect.System]int64
}

func (a *attempts) begin(_ context.Context, attempt connect.Attempt) func(connect.AttemptEnd) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open++
	return func(end connect.AttemptEnd) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.open--
		kind := ""
		if attempt.SignIn {
			kind = " sign-in"
		}
		a.lines = append(a.lines, fmt.Sprintf("%s%s %s %s #%d: %d %t", attempt.System, kind, attempt.Method, attempt.Route, attempt.Number, end.Status, end.Err != nil))
		a.bytes[attempt.System] += end.Bytes
	}
}

// TestObserver has an observer told of each request, retries and sign-ins too,
// by its route, and of nothing that a caller gave.
func TestObserver(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	seen := &attempts{bytes: map[connect.System]int64{}}
	client := sandboxClient(t, s, connect.WithObserver(seen.begin))
	integration, version := newestKit(t, client)
	s.Inject(sandbox.Fault{Operation: "getIntegrationVersionAsset", Times: 1, Status: 503})
	s.Inject(sandbox.Fault{Operation: "storage", Times: 1, DropBefore: true})
	asset, err := client.OpenAsset(t.Context(), sandbox.CatalogEnvironmentID, integration, version, connect.Range{})
	if err != nil {
		t.Fatal(err)
	}
	size, err := io.Copy(io.Discard, asset.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := asset.Body.Close(); err != nil {
		t.Error(err)
	}
	const kit = "PingOne GET /v1/environments/{}/integrations/{}/versions/{}/asset"
	want := []string{
		"PingOne sign-in POST /{}/as/token #1: 200 false",
		"PingOne GET /v1/environments/{}/integrations #1: 200 false",
		kit + " #1: 503 false", kit + " #2: 307 false",
		"storage GET  #1: 0 true", "storage GET  #2: 200 false",
	}
	if !slices.Equal(seen.lines, want) {
		t.Errorf("seen:\n%s\nwant:\n%s", strings.Join(seen.lines, "\n"), strings.Join(want, "\n"))
	}
	if seen.open != 0 || seen.bytes[connect.SystemStorage] != size {
		t.Errorf("%d attempts are open; %d bytes of %d were seen", seen.open, seen.bytes[connect.SystemStorage], size)
	}
}

// TestObserverOfAnswersNobodyReads has each attempt end, once.
func TestObserverOfAnswersNobodyReads(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	seen := &attempts{bytes: map[connect.System]int64{}}
	settings := s.PingCentral()
	settings.CACertificates = s.CA()
	client, err := connect.NewPingCentral(settings, connect.WithObserver(seen.begin))
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	resp, err := client.GetApplication(t.Context(), "an application of Jane Doe")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	resp.Body.Close()
	_, err = connect.JSON[pingcentral.ApplicationCollection](client.ListApplications(t.Context(), &pingcentral.ListApplicationsParams{}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"PingCentral GET /api/v1/applications/{} #1: 404 false", "PingCentral GET /api/v1/applications #1: 200 false"}
	if seen.open != 0 || !slices.Equal(seen.lines, want) {
		t.Errorf("%d open, seen %q", seen.open, seen.lines)
	}
}

// TestObserverSeesNoSecret tells an observer of failures, whose texts may quote
// what is secret, and which stay recognisable.
func TestObserverSeesNoSecret(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(nil)
	address := gone.Listener.Addr().String()
	gone.Close()
	var seen error
	client, err := connect.NewPingCentral(connect.PingCentralSettings{URL: gone.URL, Token: "token-of-the-test"}, connect.WithRetryBudget(0),
		connect.WithObserver(func(context.Context, connect.Attempt) func(connect.AttemptEnd) {
			return func(end connect.AttemptEnd) { seen = end.Err }
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	err = connect.Check(client.GetApplication(connect.WithSecret(t.Context(), address), "payroll"))
	if err == nil || !errors.Is(seen, syscall.ECONNREFUSED) || strings.Contains(seen.Error(), address) {
		t.Errorf("the observer saw %v, of %v", seen, err)
	}
}
