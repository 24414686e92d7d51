//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// comparison is three ways to ask that take turns: pingkit, the requests that it
// makes, and a bare server.
type comparison struct {
	up         *upstream
	ours, bare session
	direct     *direct

	lists []*toolCall // of one integration each
	echo  *toolCall
	trace []string // the requests to PingOne that the lists lead to
}

// prepare makes the calls, with answers of one size, and finds out which
// requests they lead to.
func (c *comparison) prepare(ctx context.Context, era string, names []published) error {
	if _, err := c.up.do(order{Trace: true}); err != nil {
		return err
	}
	size := 0
	for _, name := range names {
		list, err := newToolCall(era, "list_versions", map[string]any{"integration": name.Name})
		if err != nil {
			return err
		}
		answer, err := c.ours.call(ctx, list)
		if err != nil {
			return err
		}
		c.lists, size = append(c.lists, list), len(answer)
	}
	traced, err := c.up.do(order{Trace: true})
	if err != nil {
		return err
	}
	if c.trace = traced.Trace; len(c.trace) == 0 {
		return errors.New("the calls led to no request")
	}
	length := 0
	for range 2 { // first without a letter, then with as many as are missing
		if c.echo, err = newToolCall(era, "echo", map[string]any{"text": names[0].Name, "length": length}); err != nil {
			return err
		}
		echoed, err := c.bare.call(ctx, c.echo)
		if err != nil {
			return err
		}
		length = (size - len(echoed)) / 2 // each stands in both forms of the answer
	}
	return nil
}

// rounds has them take turns.
func (c *comparison) rounds(ctx context.Context, callers, rounds int, lasting time.Duration) (*turns, error) {
	t := &turns{}
	// The first round fills pools and caches, and does not count.
	for round := range rounds + 1 {
		var n atomic.Int64
		inTurn := func() int { return int(n.Add(1)) }
		before, err := c.up.do(order{})
		if err != nil {
			return nil, err
		}
		anew, err := volley(c.ours, callers, lasting, func() error {
			_, err := c.ours.call(ctx, c.lists[inTurn()%len(c.lists)])
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("pingkit: %w", err)
		}
		after, err := c.up.do(order{})
		if err != nil {
			return nil, err
		}
		upstream, err := fire(callers, lasting, func() error {
			return c.direct.get(ctx, c.direct.origin+c.trace[inTurn()%len(c.trace)])
		})
		if err != nil {
			return nil, fmt.Errorf("PingOne: %w", err)
		}
		bare, err := volley(c.bare, callers, lasting, func() error { _, err := c.bare.call(ctx, c.echo); return err })
		if err != nil {
			return nil, fmt.Errorf("the bare server: %w", err)
		}
		again, err := volley(c.ours, callers, lasting, func() error { _, err := c.ours.call(ctx, c.lists[0]); return err })
		if err != nil {
			return nil, fmt.Errorf("pingkit: %w", err)
		}
		if round == 0 {
			continue
		}
		t.anew, t.again, t.bare = append(t.anew, anew), append(t.again, again), append(t.bare, bare)
		asked := float64(after.Requests-before.Requests) / float64(anew.calls)
		t.asked = append(t.asked, asked)
		t.upstream = append(t.upstream, asked*upstream.each())
	}
	return t, nil
}

// turns is what the rounds found; times are in microseconds per call.
type turns struct {
	anew, again, bare []burst
	asked             []float64 // requests to PingOne per call anew
	upstream          []float64 // their time
}

// compared are the rows with a ratio.
func (t *turns) compared(what string) []row {
	above, relative := make([]float64, len(t.anew)), make([]float64, len(t.anew))
	for i, b := range t.anew {
		above[i] = b.each() - t.upstream[i]
		relative[i] = above[i] / t.bare[i].each()
	}
	bare := fmt.Sprintf("bare echo %.0f µs", middle(t.bare, burst.each))
	return []row{
		{
			what: what + ": overhead",
			ours: fmt.Sprintf("%.0f µs a call (%.0f less %.0f of %.2f requests)",
				median(above), middle(t.anew, burst.each), median(t.upstream), median(t.asked)),
			theirs: bare, ratios: relative, aim: aim{atMost: 1.3},
		},
		{
			what: what + ": the same again", ours: fmt.Sprintf("%.0f µs a call", middle(t.again, burst.each)),
			theirs: bare, ratios: ratios(t.again, t.bare, burst.each), aim: aim{atMost: 1.3},
		},
	}
}

// raw is the row of what a caller sees.
func (t *turns) raw(what string) row {
	return row{what: what + ": what callers see", ours: latencies(t.anew), theirs: "bare echo " + latencies(t.bare)}
}

func latencies(bursts []burst) string {
	figure := func(of func(burst) float64) float64 { return middle(bursts, of) }
	return fmt.Sprintf("p50 %.0f µs, p99 %.0f µs, %.0f calls/s, server's CPU %.0f µs a call",
		figure(func(b burst) float64 { return b.p50 }), figure(func(b burst) float64 { return b.p99 }),
		figure(func(b burst) float64 { return 1e6 / b.each() }), figure(func(b burst) float64 { return microseconds(b.cpu) / float64(b.calls) }))
}

// burst is a time of calls as fast as they can be made.
type burst struct {
	calls    int
	wall     time.Duration
	p50, p99 float64 // microseconds
	cpu      time.Duration
}

// each is the microseconds per call.
func (b burst) each() float64 { return microseconds(b.wall) / float64(b.calls) }

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// volley fires at a server, and reads what CPU time that took it.
func volley(to session, callers int, lasting time.Duration, call func() error) (burst, error) {
	before, err := cpuTime(to.pid())
	if err != nil {
		return burst{}, err
	}
	b, err := fire(callers, lasting, call)
	if err != nil {
		return burst{}, err
	}
	after, err := cpuTime(to.pid())
	b.cpu = after - before
	return b, err
}

// fire has callers call for a time. The first error ends it.
func fire(callers int, lasting time.Duration, call func() error) (burst, error) {
	took := make([][]time.Duration, callers)
	errs := make([]error, callers)
	var all sync.WaitGroup
	start := time.Now()
	for n := range callers {
		all.Go(func() {
			for begin := time.Now(); begin.Sub(start) < lasting; {
				if errs[n] = call(); errs[n] != nil {
					return
				}
				end := time.Now()
				took[n] = append(took[n], end.Sub(begin))
				begin = end
			}
		})
	}
	all.Wait()
	b := burst{wall: time.Since(start)}
	if err := errors.Join(errs...); err != nil {
		return burst{}, err
	}
	var together []time.Duration
	for _, one := range took {
		together = append(together, one...)
	}
	b.calls = len(together)
	b.p50, b.p99 = microseconds(quantile(together, 0.5)), microseconds(quantile(together, 0.99))
	return b, nil
}
