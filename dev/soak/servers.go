package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// startTimeout bounds the start and the end of a server.
const startTimeout = 20 * time.Second

// sessionIdle is the lifetime of an abandoned session: short, so that a run sees many of them come and go.
const sessionIdle = 20 * time.Second

// httpServer is mcp-server over HTTP, as a process.
type httpServer struct {
	cmd     *exec.Cmd
	log     string // file
	url     string // of the endpoint
	observe string // base address of health and metrics
	token   string // of its callers
	exited  chan error
}

// environment returns the variables of the servers: the sandbox, and a directory of their own.
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
	crashLine    = regexp.MustCompile(`(?m)^.*(panic|DATA RACE|fatal error:).*$`)
)

// startHTTP starts the server and waits until it listens. All of the load is one caller's, so the limits of a caller are wide.
func startHTTP(ctx context.Context, program, dir string, env []string) (*httpServer, error) {
	s := &httpServer{log: filepath.Join(dir, "http.log"), token: rand.Text() + rand.Text(), exited: make(chan error, 1)}
	tokenFile := filepath.Join(dir, "token")
	if err := os.WriteFile(tokenFile, []byte(s.token), 0o600); err != nil {
		return nil, err
	}
	log, err := os.Create(s.log)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the server has its own
	s.cmd = exec.Command(program, "http", "--addr", "127.0.0.1:0", "--rate", "10000", "--concurrency", "1000", "--session-idle", sessionIdle.String())
	s.cmd.Env = append(env[:len(env):len(env)], "PINGKIT_DOWNLOAD_DIR="+filepath.Join(dir, "http"), "PINGKIT_OBSERVE_ADDR=127.0.0.1:0", "PINGKIT_AUTH_TOKEN_FILE="+tokenFile)
	s.cmd.Stderr = log
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { s.exited <- s.cmd.Wait() }()
	for deadline := time.Now().Add(startTimeout); ; pause(ctx, 10*time.Millisecond) {
		text, err := os.ReadFile(s.log)
		endpoint, observe := endpointLine.FindSubmatch(text), observeLine.FindSubmatch(text)
		if endpoint != nil && observe != nil {
			s.url, s.observe = string(endpoint[1]), string(observe[1])
			return s, nil
		}
		if err != nil || ctx.Err() != nil || time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("%s http did not start: %s", program, text), err, ctx.Err(), s.stop())
		}
	}
}

// stop ends the server, which must exit with 0.
func (s *httpServer) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		if err != nil {
			return fmt.Errorf("mcp-server http: %w", err)
		}
		return nil
	case <-time.After(startTimeout):
		return errors.Join(errors.New("mcp-server http did not end"), s.cmd.Process.Kill(), <-s.exited)
	}
}
