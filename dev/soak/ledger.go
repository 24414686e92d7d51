package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// outcome is how a call ended.
type outcome int

const (
	succeeded outcome = iota
	refused           // the result is a tool's error
	broken            // no result: an error of the protocol or the transport
	hung              // nothing within callTimeout
	outcomes          // their number
)

// complaintsKept bounds what the report prints; all are counted.
const complaintsKept = 30

// ledger records what happened.
type ledger struct {
	mu         sync.Mutex
	took       []time.Duration // of calls since the last sample
	calls      [outcomes]int   // since the last sample
	succeeded  int
	counts     map[string]int
	complaints []string
	complained int
}

func newLedger() *ledger { return &ledger{counts: map[string]int{}} }

// record adds a call.
func (l *ledger) record(o outcome, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took = append(l.took, took)
	l.calls[o]++
	if o == succeeded {
		l.succeeded++
	}
}

// count adds an event.
func (l *ledger) count(event string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[event]++
}

// complain adds what must not happen.
func (l *ledger) complain(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.complained++
	if len(l.complaints) < complaintsKept {
		l.complaints = append(l.complaints, time.Now().Format(time.TimeOnly)+" "+fmt.Sprintf(format, args...))
	}
}

// complainOfCrashes reads the log of a server for panics and data races.
func (l *ledger) complainOfCrashes(server, log string) {
	text, err := os.ReadFile(log)
	if err != nil {
		l.complain("the log of the server over %s: %v", server, err)
	}
	for _, line := range crashLine.FindAllString(string(text), 20) {
		l.complain("the server over %s: %s", server, line)
	}
}

// turn returns the calls since it was called before.
func (l *ledger) turn() (took []time.Duration, calls [outcomes]int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	took, calls = l.took, l.calls
	l.took, l.calls = nil, [outcomes]int{}
	return took, calls
}

// entry is the trace that writes of an application leave in the sandbox.
type entry struct {
	sent     int // write requests that arrived
	rows     int // of the history
	modified string
}

func (s *soak) entry(a *application) entry {
	var e entry
	for _, r := range s.box.Requests() {
		if (r.Operation == "promoteApplication" || r.Operation == "revertApplication") && strings.Contains(r.Path, a.id) {
			e.sent++
		}
	}
	e.rows = len(s.box.Promotions(a.name))
	if modified := s.box.Application(a.name).Modified; modified != nil {
		e.modified = fmt.Sprint(*modified)
	}
	return e
}

// judge compares the result of a write with the sandbox's ledger.
func (s *soak) judge(ctx context.Context, a *attempt, r response) {
	if ctx.Err() != nil {
		return
	}
	after, status := s.entry(a.app), r.status()
	met := s.faults.since(a.began.Add(-aftermath))
	sent, effect := after.sent-a.before.sent, after.rows != a.before.rows || after.modified != a.before.modified
	wrote := status == "promoted" || status == "reverted"
	complain := func(what string) {
		s.ledger.complain("%s of %s by %s: %s; the result is %q %s%.600s (%s)", a.tool, a.app.name, a.way, what, status, r.text, r.body, names(met))
	}
	s.ledger.count("writes, " + a.way + ": " + status)
	switch {
	case sent > 1:
		complain("it was sent more than once")
	case sent > 0 && !a.approved:
		complain("it was sent without an approval")
	case a.repeated && sent > 0:
		complain("a used plan was sent again")
	case a.repeated:
	case wrote && sent != 1:
		complain("it was not sent")
	case wrote && !effect && !concealed(met):
		complain("it had no effect")
	case r.outcome == refused && effect && !concealed(met):
		complain("it had an effect")
	case status != a.expected && a.expected != "" && r.outcome != broken && len(met) == 0:
		complain("without a fault")
	}
}
