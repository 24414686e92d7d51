package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
)

const (
	// aftermath is how long a call may still meet a fault after its end: in a shared result, or in a connection that is dead.
	aftermath = 2500 * time.Millisecond
	// remembered is how long faults are kept, which is longer than any call takes.
	remembered = 5 * time.Minute
)

// faults makes the systems misbehave from time to time and knows when they did.
type faults struct {
	box *sandbox.Sandbox
	all []chaos.FaultScenario

	mu       sync.Mutex
	past     []injected
	injected int // so far
}

// injected is a fault and its time.
type injected struct {
	fault    chaos.FaultScenario
	from, to time.Time // to is zero while it lasts
}

// unreached are operations that the load never calls.
var unreached = []string{"centralToken", "updateApplication", "listIntegrationVersionAttributes"}

func newFaults(box *sandbox.Sandbox) *faults {
	return &faults{box: box, all: slices.DeleteFunc(chaos.Scenarios(), func(t chaos.FaultScenario) bool {
		return t.Options != nil || slices.Contains(unreached, t.Operation)
	})}
}

// inject alternates faulty and calm phases until ctx ends.
func (f *faults) inject(ctx context.Context, o options, random *rand.Rand) {
	for ctx.Err() == nil {
		for range o.faultsAtATime {
			f.begin(f.all[random.IntN(len(f.all))])
			pause(ctx, o.faulty/time.Duration(o.faultsAtATime))
			f.end()
		}
		pause(ctx, o.calm)
	}
}

func (f *faults) begin(t chaos.FaultScenario) {
	f.mu.Lock()
	f.past = slices.DeleteFunc(f.past, func(i injected) bool { return time.Since(i.from) > remembered })
	f.past = append(f.past, injected{fault: t, from: time.Now()})
	f.injected++
	f.mu.Unlock()
	t.Begins(f.box)
}

func (f *faults) end() {
	f.box.Calm()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.past[len(f.past)-1].to = time.Now()
}

// since lists the faults at any time since from.
func (f *faults) since(from time.Time) []chaos.FaultScenario {
	f.mu.Lock()
	defer f.mu.Unlock()
	var met []chaos.FaultScenario
	for _, i := range f.past {
		if i.to.IsZero() || i.to.After(from) {
			met = append(met, i.fault)
		}
	}
	return met
}

// none reports that a call that began at that time and has just ended met no fault.
func (f *faults) none(began time.Time) bool { return len(f.since(began.Add(-aftermath))) == 0 }

// names lists faults for a complaint.
func names(list []chaos.FaultScenario) string {
	var text []string
	for _, t := range list {
		text = append(text, t.Name)
	}
	if len(text) == 0 {
		return "no fault"
	}
	return strings.Join(text, "; ")
}

// concealed reports faults with which PingCentral misreports a write or hides its effect, so that no client could know.
func concealed(met []chaos.FaultScenario) bool {
	return slices.ContainsFunc(met, func(t chaos.FaultScenario) bool {
		if strings.Contains(t.Name, "the history hides it") || strings.Contains(t.Name, "404 after the effect") ||
			strings.HasPrefix(t.Name, "form: HistoryLag") || strings.HasPrefix(t.Name, "form: ApprovalRequired") {
			return true
		}
		if t.Operation == "listPromotions" || t.Operation == "getApplication" {
			return true // it shows another history, or another application
		}
		honest := slices.ContainsFunc([]string{": 408", ": 5", ": dropped", "dropped after", "dropped before"}, func(part string) bool {
			return strings.Contains(t.Name, part)
		})
		return (t.Operation == "promoteApplication" || t.Operation == "revertApplication") && !honest
	})
}
