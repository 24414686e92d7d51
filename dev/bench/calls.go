package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

const (
	// manyNames exceeds what pingkit caches for a few seconds, so that calls which take turns with them all reach PingOne.
	manyNames   = 128
	manyCallers = 32
)

// calls measures calls of a tool over HTTP.
func (b *bench) calls(ctx context.Context) (s section, err error) {
	s = section{title: "A call of list_versions", notes: []string{
		fmt.Sprintf("`list_versions` of an integration by its name, over HTTP, with one caller and with %d at once. The calls take turns with %d integrations, so that each reaches PingOne, which is simulated on the same machine. The time is that of a round divided by its calls: with many callers the inverse of the throughput.", manyCallers, manyNames),
	}}
	var o offer
	for n := range manyNames {
		o.Sizes = append(o.Sizes, int64(10_000+n))
	}
	up, err := startUpstream(ctx, o)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, up.close()) }()
	var servers []*callServer
	for _, one := range b.builds {
		c, err := b.startServer(ctx, one, up)
		if err != nil {
			return s, err
		}
		defer func() { err = errors.Join(err, c.stop()) }()
		servers = append(servers, c)
	}
	for _, callers := range []int{1, manyCallers} {
		var sides []side
		for i, c := range servers {
			sides = append(sides, side{b.builds[i].name, func(ctx context.Context) (cost, error) { return c.burst(ctx, up, callers, b.burst) }})
		}
		perCall := figure{name: "time of a call", of: func(c cost) float64 { return float64(c.wall.Microseconds()) }, format: "%.0f µs", baseAim: sameWork}
		rows, err := b.compare(ctx, fmt.Sprintf("%d at a time", callers), sides, perCall)
		if err != nil {
			return s, err
		}
		s.rows = append(s.rows, rows...)
	}
	return s, nil
}

// callServer is mcp-server over HTTP and a client of it.
type callServer struct {
	process *exec.Cmd
	client  *client.Client
	next    atomic.Int64
}

func (b *bench) startServer(ctx context.Context, one build, up *upstream) (*callServer, error) {
	s := &callServer{process: program(ctx, b.dir, up.Variables, one.program("mcp-server"), "http", "--addr", "127.0.0.1:0")}
	log := filepath.Join(b.dir, one.name+".log")
	file, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer file.Close() // the server has its own
	s.process.Stderr = file
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(log)
		if found := regexp.MustCompile(`MCP at (http://\S+)`).FindSubmatch(text); found != nil {
			if s.client, err = client.NewStreamableHttpClient(string(found[1]), transport.WithHTTPTimeout(time.Minute)); err == nil {
				_, err = s.client.Initialize(ctx, mcp.InitializeRequest{Params: mcp.InitializeParams{ProtocolVersion: "2025-11-25", ClientInfo: mcp.Implementation{Name: "bench", Version: "1"}}})
			}
			if err != nil {
				return nil, errors.Join(err, s.stop())
			}
			return s, nil
		}
		if err != nil || time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("the server does not listen: %s", text), err, s.stop())
		}
	}
}

func (s *callServer) stop() error {
	return errors.Join(s.process.Process.Signal(syscall.SIGTERM), s.process.Wait())
}

// burst calls as fast as callers can for a time, and returns the time per call.
func (s *callServer) burst(ctx context.Context, up *upstream, callers int, lasting time.Duration) (cost, error) {
	var calls atomic.Int64
	errs := make([]error, callers)
	begin := time.Now()
	var all sync.WaitGroup
	for n := range callers {
		all.Go(func() {
			for time.Since(begin) < lasting && errs[n] == nil {
				var request mcp.CallToolRequest
				request.Params.Name = "list_versions"
				request.Params.Arguments = map[string]any{"integration": up.Kits[int(s.next.Add(1))%len(up.Kits)].Name}
				result, err := s.client.CallTool(ctx, request)
				if err == nil && result.IsError {
					err = fmt.Errorf("the call failed: %v", result.Content)
				}
				errs[n] = err
				calls.Add(1)
			}
		})
	}
	all.Wait()
	return cost{wall: time.Since(begin) / time.Duration(calls.Load())}, errors.Join(errs...)
}
