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

// aftermath is how long after a trouble a call may still meet it: in an answer
// that is shared for a moment, or in a connection that is still to be found dead.
const aftermath = 2500 * time.Millisecond

// remembered is how long spells are kept; no call takes that long.
const remembered = 5 * time.Minute

// weather has the systems misbehave from time to time, and knows when they did.
type weather struct {
	box *sandbox.Sandbox
	all []chaos.FaultScenario

	mu     sync.Mutex
	spells []spell
	met    int // troubles so far
}

// spell is a trouble and when it was.
type spell struct {
	trouble  chaos.FaultScenario
	from, to time.Time // to is zero while it lasts
}

// Operations that nothing in the load asks for.
var unreached = []string{"centralToken", "updateApplication", "listIntegrationVersionAttributes"}

func newWeather(box *sandbox.Sandbox) *weather {
	return &weather{box: box, all: slices.DeleteFunc(chaos.Scenarios(), func(t chaos.FaultScenario) bool {
		return t.Options != nil || slices.Contains(unreached, t.Operation)
	})}
}

// change has rough and calm times follow each other until ctx ends.
func (w *weather) change(ctx context.Context, o options, random *rand.Rand) {
	for ctx.Err() == nil {
		for range o.spells {
			w.begin(w.all[random.IntN(len(w.all))])
			pause(ctx, o.rough/time.Duration(o.spells))
			w.end()
		}
		pause(ctx, o.calm)
	}
}

func (w *weather) begin(t chaos.FaultScenario) {
	w.mu.Lock()
	w.spells = slices.DeleteFunc(w.spells, func(s spell) bool { return time.Since(s.from) > remembered })
	w.spells = append(w.spells, spell{trouble: t, from: time.Now()})
	w.met++
	w.mu.Unlock()
	t.Begins(w.box)
}

func (w *weather) end() {
	w.box.Calm()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spells[len(w.spells)-1].to = time.Now()
}

// since lists the troubles that were there at some time since from.
func (w *weather) since(from time.Time) []chaos.FaultScenario {
	w.mu.Lock()
	defer w.mu.Unlock()
	var met []chaos.FaultScenario
	for _, s := range w.spells {
		if s.to.IsZero() || s.to.After(from) {
			met = append(met, s.trouble)
		}
	}
	return met
}

// fair reports that a call that began at that time and has just ended met no
// trouble.
func (w *weather) fair(began time.Time) bool { return len(w.since(began.Add(-aftermath))) == 0 }

// names are for a complaint.
func names(troubles []chaos.FaultScenario) string {
	var list []string
	for _, t := range troubles {
		list = append(list, t.Name)
	}
	if len(list) == 0 {
		return "no trouble"
	}
	return strings.Join(list, "; ")
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
