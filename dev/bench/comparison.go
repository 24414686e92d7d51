//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
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
		anew, err := volley(c.ours.pid(), callers, lasting, func() error {
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
		upstream, err := volley(os.Getpid(), callers, lasting, func() error {
			return c.direct.get(ctx, c.direct.origin+c.trace[inTurn()%len(c.trace)])
		})
		if err != nil {
			return nil, fmt.Errorf("PingOne: %w", err)
		}
		bare, err := volley(c.bare.pid(), callers, lasting, func() error { _, err := c.bare.call(ctx, c.echo); return err })
		if err != nil {
			return nil, fmt.Errorf("the bare server: %w", err)
		}
		again, err := volley(c.ours.pid(), callers, lasting, func() error { _, err := c.ours.call(ctx, c.lists[0]); return err })
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
		t.upstreamCPU = append(t.upstreamCPU, asked*upstream.busy())
	}
	return t, nil
}

// turns is what the rounds found; times are in microseconds per call.
type turns struct {
	anew, again, bare []burst
	asked             []float64 // requests to PingOne per call anew
	upstream          []float64 // their time
	upstreamCPU       []float64 // and what it takes to make them
}

// overhead is the row of what a call costs above its requests.
func (t *turns) overhead(what string) row {
	above, ratios := t.above(burst.each, t.upstream)
	return row{
		what: what + ": overhead",
		ours: fmt.Sprintf("%.0f µs a call (%.0f less %.0f of %.2f requests)",
			median(above), middle(t.anew, burst.each), median(t.upstream), median(t.asked)),
		theirs: fmt.Sprintf("bare echo %.0f µs", middle(t.bare, burst.each)), ratios: ratios, aim: aim{atMost: 1.3},
	}
}

// above takes a figure of the requests off that of the calls, and compares the
// rest with the bare server's.
func (t *turns) above(figure func(burst) float64, upstream []float64) (rest, ratios []float64) {
	for i, b := range t.anew {
		rest = append(rest, figure(b)-upstream[i])
		ratios = append(ratios, rest[i]/figure(t.bare[i]))
	}
	return rest, ratios
}

// sameAgain is the row of calls whose answer is at hand.
func (t *turns) sameAgain(what string) row {
	return row{
		what: what + ": the same again", ours: fmt.Sprintf("%.0f µs a call", middle(t.again, burst.each)),
		theirs: fmt.Sprintf("bare echo %.0f µs", middle(t.bare, burst.each)),
		ratios: ratios(t.again, t.bare, burst.each), aim: aim{atMost: 1.3},
	}
}

// cpu is the row of the servers' CPU time.
func (t *turns) cpu(what string) row {
	above, ratios := t.above(burst.busy, t.upstreamCPU)
	return row{
		what:   what + ": CPU overhead",
		ours:   fmt.Sprintf("%.0f µs a call (%.0f less %.0f to make the requests)", median(above), middle(t.anew, burst.busy), median(t.upstreamCPU)),
		theirs: fmt.Sprintf("bare echo %.0f µs", middle(t.bare, burst.busy)), ratios: ratios,
	}
}

// raw is the row of what a caller sees.
func (t *turns) raw(what string) row {
	return row{what: what + ": what callers see", ours: latencies(t.anew), theirs: "bare echo " + latencies(t.bare)}
}

func latencies(bursts []burst) string {
	return fmt.Sprintf("p50 %.0f µs, p99 %.0f µs, %.0f calls/s", middle(bursts, func(b burst) float64 { return b.p50 }),
		middle(bursts, func(b burst) float64 { return b.p99 }), middle(bursts, func(b burst) float64 { return 1e6 / b.each() }))
}

// burst is a time of calls as fast as they can be made.
type burst struct {
	calls    int
	wall     time.Duration
	p50, p99 float64       // microseconds
	cpu      time.Duration // of one process
}

// each is the microseconds per call.
func (b burst) each() float64 { return microseconds(b.wall) / float64(b.calls) }

// busy is the microseconds of CPU time per call.
func (b burst) busy() float64 { return microseconds(b.cpu) / float64(b.calls) }

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// volley fires, and reads what CPU time that took a process.
func volley(pid, callers int, lasting time.Duration, call func() error) (burst, error) {
	before, err := cpuTime(pid)
	if err != nil {
		return burst{}, err
	}
	b, err := fire(callers, lasting, call)
	if err != nil {
		return burst{}, err
	}
	after, err := cpuTime(pid)
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
