//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// idleAfter is how long a server has been left alone when its memory is read.
const idleAfter = 300 * time.Millisecond

// starts measures what every user pays before the first call.
func (b *bench) starts(ctx context.Context) (section, error) {
	s := section{letter: "d", title: "Start, memory and size", notes: []string{
		fmt.Sprintf("start: from spawning the process to its answer to `initialize`, over stdio, %d times in turns with the bare server. idle memory: the resident set %d ms after that answer.", b.spawns, idleAfter.Milliseconds()),
		"The bare server is mcp-go with one tool (`dev/bench/bare`), built with the same flags.",
	}}
	programs := []string{b.server, b.bare}
	took, idle := make([][]float64, len(programs)), make([][]float64, len(programs))
	for range b.spawns {
		for i, path := range programs {
			start, memory, err := b.start(ctx, path)
			if err != nil {
				return section{}, err
			}
			took[i], idle[i] = append(took[i], start), append(idle[i], memory)
		}
	}
	size := make([]float64, len(programs))
	for i, path := range programs {
		info, err := os.Stat(path)
		if err != nil {
			return section{}, err
		}
		size[i] = float64(info.Size()) / 1e6
	}
	identity := func(f float64) float64 { return f }
	s.rows = []row{
		{
			what: "start to the answer to initialize", aim: aim{atMost: 1.25}, ratios: ratios(took[0], took[1], identity),
			ours: fmt.Sprintf("%.1f ms", median(took[0])), theirs: fmt.Sprintf("bare %.1f ms", median(took[1])),
		},
		{
			what: "idle memory", ratios: ratios(idle[0], idle[1], identity),
			ours: fmt.Sprintf("%.1f MB", median(idle[0])), theirs: fmt.Sprintf("bare %.1f MB", median(idle[1])),
		},
		{
			what: "size of the program", ratios: ratios(size[:1], size[1:], identity),
			ours: fmt.Sprintf("%.2f MB", size[0]), theirs: fmt.Sprintf("bare %.2f MB", size[1]),
		},
	}
	return s, nil
}

// start starts a server once, and returns milliseconds and megabytes.
func (b *bench) start(ctx context.Context, path string) (took, idle float64, err error) {
	log, err := os.Create(filepath.Join(b.dir, "start.log"))
	if err != nil {
		return 0, 0, err
	}
	defer log.Close()
	process := program(ctx, b.dir, nil, path, "stdio")
	begin := time.Now()
	s, err := openStdio(process, log)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if _, err := s.ask(ctx, "initialize", initialize); err != nil {
		return 0, 0, err
	}
	took = microseconds(time.Since(begin)) / 1000
	time.Sleep(idleAfter)
	bytes, err := memory(process.Process.Pid, "VmRSS")
	return took, float64(bytes) / 1e6, err
}
