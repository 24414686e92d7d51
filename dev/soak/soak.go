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
	box     *sandbox.Sandbox
	weather *weather
	book    *book
	dir     string
	env     []string

	http        *httpServer
	connections *http.Client // of the clients over HTTP
	metrics     *http.Client
	readers     []*visitor     // anybody may use them
	plain       []*visitor     // likewise; they cannot ask
	everyone    []*visitor     // both of them
	askers      chan *visitor  // one call at a time, for its question
	stdio       []*visitor     // those of the readers that have a server of their own
	apps        []*application // that are written
	folders     chan string    // for downloads, one at a time
	slots       chan struct{}  // jobs under way
	jobs        sync.WaitGroup

	began   time.Time
	samples []sample
	before  figures // at rest, before the load
	after   figures // at rest, after it
	rested  time.Duration
}

// atOnce bounds the jobs under way: what waits in a trouble must not pile up.
const atOnce = 150

const (
	askersOfAnEra = 3 // clients over HTTP that can ask, besides the one over stdio
	folderCount   = 6
)

// begin starts the sandbox, the servers and the clients.
func begin(ctx context.Context, o options) (s *soak, err error) {
	s = &soak{options: o, book: newBook(), metrics: metricsReader(), slots: make(chan struct{}, atOnce),
		askers: make(chan *visitor, 100), folders: make(chan string, folderCount)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.dir, err = os.MkdirTemp("", "pingkit-soak-"); err != nil {
		return nil, err
	}
	// An account that a trouble locks is open again when the trouble ends.
	if s.box, err = sandbox.Start(sandbox.Options{LoginAttempts: 1 << 30}); err != nil {
		return nil, err
	}
	s.weather = newWeather(s.box)
	if s.env, err = environment(s.box, s.dir); err != nil {
		return nil, err
	}
	if s.http, err = startHTTP(ctx, o.server, s.dir, s.env); err != nil {
		return nil, err
	}
	s.connections = s.http.connections()
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	for _, name := range writable {
		s.apps = append(s.apps, &application{name: name, id: s.box.ApplicationID(name)})
	}
	for i := range folderCount {
		s.folders <- fmt.Sprintf("folder-%d", i)
	}
	// Each client has called once, so that what is made for a first call is there.
	s.everyone = slices.Concat(s.readers, s.plain)
	for _, v := range s.everyone {
		if r := s.call(ctx, v, "list_environments", arguments{}); r.fate != fine {
			return nil, fmt.Errorf("the first call over %s: %s", v.name, r.text)
		}
	}
	s.before, err = s.http.figures(ctx, s.metrics)
	return s, err
}

// connect opens clients of both eras and transports.
func (s *soak) connect(ctx context.Context) error {
	for _, era := range []string{older, newer} {
		for range askersOfAnEra {
			v, err := s.http.visit(ctx, s.connections, era, true)
			if err != nil {
				return err
			}
			s.readers = append(s.readers, v)
			s.askers <- v
		}
		v, err := s.http.visit(ctx, s.connections, era, false)
		if err != nil {
			return err
		}
		s.plain = append(s.plain, v)
		if v, err = overStdio(ctx, s.server, s.dir, s.env, era); err != nil {
			return err
		}
		s.readers = append(s.readers, v)
		s.stdio = append(s.stdio, v)
		s.askers <- v
	}
	return nil
}

// load calls for the length of the run, and returns when the last call ended.
func (s *soak) load(ctx context.Context) {
	loaded, stop := context.WithTimeout(ctx, s.length)
	defer stop()
	s.began = time.Now()
	var beside sync.WaitGroup
	random := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(s.seed, n)) }
	beside.Go(func() { s.weather.change(loaded, s.options, random(1)) })
	beside.Go(func() { s.syncs(loaded) })
	beside.Go(func() { s.shorten(loaded) })
	beside.Go(func() { s.observe(ctx, loaded) })

	choice := random(2)
	tick := time.NewTicker(time.Second / time.Duration(s.rate))
	defer tick.Stop()
	for n := uint64(3); loaded.Err() == nil; n++ {
		select {
		case <-loaded.Done():
		case <-tick.C:
			s.start(ctx, pick(choice), random(n))
		}
	}
	beside.Wait()
	s.jobs.Wait()
}

// start begins a job, unless too many are under way.
func (s *soak) start(ctx context.Context, do job, random *rand.Rand) {
	select {
	case s.slots <- struct{}{}:
	default:
		s.book.count(held)
		return
	}
	s.jobs.Go(func() {
		defer func() { <-s.slots }()
		do(s, ctx, random)
	})
}

// observe takes samples while the load lasts.
func (s *soak) observe(ctx, loaded context.Context) {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for {
		select {
		case <-loaded.Done():
			return
		case <-tick.C:
		}
		now := sample{at: time.Since(s.began)}
		var err error
		if now.http, err = s.http.figures(ctx, s.metrics); err != nil {
			s.book.complain("the server over HTTP cannot be observed: %v", err)
			continue
		}
		for _, v := range s.stdio {
			f, err := processFigures(v.cmd.Process.Pid)
			if err != nil {
				s.book.complain("the server over %s cannot be observed: %v", v.name, err)
			}
			now.stdio = append(now.stdio, f)
		}
		now.took, now.tally = s.book.turn()
		s.samples = append(s.samples, now)
	}
}

// shorten brings the applications' histories back to their beginning from time
// to time: answers that grow would look like a leak.
func (s *soak) shorten(ctx context.Context) {
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

// end lets the server over HTTP come to rest, and ends everything. The sandbox
// ends first: the server would keep its connections for a while.
func (s *soak) end(ctx context.Context) error {
	s.connections.CloseIdleConnections()
	err := s.box.Close()
	s.box = nil
	begun := time.Now()
	for {
		var unseen error
		if s.after, unseen = s.http.figures(ctx, s.metrics); unseen != nil {
			err = errors.Join(err, unseen)
			break
		}
		if s.rested = time.Since(begun); s.atRest() || s.rested > s.rest || ctx.Err() != nil {
			break
		}
		pause(ctx, time.Second)
	}
	return errors.Join(err, s.close())
}

// close ends what was started, in the opposite order.
func (s *soak) close() error {
	var errs []error
	for _, v := range s.stdio {
		errs = append(errs, v.mcp.Close())
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
