package pingcentral

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestCallsAtOnceSendOnce has many callers carry out one plan, and many plans of
// one act, at the same time.
func TestCallsAtOnceSendOnce(t *testing.T) {
	for _, samePlan := range []bool{true, false} {
		f := newForeign(t)
		f.change(func() { f.before = func() { time.Sleep(50 * time.Millisecond) } })
		s := f.service(t, withSecret)
		r, token := sealed(t, s, ByPlan)
		tokens := slices.Repeat([]string{token}, 12)
		for i := range tokens {
			if !samePlan {
				_, tokens[i] = sealed(t, s, ByPlan)
			}
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for _, token := range tokens {
			wg.Go(func() {
				_, err := carryOut(t, s, token, caller, ByPlan, r)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				}
			})
		}
		wg.Wait()
		if sent := f.writes(); len(sent) != 1 || done != 1 {
			t.Errorf("same plan %t: %d calls succeed, sent %v", samePlan, done, sent)
		}
	}
}

func TestOneWriteOfAnApplicationAtATime(t *testing.T) {
	f := newForeign(t)
	inside, leave := make(chan bool, 3), make(chan bool)
	goOn := sync.OnceFunc(func() { close(leave) })
	defer goOn()
	f.change(func() { f.before = func() { inside <- true; <-leave } })
	s := f.service(t)
	first, second, other := planned(t, s, toTest()), planned(t, s, toTest()), planned(t, s, RevertRequest{"Payroll", "h1"})
	var wg sync.WaitGroup
	wg.Go(func() {
		if out, err := asUser(s, t.Context(), first); err != nil || out.Status != StatusPromoted {
			t.Errorf("the first gives %+v, %v", out, err)
		}
	})
	<-inside
	refused := make(chan error, 2)
	for _, p := range []*Plan{second, other} {
		go func() {
			_, err := asUser(s, t.Context(), p)
			refused <- err
		}()
	}
	for range 2 {
		select {
		case err := <-refused:
			if e, ok := errors.AsType[*RefusedError](err); !ok || !strings.Contains(e.Reason, "under way") {
				t.Errorf("another write meanwhile gives %v", err)
			}
		case <-inside:
			t.Fatal("another write was sent meanwhile")
		}
	}
	goOn()
	wg.Wait()
	// Refused for the other's sake, the plan was not used up; the state is another.
	var changed *ChangedError
	if _, err := asUser(s, t.Context(), second); !errors.As(err, &changed) {
		t.Errorf("the second plan gives %v afterwards", err)
	}
	if sent := f.writes(); len(sent) != 1 {
		t.Errorf("sent %v", sent)
	}
}

// failingStore is a store that is out of reach.
type failingStore struct{ claims int }

func (s *failingStore) Claim(context.Context, string, string, time.Duration) (bool, error) {
	s.claims++
	return false, io.ErrUnexpectedEOF
}

func (*failingStore) Release(context.Context, string, string) error { return io.ErrUnexpectedEOF }

func (*failingStore) Value(context.Context, string) (string, error) { return "", io.ErrUnexpectedEOF }

func TestStoreOutOfReachRefuses(t *testing.T) {
	f := newForeign(t)
	s := f.service(t, func(o *Options) { o.Store = &failingStore{} })
	p := planned(t, s, toTest())
	var refused *RefusedError
	if _, err := asUser(s, t.Context(), p); !errors.As(err, &refused) || !errors.Is(err, io.ErrUnexpectedEOF) || len(f.writes()) > 0 {
		t.Errorf("a store out of reach gives %v, sent %v", err, f.writes())
	}
}

// A full memory is no store out of reach: calling again does not help, and the
// setting that would is not set.
func TestFullMemoryRefuses(t *testing.T) {
	f := newForeign(t)
	full := &memoryStore{claims: map[string]memoryClaim{}, now: time.Now}
	for i := range maxClaims {
		full.claims[strconv.Itoa(i)] = memoryClaim{ends: time.Now().Add(time.Hour)}
	}
	s := f.service(t, func(o *Options) { o.Store = full })
	p := planned(t, s, toTest())
	_, err := asUser(s, t.Context(), p)
	refused, ok := errors.AsType[*RefusedError](err)
	if !ok || !strings.Contains(refused.Next, "set PINGKIT_PLAN_STORE") || strings.Contains(err.Error(), "call again") || len(f.writes()) > 0 {
		t.Errorf("a full memory gives %v, sent %v", err, f.writes())
	}
}

func TestCancelledBeforeTheSendStops(t *testing.T) {
	f := newForeign(t)
	ctx, cancel := context.WithCancel(t.Context())
	s := f.service(t, func(o *Options) {
		o.Secrets.Variable = func(string) (string, bool) { return "hunter2hunter2", true }
	})
	p := planned(t, s, PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true})
	reads := 0
	s.secrets.Variable = func(string) (string, bool) {
		if reads++; reads == 2 { // the last thing before the request
			cancel()
		}
		return "hunter2hunter2", true
	}
	if _, err := asUser(s, ctx, p); !errors.Is(err, context.Canceled) || len(f.writes()) > 0 {
		t.Errorf("a caller who left before the send gives %v, sent %v", err, f.writes())
	}
}

func TestCancelledAfterTheSendIsSeenThrough(t *testing.T) {
	f := newForeign(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.change(func() { f.before = func() { cancel(); time.Sleep(50 * time.Millisecond) } })
	s := f.service(t)
	out, err := asUser(s, ctx, planned(t, s, toTest()))
	if err != nil || out.Status != StatusPromoted || out.Promotion == nil || len(f.writes()) != 1 {
		t.Errorf("a caller who left after the send gives %+v, %v, sent %v", out, err, f.writes())
	}
}
