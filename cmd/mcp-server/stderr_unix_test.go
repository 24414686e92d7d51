//go:build unix

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// fullPipe returns a pipe that takes nothing more until it is read.
func fullPipe(t *testing.T) (reader, writer *os.File) {
	t.Helper()
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		t.Fatal(err)
	}
	if err := syscall.SetNonblock(ends[1], true); err != nil {
		t.Fatal(err)
	}
	for size := 4096; size > 0; {
		switch _, err := syscall.Write(ends[1], make([]byte, size)); {
		case errors.Is(err, syscall.EAGAIN):
			size /= 2
		case err != nil:
			t.Fatal(err)
		}
	}
	if err := syscall.SetNonblock(ends[1], false); err != nil {
		t.Fatal(err)
	}
	reader, writer = os.NewFile(uintptr(ends[0]), "reader"), os.NewFile(uintptr(ends[1]), "writer")
	t.Cleanup(func() { reader.Close(); writer.Close() })
	return reader, writer
}

// TestShutdownSendsNothing ends the server while an approved write reads the
// state again. Over HTTP a call may go on for a while then; a write may not begin.
func TestShutdownSendsNothing(t *testing.T) {
	box := newSandbox(t)
	p, endpoint := serveOverHTTP(t, variables(t, box))
	client := web{t, endpoint.String(), ""}
	_, text := client.call("promote_application", fmt.Sprintf(toTestArgs, ""))
	var planned struct {
		Result struct{ StructuredContent written }
	}
	decode(t, []byte(text), &planned)
	plan := planned.Result.StructuredContent.Plan
	if plan == "" {
		t.Fatalf("the answer is %s", text)
	}
	box.Inject(sandbox.Fault{System: sandbox.PingCentral, Operation: "listEnvironments", Times: 1, Before: func() {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		for { // the server listens no more once its shutdown has begun
			connection, err := net.Dial("tcp", endpoint.Host)
			if err != nil {
				return
			}
			connection.Close()
		}
	}})
	_, text = client.call("promote_application", fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, plan))))
	if !contains(text, "shutting down") || writes(box) != 0 {
		t.Errorf("the answer is %s after %d writes", text, writes(box))
	}
	p.awaitEnd()
}

// TestStderrThatIsNotRead: a write whose audit line cannot be written is not
// sent, neither then nor later, and SIGTERM ends the process.
func TestStderrThatIsNotRead(t *testing.T) {
	for _, end := range []string{"SIGTERM", "the audit's limit"} {
		t.Run(end, func(t *testing.T) {
			box := newSandbox(t)
			reader, writer := fullPipe(t)
			file := filepath.Join(t.TempDir(), "audit.jsonl")
			p := startWithStderr(t, writer, append(variables(t, box), "PINGKIT_AUDIT_FILE="+file), "stdio")
			p.greet(legacy, `{}`)
			var w written
			p.ok("promote_application", fmt.Sprintf(toTestArgs, ""), &w)
			id := p.request("tools/call", callParams(t, "promote_application", fmt.Sprintf(toTestArgs, `,"plan":`+string(encode(t, w.Plan)))))
			if end == "SIGTERM" {
				for { // until the audit waits for stderr
					if text, err := os.ReadFile(file); err == nil && len(text) > 0 {
						break
					}
					time.Sleep(time.Millisecond)
				}
				p.terminate()
			} else if m := p.receive(); string(m.ID) != id || !contains(string(m.Result), "audit") {
				t.Errorf("the answer is %+v", m)
			}
			writer.Close()
			drained := make(chan bool)
			go func() { io.Copy(io.Discard, reader); close(drained) }()
			if end != "SIGTERM" {
				p.end()
			}
			<-drained
			if n := writes(box); n != 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
}
