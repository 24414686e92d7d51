package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// writable are the applications that the load promotes and reverts. Payroll is not among them: with some faults others write it too.
var writable = []string{sandbox.Benefits, sandbox.Ledger, "Payroll Archive", "Starter", "Mail Relay", "Partner Gateway"}

// application is written by one job at a time, so that the effects of a job can be counted.
type application struct {
	mu       sync.Mutex
	name, id string
}

// attempt is one write: the request, the way of its approval, and the expected result.
type attempt struct {
	tool     string
	args     arguments
	app      *application
	way      string
	approved bool
	repeated bool   // an earlier call has used the plan: its outcome comes again
	expected string // the status without any fault; empty: any
	began    time.Time
	before   entry
}

var serial atomic.Int64

// write promotes or reverts an application, in one of the ways to approve it or not.
func write(s *soak, ctx context.Context, random *rand.Rand) {
	app := one(random, s.apps)
	if !app.mu.TryLock() {
		getApplication(s, ctx, random)
		return
	}
	defer app.mu.Unlock()
	a := &attempt{app: app, tool: "promote_application", expected: "promoted", began: time.Now(), before: s.entry(app)}
	a.args = arguments{"application": app.name, "environment": sandbox.Test}
	if app.name != sandbox.Ledger {
		a.args["redirect_uris"] = []string{fmt.Sprintf("https://soak.example.com/%d", serial.Add(1))}
	}
	if a.before.rows > 2 && random.IntN(3) == 0 {
		a.tool, a.expected, a.args = "revert_application", "reverted", arguments{"application": app.name, "promotion": "previous"}
	}
	ways := []func(*soak, context.Context, *rand.Rand, *attempt){
		byUser, byUser, byUser, byUser, byPlan, byPlan, declined, left, byPlanTwice, byPlanAtOnce,
	}
	one(random, ways)(s, ctx, random, a)
}

// elicit borrows a client with elicitation, for a user of that behavior.
func (s *soak) elicit(b behavior, use func(*client)) {
	c := <-s.prompted
	defer func() { s.prompted <- c }()
	c.user.behave(b)
	use(c)
}

func byUser(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way, a.approved = "user", true
	if a.tool == "promote_application" && random.IntN(3) == 0 {
		a.args["environment"] = sandbox.Production // shielded: a person must approve
	}
	s.elicit(accepts, func(c *client) { s.judge(ctx, a, s.call(ctx, c, a.tool, a.args)) })
}

func declined(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way, a.expected = "declined", "declined"
	s.elicit(one(random, []behavior{declines, cancels}), func(c *client) { s.judge(ctx, a, s.call(ctx, c, a.tool, a.args)) })
}

// left has the client go away during the elicitation.
func left(s *soak, ctx context.Context, _ *rand.Rand, a *attempt) {
	a.way, a.expected = "client left", ""
	s.elicit(leaves, func(c *client) {
		limited, leave := context.WithCancel(ctx)
		defer leave()
		ended := make(chan response, 1)
		go func() { ended <- s.call(limited, c, a.tool, a.args) }()
		select {
		case <-c.user.prompted:
			leave()
			<-ended
			s.judge(ctx, a, response{outcome: broken})
		case r := <-ended: // a fault came before the elicitation
			s.judge(ctx, a, r)
		}
	})
}

// plan asks for a plan, with a client without elicitation. It returns the arguments of the second call.
func (s *soak) plan(ctx context.Context, random *rand.Rand, a *attempt) (c *client, confirmed arguments, ok bool) {
	c = one(random, s.plain)
	r := s.call(ctx, c, a.tool, a.args)
	var result struct{ Status, Plan string }
	if r.outcome == succeeded && r.decode(&result) == nil && result.Plan != "" {
		confirmed = maps.Clone(a.args)
		confirmed["plan"] = result.Plan
		return c, confirmed, true
	}
	unapproved := *a
	unapproved.expected = "confirmation_required"
	s.judge(ctx, &unapproved, r)
	return nil, nil, false
}

func byPlan(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way = "plan"
	if c, confirmed, ok := s.plan(ctx, random, a); ok {
		a.approved = true
		s.judge(ctx, a, s.call(ctx, c, a.tool, confirmed))
	}
}

// byPlanTwice confirms one plan twice, one after the other.
func byPlanTwice(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way = "plan, twice"
	c, confirmed, ok := s.plan(ctx, random, a)
	if !ok {
		return
	}
	a.approved = true
	s.judge(ctx, a, s.call(ctx, c, a.tool, confirmed))
	again := &attempt{tool: a.tool, args: a.args, app: a.app, way: "plan, the second time", repeated: true, began: time.Now(), before: s.entry(a.app)}
	s.judge(ctx, again, s.call(ctx, c, a.tool, confirmed))
}

// byPlanAtOnce confirms one plan twice at the same time.
func byPlanAtOnce(s *soak, ctx context.Context, random *rand.Rand, a *attempt) {
	a.way = "plan, twice at once"
	c, confirmed, ok := s.plan(ctx, random, a)
	if !ok {
		return
	}
	var responses [2]response
	var both sync.WaitGroup
	for i := range responses {
		both.Go(func() { responses[i] = s.call(ctx, c, a.tool, confirmed) })
	}
	both.Wait()
	a.approved = true
	first := responses[0]
	if first.outcome != succeeded {
		first = responses[1]
	}
	s.judge(ctx, a, first)
}
