package httptransport

import (
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"example.com/pingkit/internal/tools"
)

// Limits bound what one caller may ask for. A zero value means no bound.
type Limits struct {
	PerSecond  float64 // requests on the average
	Burst      int     // requests at once; zero means twice PerSecond
	Concurrent int     // calls that run at the same time
}

// DefaultLimits are wide for an assistant and narrow for a loop.
var DefaultLimits = Limits{PerSecond: 50, Burst: 100, Concurrent: 32}

const (
	// forgetAfter is when a caller who has stopped calling is forgotten.
	forgetAfter = 10 * time.Minute
	// concurrencyRetry and sessionsRetry are how long a caller is told to wait.
	concurrencyRetry = time.Second
	sessionsRetry    = time.Minute
)

// limits keep the books for Limits.
type limits struct {
	Limits
	apply bool // false where callers are not told apart

	mu      sync.Mutex
	callers map[string]*account
	swept   time.Time
}

// account is what one caller has used.
type account struct {
	rate  *rate.Limiter
	calls *semaphore.Weighted
	seen  time.Time
}

func newLimits(l Limits, apply bool) *limits {
	if l.Burst <= 0 {
		l.Burst = int(math.Ceil(2 * l.PerSecond))
	}
	return &limits{Limits: l, apply: apply, callers: map[string]*account{}, swept: time.Now()}
}

// rated bounds the requests per second, before their bodies are read.
func (l *limits) rated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.apply && l.PerSecond > 0 {
			reservation := l.account(tools.CallerOf(r.Context())).rate.Reserve()
			if wait := reservation.Delay(); wait > 0 {
				reservation.Cancel()
				tooMany(w, wait, "too many requests; slow down")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// bounded bounds the calls at a time. Notifications and answers to questions
// pass: they end calls.
func (l *limits) bounded(next http.Handler) http.Handler {
	occupied := l.occupied(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if messageOf(r).isRequest() {
			occupied.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// occupied has each request take one of the places of its caller.
func (l *limits) occupied(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if l.apply && l.Concurrent > 0 {
			calls := l.account(tools.CallerOf(r.Context())).calls
			if !calls.TryAcquire(1) {
				tooMany(w, concurrencyRetry, "too many calls are running; wait until some have ended")
				return
			}
			defer calls.Release(1)
		}
		next.ServeHTTP(w, r)
	})
}

// account returns the account of a caller. Those who have not called for long
// have all their calls behind them and a full allowance, and are dropped.
func (l *limits) account(caller string) *account {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if now.Sub(l.swept) > forgetAfter {
		l.swept = now
		for name, a := range l.callers {
			if now.Sub(a.seen) > forgetAfter && (l.Concurrent <= 0 || a.calls.TryAcquire(int64(l.Concurrent))) {
				delete(l.callers, name)
			}
		}
	}
	a := l.callers[caller]
	if a == nil {
		a = &account{
			rate:  rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst),
			calls: semaphore.NewWeighted(int64(l.Concurrent)),
		}
		l.callers[caller] = a
	}
	a.seen = now
	return a
}

// tooMany refuses a request for now.
func tooMany(w http.ResponseWriter, wait time.Duration, why string) {
	w.Header().Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(wait.Seconds())))))
	http.Error(w, why, http.StatusTooManyRequests)
}
