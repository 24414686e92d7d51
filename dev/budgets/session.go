package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// serverWithin bounds how long the server runs: one that does not answer must not
// hold up CI.
const serverWithin = 30 * time.Second

// session speaks JSON-RPC to a server over its standard streams, with no
// library in between, so that what is counted is what is on the wire.
type session struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	calls   int
}

func start(program, home string) (*session, error) {
	path, err := filepath.Abs(program)
	if err != nil {
		return nil, err
	}
	process := exec.Command(path)
	process.Dir = home
	process.Env = []string{"HOME=" + home, "TMPDIR=" + home}
	process.Stderr = os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	time.AfterFunc(serverWithin, func() { process.Process.Kill() })
	return &session{process: process, in: in, out: bufio.NewReader(out)}, nil
}

func (s *session) call(method, params string, result any) error {
	s.calls++
	if _, err := fmt.Fprintf(s.in, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`+"\n", s.calls, method, params); err != nil {
		return err
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("%s: no answer: %w", method, err)
	}
	var answer struct {
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("%s: %s", method, answer.Error.Message)
	}
	return json.Unmarshal(answer.Result, result)
}

// sockets counts the process's open sockets, from /proc where there is one.
func (s *session) sockets() (int64, error) {
	dir := fmt.Sprintf("/proc/%d/fd", s.process.Process.Pid)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("counting sockets needs Linux: %w", err)
	}
	var count int64
	for _, entry := range entries {
		target, err := os.Readlink(filepath.Join(dir, entry.Name()))
		if err == nil && strings.HasPrefix(target, "socket:") {
			count++
		}
	}
	return count, nil
}

func (s *session) stop() {
	s.in.Close()
	if err := s.process.Wait(); err != nil {
		fmt.Fprintln(os.Stderr, "budgets: the server did not end well:", err)
	}
}
