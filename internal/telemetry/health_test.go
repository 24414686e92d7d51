package telemetry_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"example.com/pingkit/internal/testutil/syncbuf"
)

// TestProbes requests health and readiness.
func TestProbes(t *testing.T) {
	log := &syncbuf.Buffer{}
	s := newCollector(t).settings(log)
	s.Scraped = true
	o := newObserver(t, s)
	var down atomic.Bool
	base := listen(t, o, func() error {
		if down.Load() {
			return errors.New("PINGONE_CLIENT_ID is missing")
		}
		return nil
	})
	probe := func(path string, want int) {
		t.Helper()
		if status, body := scrape(t, base, path); status != want || strings.Contains(body, "PINGONE") {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	probe("/healthz", http.StatusOK)
	probe("/readyz", http.StatusOK)
	down.Store(true)
	for range 3 {
		probe("/readyz", http.StatusServiceUnavailable)
	}
	probe("/healthz", http.StatusOK)
	down.Store(false)
	probe("/readyz", http.StatusOK)
	probe("/", http.StatusNotFound)
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Post(base+"/metrics", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", response.Status)
	}
	if strings.Count(log.String(), "not ready") != 1 || strings.Count(log.String(), "PINGONE_CLIENT_ID is missing") != 1 {
		t.Errorf("the log is %s", log)
	}
	if _, _, err := o.Listen(t.Context(), strings.TrimPrefix(base, "http://"), always); err == nil {
		t.Error("an address in use was opened")
	}
}
