//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pingkit/internal/sandbox"
)

// comparison is three ways to ask that take turns: pingkit, the requests that it
// makes, and a bare server.
type comparison struct {
	up         *upstream
	ours, bare session
	direct     *direct

	list, echo *toolCall
	trace      []string // the requests to PingOne that a call leads to
}

// prepare makes the two calls, with answers of one size, and finds out which
// requests the one leads to.
func (c *comparison) prepare(ctx context.Context, era string) (err error) {
	if c.list, err = newToolCall(era, "list_versions", map[string]any{"integration": sandbox.PingIDKit}); err != nil {
		return err
	}
	if _, err := c.up.do(order{Trace: true}); err != nil {
		return err
	}
	answer, err := c.ours.call(ctx, c.list)
	if err != nil {
		return err
	}
	traced, err := c.up.do(order{Trace: true})
	if err != nil {
		return err
	}
	if c.trace = traced.Trace; len(c.trace) == 0 {
		return errors.New("the first call led to no request")
	}
	length := 0
	for range 2 { // first without a letter, then with as many as are missing
		if c.echo, err = newToolCall(era, "echo", map[string]any{"text": sandbox.PingIDKit, "length": length}); err != nil {
			return err
		}
		echoed, err := c.bare.call(ctx, c.echo)
		if err != nil {
			return err
		}
		length = (len(answer) - len(echoed)) / 2 // each stands in both forms of the answer
	}
	return nil
}

// rounds has the three take turns.
func (c *comparison) rounds(ctx context.Context, callers, rounds int, burst time.Duration) (*turns, error) {
	t := &turns{}
	// The first round fills pools and caches, and does not count.
	for round := range rounds + 1 {
		before, err := c.up.do(order{})
		if err != nil {
			return nil, err
		}
		ours, err := fire(callers, burst, func() error { _, err := c.ours.call(ctx, c.list); return err })
		if err != nil {
			return nil, fmt.Errorf("pingkit: %w", err)
		}
		after, err := c.up.do(order{})
		if err != nil {
			return nil, err
		}
		var n atomic.Int64
		upstream, err := fire(callers, burst, func() error {
			return c.direct.get(ctx, c.direct.origin+c.trace[int(n.Add(1))%len(c.trace)])
		})
		if err != nil {
			return nil, fmt.Errorf("PingOne: %w", err)
		}
		bare, err := fire(callers, burst, func() error { _, err := c.bare.call(ctx, c.echo); return err })
		if err != nil {
			return nil, fmt.Errorf("the bare server: %w", err)
		}
		if round == 0 {
			continue
		}
		t.ours, t.bare = append(t.ours, ours), append(t.bare, bare)
		asked := float64(after.Requests-before.Requests) / float64(ours.calls)
		t.asked = append(t.asked, asked)
		t.upstream = append(t.upstream, asked*upstream.each())
	}
	return t, nil
}

// turns is what the rounds found; times are in microseconds per call.
type turns struct {
	ours, bare []burst
	asked      []float64 // requests to PingOne per call
	upstream   []float64 // their time
}

func (t *turns) rows(what string) []row {
	above := make([]float64, len(t.ours))
	relative := make([]float64, len(t.ours))
	for i, b := range t.ours {
		above[i] = b.each() - t.upstream[i]
		relative[i] = above[i] / t.bare[i].each()
	}
	asked := fmt.Sprintf("%.2f requests", median(t.asked))
	return []row{
		{
			what:   what + ": above the upstream",
			ours:   fmt.Sprintf("%.0f µs a call (%.0f less %.0f of %s)", median(above), middle(t.ours, burst.each), median(t.upstream), asked),
			theirs: fmt.Sprintf("bare echo %.0f µs", middle(t.bare, burst.each)),
			ratios: relative, aim: aim{atMost: 1.3},
		},
		{
			what:   what + ": as it is",
			ours:   latencies(t.ours),
			theirs: "bare echo " + latencies(t.bare),
		},
	}
}

func latencies(bursts []burst) string {
	return fmt.Sprintf("p50 %.0f µs, p99 %.0f µs, %.0f calls/s", middle(bursts, func(b burst) float64 { return b.p50 }),
		middle(bursts, func(b burst) float64 { return b.p99 }), middle(bursts, func(b burst) float64 { return 1e6 / b.each() }))
}

// burst is a time of calls as fast as they can be made.
type burst struct {
	calls    int
	wall     time.Duration
	p50, p99 float64 // microseconds
}

// each is the microseconds per call.
func (b burst) each() float64 { return microseconds(b.wall) / float64(b.calls) }

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

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
