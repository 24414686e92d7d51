package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// startLimit is how long a server may take to start or to end. Its calls have
// ended before.
const startLimit = 20 * time.Second

// sessionIdle is after what time an abandoned session ends, so that a run sees
// many of them come and go.
const sessionIdle = 20 * time.Second

// httpServer is mcp-server over HTTP, as a process.
type httpServer struct {
	cmd     *exec.Cmd
	log     *log
	url     string // of the endpoint
	observe string // base address of health and metrics
	token   string // of its callers
	exited  chan error
}

// environment is what the programs are given: the sandbox, and a directory of
// their own.
func environment(box *sandbox.Sandbox, dir string) ([]string, error) {
	caFile := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(caFile, box.CA(), 0o600); err != nil {
		return nil, err
	}
	env := []string{"HOME=" + dir, "PINGKIT_LOG_LEVEL=warn"}
	for _, v := range box.Variables(caFile) {
		env = append(env, v.Name+"="+v.Value)
	}
	return env, nil
}

var (
	endpointLine = regexp.MustCompile(`MCP at (http://\S+)`)
	observeLine  = regexp.MustCompile(`health and metrics at (http://\S+)`)
)

// startHTTP starts the server and waits until it says where it listens. The
// limits of one caller are wide, as all of the load is one caller's.
func startHTTP(ctx context.Context, program, dir string, env []string) (*httpServer, error) {
	s := &httpServer{log: &log{}, token: rand.Text() + rand.Text(), exited: make(chan error, 1)}
	tokenFile := filepath.Join(dir, "token")
	if err := os.WriteFile(tokenFile, []byte(s.token), 0o600); err != nil {
		return nil, err
	}
	s.cmd = exec.Command(program, "http", "--addr", "127.0.0.1:0", "--rate", "10000", "--concurrency", "1000", "--session-idle", sessionIdle.String())
	s.cmd.Env = append(env, "PINGKIT_DOWNLOAD_DIR="+filepath.Join(dir, "http"), "PINGKIT_OBSERVE_ADDR=127.0.0.1:0", "PINGKIT_AUTH_TOKEN_FILE="+tokenFile)
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.exited <- s.cmd.Wait() }()
	for deadline := time.Now().Add(startLimit); time.Now().Before(deadline) && ctx.Err() == nil; pause(ctx, 10*time.Millisecond) {
		endpoint, observe := endpointLine.FindStringSubmatch(s.log.String()), observeLine.FindStringSubmatch(s.log.String())
		if endpoint != nil && observe != nil {
			s.url, s.observe = endpoint[1], observe[1]
			return s, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s http did not start: %s", program, s.log), ctx.Err(), s.stop())
}

// stop ends the server, which must be a good end.
func (s *httpServer) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		if err != nil {
			return fmt.Errorf("mcp-server http ended with %w: %s", err, s.log)
		}
		return nil
	case <-time.After(startLimit):
		return errors.Join(errors.New("mcp-server http did not end"), s.cmd.Process.Kill(), <-s.exited)
	}
}

// log keeps the beginning and the end of what a process writes to stderr, and
// every line that tells of a fault in it.
type log struct {
	mu     sync.Mutex
	text   []byte
	faults []string
	rest   []byte // of an unfinished line
}

const (
	logKept    = 16 << 10
	faultsKept = 20
)

// Write takes lines in, whole or not.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	if over := len(l.text) - logKept; over > 0 {
		l.text = append(l.text[:logKept/2], l.text[logKept/2+over:]...)
	}
	lines := bytes.Split(append(l.rest, p...), []byte("\n"))
	l.rest = bytes.Clone(lines[len(lines)-1])
	for _, line := range lines[:len(lines)-1] {
		if text := string(line); isFault(text) && len(l.faults) < faultsKept {
			l.faults = append(l.faults, text)
		}
	}
	return len(p), nil
}

// isFault reports a line that tells of a fault in the program itself.
func isFault(line string) bool {
	return strings.Contains(line, "panic") || strings.Contains(line, "DATA RACE") || strings.HasPrefix(line, "fatal error:")
}

// String returns what was kept.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(string(l.text))
}

// told returns the lines that tell of faults.
func (l *log) told() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.faults...)
}
