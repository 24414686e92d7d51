package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/clocktest"
)

// fresh is for how long the catalogs of these tests share an answer.
const fresh = 3 * time.Second

func newClock() *clocktest.Clock { return clocktest.At(time.Unix(1_800_000_000, 0)) }

// TestSharedForAShortTime reads everything twice, and again when the answers are
// no longer fresh.
func TestSharedForAShortTime(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	now := newClock()
	c.Share(fresh, now.Now)
	read := func() {
		t.Helper()
		ctx := deadline(t)
		for _, integration := range []string{"PingID Integration Kit", sandbox.PingIDIntegrationID} {
			if found, err := c.Choose(ctx, "", integration, "latest"); err != nil || found.Version.Number != "2.24.0" {
				t.Fatalf("%s: %+v, %v", integration, found, err)
			}
		}
		if page, err := c.Search(ctx, catalog.Query{Limit: 20}); err != nil || len(page.Integrations) != 20 {
			t.Fatal(page, err)
		}
		if list, err := c.Environments(ctx); err != nil || len(list) == 0 {
			t.Fatal(list, err)
		}
	}
	const list, one, versions, environments = "listIntegrations", "getIntegration", "listIntegrationVersions", "listEnvironments"
	// The default environment, the name, its versions, the id, two pages, all environments.
	want := []string{environments, list, versions, one, list, list, environments}
	read()
	read()
	if got := asked(s); !slices.Equal(got, want) {
		t.Errorf("twice at once asked\n%q, want\n%q", got, want)
	}
	s.Reset()
	now.Advance(fresh - 1)
	read()
	if got := asked(s); len(got) > 0 {
		t.Errorf("while fresh, it asked %q", got)
	}
	now.Advance(1)
	read()
	if got := asked(s); !slices.Equal(got, want[1:]) { // which environment is the default is remembered
		t.Errorf("later it asked\n%q, want\n%q", got, want[1:])
	}
}

// held is a catalog whose server answers each request when it is told to.
type held struct {
	*catalog.Catalog
	arrived chan string                    // the path of each request
	answer  chan func(http.ResponseWriter) // what it is answered
	gone    chan string                    // the path of each request that was given up
}

func newHeld(t *testing.T, fresh time.Duration) *held {
	t.Helper()
	h := &held{arrived: make(chan string, 100), answer: make(chan func(http.ResponseWriter)), gone: make(chan string, 100)}
	h.Catalog = foreign(t, func(w http.ResponseWriter, r *http.Request) {
		h.arrived <- r.URL.Path
		select {
		case write := <-h.answer:
			write(w)
		case <-r.Context().Done():
			h.gone <- r.URL.Path
		}
	}).Share(fresh, time.Now)
	return h
}

// versions asks for the versions of an integration, and tells how that ended.
func (h *held) versions(ctx context.Context) chan error {
	ended := make(chan error, 1)
	go func() {
		list, err := h.Versions(ctx, environmentID, "kit")
		if err == nil && len(list) != 1 {
			err = fmt.Errorf("%d versions", len(list))
		}
		ended <- err
	}()
	return ended
}

const environmentID = "0a1b2c3d-0000-0000-0000-000000000001"

func await[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("waited in vain: " + what)
		panic("not reached")
	}
}

// joined waits until so many callers wait for PingOne.
func (h *held) joined(t *testing.T, callers int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); catalog.Waiting(h.Catalog) != callers; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d callers wait, not %d", catalog.Waiting(h.Catalog), callers)
		}
	}
}

func oneVersion(t *testing.T) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		answer(t, w, map[string]any{"_embedded": map[string]any{"versions": []any{map[string]any{"id": "v", "name": "Kit", "number": "1.0"}}}})
	}
}

// TestSharedByThoseWhoWait has many callers wait for one request. Those who leave
// take nothing from the others, and who began it stays for them.
func TestSharedByThoseWhoWait(t *testing.T) {
	h := newHeld(t, 0)
	first, leave := context.WithCancel(t.Context())
	begun := h.versions(first)
	await(t, h.arrived, "the request")
	var others []chan error
	for range 30 {
		others = append(others, h.versions(t.Context()))
	}
	second, leaveToo := context.WithCancel(t.Context())
	another := h.versions(second)
	h.joined(t, 32)
	leave()
	leaveToo()
	err := await(t, another, "the end of a call that was cancelled")
	if _, typed := errors.AsType[*connect.Error](err); !errors.Is(err, context.Canceled) || !typed {
		t.Errorf("a cancelled call ended with %v", err)
	}
	h.joined(t, 30)
	h.answer <- oneVersion(t)
	for _, one := range append(others, begun) {
		if err := await(t, one, "an answer"); err != nil {
			t.Error(err)
		}
	}
	if len(h.arrived) > 0 {
		t.Errorf("there were %d requests more", len(h.arrived))
	}
}

