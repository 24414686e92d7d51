//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"sync/atomic"
	"syscall"
	"time"
)

// httpSession is a server that this process started, and connections to it that
// are kept.
type httpSession struct {
	process  *exec.Cmd
	endpoint string
	client   *http.Client
	era      string
	session  string // of the older era
	next     atomic.Int64
}

// announced is what both servers write to stderr when they listen.
var announced = regexp.MustCompile(`MCP at (http://\S+)`)

// startPatience is how long a server may take to listen.
const startPatience = 20 * time.Second

func openHTTP(ctx context.Context, process *exec.Cmd, log *os.File, callers int) (*httpSession, error) {
	process.Stderr = log
	if err := process.Start(); err != nil {
		return nil, err
	}
	s := &httpSession{process: process, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}}
	for deadline := time.Now().Add(startPatience); ; time.Sleep(5 * time.Millisecond) {
		said, err := os.ReadFile(log.Name())
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		if found := announced.FindSubmatch(said); found != nil {
			s.endpoint = string(found[1])
			return s, nil
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("the server does not listen: %s", said), ctx.Err(), s.close())
		}
	}
}

// greet opens the session as its era has it.
func (s *httpSession) greet(ctx context.Context, era string) error {
	s.era = era
	if era == modern {
		return nil
	}
	response, _, err := s.post(ctx, "initialize", "", request(s.next.Add(1), "initialize", initialize))
	if err != nil {
		return err
	}
	s.session = response.Header.Get("Mcp-Session-Id")
	_, _, err = s.post(ctx, "notifications/initialized", "", []byte(initialized))
	return err
}

func (s *httpSession) call(ctx context.Context, c *toolCall) ([]byte, error) {
	_, answer, err := s.post(ctx, "tools/call", c.tool, request(s.next.Add(1), "tools/call", c.params))
	if err != nil {
		return nil, err
	}
	return answer, succeeded(answer)
}

// post sends a message. The answer may be JSON or a stream of one event.
func (s *httpSession) post(ctx context.Context, method, tool string, body []byte) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json, text/event-stream")
	req.Header.Set("Mcp-Protocol-Version", s.era)
	if s.era == modern {
		req.Header.Set("Mcp-Method", method)
		req.Header.Set("Mcp-Name", tool)
	}
	if s.session != "" {
		req.Header.Set("Mcp-Session-Id", s.session)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err != nil {
		return nil, nil, err
	}
	if resp.StatusCode/100 != 2 {
		return nil, nil, fmt.Errorf("%s: %s: %.500s", method, resp.Status, answer)
	}
	return resp, answer, nil
}

func (s *httpSession) pid() int { return s.process.Process.Pid }

func (s *httpSession) close() error {
	s.client.CloseIdleConnections()
	err := s.process.Process.Signal(syscall.SIGTERM)
	return errors.Join(err, s.process.Wait())
}
