package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"example.com/pingkit/dev/tokens"
)

// idleAfter is how long a server has been idle when the benchmark reads its memory.
const idleAfter = 300 * time.Millisecond

const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}` + "\n"

// starts measures what every user pays before the first call.
func (b *bench) starts(ctx context.Context) (section, error) {
	s := section{title: "Start, memory and size", notes: []string{
		fmt.Sprintf("start: from spawning the process to its response to `initialize`, over stdio, %d times in turns with the bare server. idle memory: the resident set %d ms after that response.", b.scale.starts, idleAfter.Milliseconds()),
		"The bare server is mcp-go with one tool (`dev/bench/bare`).",
	}}
	paths := []string{b.builds[0].program("mcp-server"), b.builds[0].program("bare")}
	names := []string{"pingkit", "bare"}
	for _, one := range b.builds[1:] {
		paths, names = append(paths, one.program("mcp-server")), append(names, one.name)
	}
	var sides []side
	sizes := make([][]cost, len(paths))
	for i, path := range paths {
		sides = append(sides, side{names[i], func(ctx context.Context) (cost, error) { return b.start(ctx, path) }})
		info, err := os.Stat(path)
		if err != nil {
			return s, err
		}
		sizes[i] = []cost{{memory: info.Size()}}
	}
	costs, err := takeTurns(ctx, b.scale.starts, sides)
	if err != nil {
		return s, err
	}
	latency, idle, size := wall(0.8, sameWork), memory(), memory()
	latency.name, idle.name, size.name = "to the response to initialize", "idle memory", "size of the program"
	latency.of, latency.format = func(c cost) float64 { return c.wall.Seconds() * 1000 }, "%.1f ms"
	s.rows = append(rows("start", sides, costs, latency, idle), rows("mcp-server", sides, sizes, size)...)
	return s, nil
}

// start starts a server once. The cost is the time to its first response and its idle memory.
func (b *bench) start(ctx context.Context, path string) (spent cost, err error) {
	process := program(ctx, b.dir, nil, path, "stdio")
	in, err := process.StdinPipe()
	if err != nil {
		return spent, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return spent, err
	}
	begin := time.Now()
	if err := process.Start(); err != nil {
		return spent, err
	}
	defer func() { err = errors.Join(err, in.Close(), process.Wait()) }()
	if _, err := in.Write([]byte(initialize)); err != nil {
		return spent, err
	}
	if _, err := bufio.NewReader(out).ReadBytes('\n'); err != nil {
		return spent, err
	}
	spent.wall = time.Since(begin)
	time.Sleep(idleAfter)
	spent.memory, err = processMemory(process.Process.Pid, "VmRSS")
	return spent, err
}

// tokens counts what a model reads.
func (b *bench) tokens(ctx context.Context) (section, error) {
	s := section{title: "What a model reads", notes: []string{
		fmt.Sprintf("Tokens are those of %s (OpenAI, since GPT-4o); other models split text differently. `tools/list` counts whole entries with result schemas and hints, which not every client forwards. A result counts its content or its structured content, as clients forward one of them.", tokens.Encoding),
		fmt.Sprintf("%q is that of `make demo`: definitions and instructions once, and the larger form of each result, without the words of the user and the model.", tokens.Conversation),
	}}
	measured := make([][]tokens.Row, len(b.builds))
	for i, one := range b.builds {
		var err error
		if measured[i], err = tokens.Measure(ctx, one.program("mcp-server")); err != nil {
			return s, err
		}
	}
	text := func(r tokens.Row) string { return fmt.Sprintf("%d bytes, %d tokens", r.Bytes, r.Tokens) }
	for _, m := range measured[0] {
		r := row{what: m.What, ours: text(m)}
		if budget := tokens.Budgets[m.What]; budget.Bytes > 0 {
			r.theirs, r.ratios, r.aim = fmt.Sprintf("budget: %d bytes", budget.Bytes), []float64{float64(budget.Bytes) / float64(m.Bytes)}, 1
		} else if budget.Tokens > 0 {
			r.theirs, r.ratios, r.aim = fmt.Sprintf("budget: %d tokens", budget.Tokens), []float64{float64(budget.Tokens) / float64(m.Tokens)}, 1
		}
		s.rows = append(s.rows, r)
		for _, other := range measured[1:] {
			for _, o := range other {
				if o.What == m.What {
					s.rows = append(s.rows, row{what: m.What, ours: text(m), theirs: "base: " + text(o), ratios: []float64{float64(o.Tokens) / float64(m.Tokens)}})
				}
			}
		}
	}
	return s, nil
}