// TestGivenUpByAll ends a request that nobody waits for any more; who comes then
// begins another.
func TestGivenUpByAll(t *testing.T) {
	h := newHeld(t, fresh)
	ctx, leave := context.WithCancel(t.Context())
	calls := []chan error{h.versions(ctx), h.versions(ctx)}
	await(t, h.arrived, "the request")
	h.joined(t, 2)
	leave()
	for _, one := range calls {
		if err := await(t, one, "the end"); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	await(t, h.gone, "the end of the request")
	again := h.versions(t.Context())
	await(t, h.arrived, "another request")
	h.answer <- oneVersion(t)
	if err := await(t, again, "an answer"); err != nil {
		t.Error(err)
	}
}

// TestDeadlineOfAnother has a caller with time wait for the request of one with
// none: it is asked again for that caller.
func TestDeadlineOfAnother(t *testing.T) {
	h := newHeld(t, fresh)
	hasty, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begun := h.versions(hasty)
	await(t, h.arrived, "the request")
	patient := h.versions(t.Context())
	if err := await(t, begun, "the deadline"); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	await(t, h.arrived, "another request")
	h.answer <- oneVersion(t)
	if err := await(t, patient, "an answer"); err != nil {
		t.Error(err)
	}
}

// TestErrorIsNotKept tells an error to those who wait for it and to nobody else.
func TestErrorIsNotKept(t *testing.T) {
	h := newHeld(t, fresh)
	calls := []chan error{h.versions(t.Context()), h.versions(t.Context())}
	await(t, h.arrived, "the request")
	h.joined(t, 2)
	h.answer <- func(w http.ResponseWriter) { http.Error(w, "", http.StatusForbidden) }
	for _, one := range calls {
		if refused, ok := errors.AsType[*connect.Error](await(t, one, "the refusal")); !ok || refused.Status != http.StatusForbidden {
			t.Errorf("%v", refused)
		}
	}
	again := h.versions(t.Context())
	await(t, h.arrived, "another request")
	h.answer <- oneVersion(t)
	if err := await(t, again, "an answer"); err != nil {
		t.Error(err)
	}
	if err := await(t, h.versions(t.Context()), "the answer that was kept"); err != nil || len(h.arrived) > 0 {
		t.Errorf("%d requests more, %v", len(h.arrived), err)
	}
}

// TestKeptIsBounded reads more than is kept, and what is too large to be kept.
func TestKeptIsBounded(t *testing.T) {
	var large string
	var requests atomic.Int64
	c := foreign(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		answer(t, w, map[string]any{"_embedded": map[string]any{"versions": []any{map[string]any{"id": "v", "number": "1.0", "description": large}}}})
	}).Share(fresh, newClock().Now)
	read := func(id string) {
		t.Helper()
		if _, err := c.Versions(deadline(t), environmentID, id); err != nil {
			t.Fatal(err)
		}
		answers, bytes := catalog.Kept(c)
		if answers > catalog.MaxKept || bytes > catalog.MaxKeptBytes {
			t.Fatalf("it keeps %d answers of %d bytes", answers, bytes)
		}
	}
	for i := range 3 * catalog.MaxKept {
		read(fmt.Sprint("small-", i))
	}
	if answers, bytes := catalog.Kept(c); answers != catalog.MaxKept || bytes == 0 {
		t.Errorf("of small ones it keeps %d of %d bytes", answers, bytes)
	}
	large = strings.Repeat("x", catalog.MaxKeptBytes/5)
	for i := range 20 {
		read(fmt.Sprint("large-", i))
	}
	if answers, _ := catalog.Kept(c); answers < 2 || answers > 5 {
		t.Errorf("of large ones it keeps %d", answers)
	}
	large = strings.Repeat("x", catalog.MaxKeptBytes/2)
	before := requests.Load()
	read("too large")
	read("too large")
	if requests.Load() != before+2 {
		t.Error("what is too large to be kept is kept")
	}
}

// TestLongListsAtOnce reads more long lists at once than connect holds at a
// time: none may need a second turn while it has one.
func TestLongListsAtOnce(t *testing.T) {
	padding := strings.Repeat("x", 1<<20)
	c := foreign(t, func(w http.ResponseWriter, r *http.Request) {
		answer(t, w, map[string]any{"_embedded": map[string]any{"versions": []any{map[string]any{"id": "v", "number": "1.0", "description": padding}}}})
	}).Share(fresh, newClock().Now)
	ctx := deadline(t)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			if versions, err := c.Versions(ctx, environmentID, fmt.Sprint(i)); err != nil || len(versions) != 1 {
				t.Errorf("%d versions, %v", len(versions), err)
			}
		})
	}
	group.Wait()
}
