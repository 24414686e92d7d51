package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// writable are the applications that are promoted and reverted. Payroll is not
// among them: in some troubles others write it as well.
var writable = []string{sandbox.Benefits, sandbox.Ledger, "Payroll Archive", "Starter", "Mail Relay", "Partner Gateway"}

// application is written by one job at a time, so that what a job left behind
// can be counted.
type application struct {
	mu       sync.Mutex
	name, id string
}

// trace is what writes leave behind in the sandbox.
type trace struct {
	sent     int // requests that arrived
	rows     int // of the history
	modified string
}

func (s *soak) trace(a *application) trace {
	var t trace
	for _, r := range s.box.Requests() {
		if (r.Operation == "promoteApplication" || r.Operation == "revertApplication") && strings.Contains(r.Path, a.id) {
			t.sent++
		}
	}
	t.rows = len(s.box.Promotions(a.name))
	if modified := s.box.Application(a.name).Modified; modified != nil {
		t.modified = fmt.Sprint(*modified)
	}
	return t
}

// attempt is one write as it was asked for, and what came of it.
type attempt struct {
	tool     string
	args     arguments
	app      *application
	way      string
	approved bool
	expected string // the status without any trouble
	began    time.Time
	before   trace
}

var serial atomic.Int64

// write promotes or reverts an application, in one of the ways to approve it or
// not.
func write(s *soak, ctx context.Context, random *rand.Rand) {
	app := one(random, s.apps)
	if !app.mu.TryLock() {
		getApplication(s, ctx, random)
		return
	}
	defer app.mu.Unlock()
	a := &attempt{app: app, tool: "promote_application", expected: "promoted", began: time.Now(), before: s.trace(app)}
	a.args = arguments{"application": app.name, "environment": sandbox.Test}
	if app.name != sandbox.Ledger {
		a.args["redirect_uris"] = []string{fmt.Sprintf("https://soak.example.com/%d", serial.Add(1))}
	}
	if a.before.rows > 2 && random.IntN(3) == 0 {
		a.tool, a.expected, a.args = "revert_application", "reverted", arguments{"application": app.name, "promotion": "previous"}
	}
	ways := []func(*soak, context.Context, *rand.Rand, *attempt){
		byUser, byUser, byUser, byUser, byPlan, byPlan, declining, leaving, byPlanTwice, byPlanAtOnce,
	}
	one(random, ways)(s, ctx, random, a)
}

// asking borrows a client that can ask, for a user of that mood.
func (s *soak) asking(m mood, use func(v *visitor)) {
	v := <-s.askers
	defer func() { s.askers <- v }()
	v.user.become(m)
	use(v)
}

func byUser(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way, a.approved = "user", true
	if a.tool == "promote_application" && random.IntN(3) == 0 {
		a.args["environment"] = sandbox.Production // shielded: it takes a person
	}
	s.asking(accepts, func(v *visitor) { s.judge(ctx, a, s.call(ctx, v, a.tool, a.args)) })
}

func declining(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way, a.expected = "declined", "declined"
	s.asking(one(random, []mood{declines, cancels}), func(v *visitor) { s.judge(ctx, a, s.call(ctx, v, a.tool, a.args)) })
}

// leaving goes away while the user is asked.
func leaving(s *soak, ctx context.Context, _ *rand.Rand, a *attempt) {
	a.way = "left"
	s.asking(leaves, func(v *visitor) {
		limited, leave := context.WithCancel(ctx)
		defer leave()
		ended := make(chan reply, 1)
		go func() { ended <- s.call(limited, v, a.tool, a.args) }()
		select {
		case <-v.user.asked:
			leave()
			<-ended
			s.book.count("questions left unanswered")
			s.judge(ctx, a, reply{fate: broken})
		case r := <-ended: // there was no question, as in a trouble
			a.expected = ""
			s.judge(ctx, a, r)
		}
	})
}

// plan asks for a plan, with a client that cannot ask its user.
func (s *soak) plan(ctx context.Context, random *rand.Rand, a *attempt) (v *visitor, presented arguments, ok bool) {
	v = one(random, s.plain)
	r := s.call(ctx, v, a.tool, a.args)
	var answer struct{ Status, Plan string }
	if r.fate == fine && r.into(&answer) == nil && answer.Plan != "" {
		presented = arguments{"plan": answer.Plan}
		for name, value := range a.args {
			presented[name] = value
		}
		return v, presented, true
	}
	unapproved := *a
	unapproved.expected = "confirmation_required"
	s.judge(ctx, &unapproved, r)
	return nil, nil, false
}

func byPlan(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way = "plan"
	if v, presented, ok := s.plan(ctx, random, a); ok {
		a.approved = true
		s.judge(ctx, a, s.call(ctx, v, a.tool, presented))
	}
}

// byPlanTwice presents one plan twice, one after the other.
func byPlanTwice(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way = "plan, twice"
	v, presented, ok := s.plan(ctx, random, a)
	if !ok {
		return
	}
	a.approved = true
	s.judge(ctx, a, s.call(ctx, v, a.tool, presented))
	again := &attempt{tool: a.tool, args: a.args, app: a.app, way: "plan, the second time", expected: anError, began: time.Now(), before: s.trace(a.app)}
	r := s.call(ctx, v, a.tool, presented)
	s.judge(ctx, again, r)
}

// byPlanAtOnce presents one plan twice at the same time.
func byPlanAtOnce(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way = "plan, twice at once"
	v, presented, ok := s.plan(ctx, random, a)
	if !ok {
		return
	}
	var replies [2]reply
	var both sync.WaitGroup
	for i := range replies {
		both.Go(func() { replies[i] = s.call(ctx, v, a.tool, presented) })
	}
	both.Wait()
	a.approved = true
	carriedOut := replies[0]
	if replies[0].fate != fine {
		carriedOut = replies[1]
	} else if replies[1].fate == fine && statusOf(replies[1]) == statusOf(replies[0]) && statusOf(replies[0]) == a.expected {
		s.book.complain("%s of %s: both of two calls with one plan say %s", a.tool, a.app.name, a.expected)
	}
	s.judge(ctx, a, carriedOut)
}

func statusOf(r reply) string {
	var answer struct{ Status string }
	if r.fate != fine || r.into(&answer) != nil {
		return ""
	}
	return answer.Status
}
