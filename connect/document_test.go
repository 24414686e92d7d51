package connect_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
)

// TestLongDocumentsTakeTurns has more long answers under way than are held at a
// time: a burst of them must not fill the memory. It is not parallel, as others'
// long answers take turns with its own.
func TestLongDocumentsTakeTurns(t *testing.T) {
	server := newPingOne(t, func(w http.ResponseWriter, r *http.Request) {
		size := int64(4 << 20)
		if r.URL.Query().Get("limit") == "1" {
			size = 100 << 10
		}
		pad(size, "application/json")(w, r)
	})
	client := server.client(t)
	var open []*http.Response
	for range 2 {
		resp, err := client.ListEnvironments(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, resp)
	}
	defer func() {
		for _, resp := range open {
			resp.Body.Close()
		}
	}()

	soon, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	one := pingone.Limit(1)
	if _, err := connect.JSON[document](client.ListEnvironments(soon, nil)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third long answer was held as well: %v", err)
	}
	if got, err := connect.JSON[document](client.ListEnvironments(t.Context(), &pingone.ListEnvironmentsParams{Limit: &one})); err != nil || got.Name != "x" {
		t.Errorf("a short answer: %v", err)
	}
	open[0].Body.Close()
	for range 4 { // each gives its turn back
		if got, err := connect.JSON[document](client.ListEnvironments(t.Context(), nil)); err != nil || got.Name != "x" {
			t.Errorf("a long answer after another was closed: %v", err)
		}
	}
}

// TestWrappedLongDocuments reads long answers whose bodies a caller has wrapped:
// none may wait for a second turn while it has one.
func TestWrappedLongDocuments(t *testing.T) {
	client := newPingOne(t, pad(4<<20, "application/json")).client(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			resp, err := client.ListEnvironments(t.Context(), nil)
			if err == nil {
				resp.Body = struct{ io.ReadCloser }{resp.Body}
			}
			if got, err := connect.JSON[document](resp, err); err != nil || got.Name != "x" {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
