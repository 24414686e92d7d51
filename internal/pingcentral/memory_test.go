package pingcentral

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

// TestListsThatAreHeldCount has calls hold a long page of applications while
// they ask for the next one, which does not come: no more of them get there than
// the bound of all answers allows. It is not parallel, as others' answers share
// that bound.
func TestListsThatAreHeldCount(t *testing.T) {
	const size = 11 << 20
	const most = 48 << 20 / size
	page, err := json.Marshal([]object{{"id": payrollID, "name": "Payroll", "type": "OAuth", "unknown": strings.Repeat("x", size)}})
	if err != nil {
		t.Fatal(err)
	}
	var holding atomic.Int64
	here := make(chan struct{}, 2*most)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") != "0" {
			holding.Add(1)
			here <- struct{}{}
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(page) // a caller may have left
	}))
	defer server.Close()
	api, err := connect.NewPingCentral(connect.PingCentralSettings{URL: server.URL, Token: "a-token"}, connect.WithRetryBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	defer api.CloseIdleConnections()
	s := New(func() (*connect.PingCentral, error) { return api, nil }, Options{Patience: hasty})
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var all sync.WaitGroup
	for range 2 * most {
		all.Go(func() {
			if _, err := s.Applications(ctx, AppQuery{}); err == nil {
				t.Error("a list without its second page was given")
			}
		})
	}
	<-here
	time.AfterFunc(2*time.Second, leave) // the others have this long to be too many
	all.Wait()
	if n := holding.Load(); n > most {
		t.Errorf("%d calls held a list of %d MiB", n, size>>20)
	}
}
