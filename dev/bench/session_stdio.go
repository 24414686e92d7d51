//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
)

// stdioSession is a server that this process started, and its streams.
type stdioSession struct {
	process *exec.Cmd
	in      io.WriteCloser
	next    atomic.Int64

	writing sync.Mutex // guards in
	mu      sync.Mutex // guards what follows
	waiting map[int64]chan []byte
	ended   error
	done    chan struct{}
}

// openStdio starts a server. Its log goes to a file, as a client would have it.
func openStdio(process *exec.Cmd, log *os.File) (*stdioSession, error) {
	s := &stdioSession{process: process, waiting: map[int64]chan []byte{}, done: make(chan struct{})}
	process.Stderr = log
	var err error
	if s.in, err = process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	go s.read(out)
	return s, nil
}

// greet opens the session as the older era has it.
func (s *stdioSession) greet(ctx context.Context) error {
	if _, err := s.ask(ctx, "initialize", initialize); err != nil {
		return err
	}
	return s.write([]byte(initialized + "\n"))
}

func (s *stdioSession) call(ctx context.Context, c *toolCall) ([]byte, error) {
	line, err := s.ask(ctx, "tools/call", c.params)
	if err != nil {
		return nil, err
	}
	return line, succeeded(line)
}

func (s *stdioSession) ask(ctx context.Context, method, params string) ([]byte, error) {
	id := s.next.Add(1)
	answer := make(chan []byte, 1)
	s.mu.Lock()
	s.waiting[id] = answer
	s.mu.Unlock()
	if err := s.write(request(id, method, params)); err != nil {
		return nil, err
	}
	select {
	case line := <-answer:
		return line, nil
	case <-s.done:
		return nil, fmt.Errorf("the server ended: %w", s.ended)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *stdioSession) write(line []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := s.in.Write(line)
	return err
}

// read hands each answer to who waits for it.
func (s *stdioSession) read(out io.Reader) {
	defer close(s.done)
	lines := bufio.NewReaderSize(out, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			s.ended = err
			return
		}
		id, err := idOf(line)
		if err != nil {
			s.ended = err
			return
		}
		s.mu.Lock()
		answer := s.waiting[id]
		delete(s.waiting, id)
		s.mu.Unlock()
		if answer != nil {
			answer <- line
		}
	}
}

func (s *stdioSession) pid() int { return s.process.Process.Pid }

func (s *stdioSession) close() error {
	err := s.in.Close()
	<-s.done // all of its output is read
	return errors.Join(err, s.process.Wait())
}
