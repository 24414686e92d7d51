//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// transports of MCP.
const (
	overStdio = "stdio"
	overHTTP  = "http"
)

const (
	manyCallers = 32
	// manyNames are more than the answers that pingkit keeps for a few seconds,
	// so that calls that take turns with them all ask PingOne.
	manyNames = 128
)

// calls measures what a tool call costs above its requests to PingOne, beside a
// bare mcp-go server that asks nobody and answers as much.
func (b *bench) calls(ctx context.Context) (s section, err error) {
	up, err := startUpstream(ctx)
	if err != nil {
		return section{}, err
	}
	defer func() { err = errors.Join(err, up.close()) }()
	s = section{letter: "a", title: "A call of list_versions", notes: []string{
		"`list_versions` of an integration by its name, with three versions. PingOne is simulated by a process of its own, which shares the machine's cores with all others.",
		"\"overhead\" is the time per call, less that of as many of the same requests to PingOne, made one after the other by the benchmark itself over connections that are kept; how many pingkit made per call is counted. Beside it stands a bare mcp-go server with one tool, whose answer has the same size and both forms, text and structured.",
		fmt.Sprintf("The calls take turns with %d integrations, as pingkit keeps an answer for a few seconds. \"the same again\" asks for one of them all the time.", manyNames),
		"\"CPU overhead\" is the same for the CPU time of the server, less what it takes the benchmark to make those requests.",
		fmt.Sprintf("Time per call is the time of a round by the calls in it: for %d callers that is the inverse of the throughput, and not what one of them waits, which the percentiles tell.", manyCallers),
		"The client speaks JSON-RPC without a library, in both eras of the protocol; logs go to files.",
	}}
	names, err := up.do(order{Names: manyNames})
	if err != nil {
		return section{}, err
	}
	for _, transport := range []string{overStdio, overHTTP} {
		for _, era := range []string{older, modern} {
			rows, err := b.callsOver(ctx, up, names.Kits, transport, era)
			if err != nil {
				return section{}, fmt.Errorf("%s, %s: %w", transport, era, err)
			}
			s.rows = append(s.rows, rows...)
		}
	}
	return s, nil
}

// callsOver measures one way to speak to the servers.
func (b *bench) callsOver(ctx context.Context, up *upstream, names []published, transport, era string) (rows []row, err error) {
	dir, err := os.MkdirTemp(b.dir, "calls-")
	if err != nil {
		return nil, err
	}
	open := func(name string, env []string, args ...string) (session, error) {
		log, err := os.Create(filepath.Join(dir, filepath.Base(name)+".log"))
		if err != nil {
			return nil, err
		}
		defer log.Close() // the server has its own
		return openSession(ctx, program(ctx, dir, env, name, args...), log, transport, era)
	}
	args := map[string][]string{overStdio: {"stdio"}, overHTTP: {"http", "--addr", "127.0.0.1:0"}}[transport]
	ours, err := open(b.server, up.variables, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ours.close()) }()
	bare, err := open(b.bare, nil, transport)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bare.close()) }()
	plain, err := newDirect(ctx, up, manyCallers)
	if err != nil {
		return nil, err
	}
	c := &comparison{up: up, ours: ours, bare: bare, direct: plain}
	if err := c.prepare(ctx, era, names); err != nil {
		return nil, err
	}
	for _, callers := range []int{1, manyCallers} {
		measured, err := c.rounds(ctx, callers, b.rounds, b.burst)
		if err != nil {
			return nil, err
		}
		what := fmt.Sprintf("%s, MCP %s, %d callers", transport, era, callers)
		if callers == 1 {
			what = strings.TrimSuffix(what, "s")
		}
		rows = append(rows, measured.overhead(what), measured.sameAgain(what))
		if era == older { // one era is enough of a table's patience
			rows = append(rows, measured.cpu(what), measured.raw(what))
		}
	}
	return rows, nil
}

// openSession starts a server and greets it.
func openSession(ctx context.Context, process *exec.Cmd, log *os.File, transport, era string) (session, error) {
	if transport == overHTTP {
		s, err := openHTTP(ctx, process, log, manyCallers)
		if err != nil {
			return nil, err
		}
		return greeted(s, s.greet(ctx, era))
	}
	s, err := openStdio(process, log)
	if err != nil || era == modern {
		return s, err
	}
	return greeted(s, s.greet(ctx))
}

// greeted ends a session that could not begin.
func greeted(s session, err error) (session, error) {
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}
