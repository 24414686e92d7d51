package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// soak is one run.
type soak struct {
	options
	box    *sandbox.Sandbox
	faults *faults
	ledger *ledger
	dir    string

	http        *httpServer
	connections *http.Client // of the clients over HTTP
	stdio       []*client    // with a server of their own
	plain       []*client    // without elicitation
	everyone    []*client
	prompted    chan *client // with elicitation; taken for one call at a time
	apps        []*application
	folders     chan string   // for downloads; taken for one at a time
	slots       chan struct{} // jobs in progress
	jobs        sync.WaitGroup

	began         time.Time
	samples       []sample
	before, after figures // at rest, around the load
	rested        time.Duration
}

const (
	maxJobs           = 150 // in progress: calls that wait for a failing system must not pile up
	promptedPerHTTP   = 3   // clients with elicitation over HTTP, for each protocol
	downloadFolders   = 6
	unlimitedAttempts = 1 << 30 // of logins: an account that a fault locks is open again when the fault ends
)

// begin starts the sandbox, the servers and the clients.
func begin(ctx context.Context, o options) (s *soak, err error) {
	s = &soak{options: o, ledger: newLedger(), slots: make(chan struct{}, maxJobs), prompted: make(chan *client, 100), folders: make(chan string, downloadFolders)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "pingkit-soak-"); err != nil {
		return nil, err
	}
	if s.box, err = sandbox.Start(sandbox.Options{LoginAttempts: unlimitedAttempts}); err != nil {
		return nil, err
	}
	s.faults = newFaults(s.box)
	env, err := environment(s.box, s.dir)
	if err != nil {
		return nil, err
	}
	if s.http, err = startHTTP(ctx, o.server, s.dir, env); err != nil {
		return nil, err
	}
	s.connections = s.http.connections()
	for _, protocol := range []string{stateful, stateless} {
		for n := range promptedPerHTTP + 1 {
			c, err := s.http.connect(ctx, s.connections, protocol, n > 0)
			if err != nil {
				return nil, err
			}
			s.everyone = append(s.everyone, c)
			if n == 0 {
				s.plain = append(s.plain, c)
			} else {
				s.prompted <- c
			}
		}
		c, err := connectStdio(ctx, o.server, s.dir, env, protocol)
		if err != nil {
			return nil, err
		}
		s.everyone, s.stdio = append(s.everyone, c), append(s.stdio, c)
		s.prompted <- c
	}
	for _, name := range writable {
		s.apps = append(s.apps, &application{name: name, id: s.box.ApplicationID(name)})
	}
	for i := range downloadFolders {
		s.folders <- fmt.Sprintf("folder-%d", i)
	}
	// The first call of each client makes what stays, such as connections.
	for _, c := range s.everyone {
		if r := s.call(ctx, c, "list_environments", arguments{}); r.outcome != succeeded {
			return nil, fmt.Errorf("the first call over %s: %s", c.name, r.text)
		}
	}
	s.before, err = s.http.figures(ctx)
	return s, err
}

// load calls for the length of the run and returns after the last call.
func (s *soak) load(ctx context.Context) {
	loaded, stop := context.WithTimeout(ctx, s.length)
	defer stop()
	s.began = time.Now()
	random := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(s.seed, n)) }
	var beside sync.WaitGroup
	beside.Go(func() { s.faults.inject(loaded, s.options, random(1)) })
	beside.Go(func() { s.resetHistories(loaded) })
	beside.Go(func() { s.sample(ctx, loaded) })
	choice := random(2)
	tick := time.NewTicker(time.Second / time.Duration(s.rate))
	defer tick.Stop()
	for n := uint64(3); loaded.Err() == nil; n++ {
		select {
		case <-loaded.Done():
		case <-tick.C:
			do, own := pick(choice), random(n)
			select {
			case s.slots <- struct{}{}:
				s.jobs.Go(func() {
					defer func() { <-s.slots }()
					do(s, ctx, own)
				})
			default:
				s.ledger.count("jobs skipped, as too many were in progress")
			}
		}
	}
	beside.Wait()
	s.jobs.Wait()
}

// resetHistories brings the applications' histories back to their beginning from time to time: responses that grow would look like a
// leak.
func (s *soak) resetHistories(ctx context.Context) {
	for {
		if pause(ctx, s.reset); ctx.Err() != nil {
			return
		}
		for _, a := range s.apps {
			a.mu.Lock()
		}
		s.box.Reset()
		for _, a := range s.apps {
			a.mu.Unlock()
		}
	}
}

// end waits until the server over HTTP is at rest and stops everything. The sandbox stops first: the server would keep its
// connections for a while.
func (s *soak) end(ctx context.Context) error {
	s.connections.CloseIdleConnections()
	err := s.box.Close()
	s.box = nil
	for begun := time.Now(); ; pause(ctx, time.Second) {
		var failed error
		if s.after, failed = s.http.figures(ctx); failed != nil {
			err = errors.Join(err, failed)
			break
		}
		if s.rested = time.Since(begun); s.atRest() || s.rested > s.rest || ctx.Err() != nil {
			break
		}
	}
	for _, c := range s.stdio {
		s.ledger.complainOfCrashes(c.name, c.log)
	}
	s.ledger.complainOfCrashes("http", s.http.log)
	return errors.Join(err, s.close())
}

// close stops what begin started, in the opposite order.
func (s *soak) close() error {
	var errs []error
	for _, c := range slices.Backward(s.stdio) {
		errs = append(errs, c.mcp.Close())
	}
	if s.http != nil {
		errs = append(errs, s.http.stop())
	}
	if s.box != nil {
		errs = append(errs, s.box.Close())
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
