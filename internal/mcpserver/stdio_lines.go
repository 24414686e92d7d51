package mcpserver

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/mcpserver/mcpgofix"
)

// MaxMessage is how many bytes one JSON-RPC message may have, on any transport.
const MaxMessage = 1 << 20

// lines connects the standard streams to mcp-go, which reads lines without
// bound, drops a last line that has no line feed, responds to empty lines with
// errors and cancels the calls that run when the input ends.
type lines struct {
	in    *bufio.Reader
	out   io.Writer
	stop  func()        // ends the server when the output is gone
	grace time.Duration // for the calls that run when the input ends

	rest       []byte        // what is left to read of the line being handed on
	inputEnded chan struct{} // closed when the input has ended
	requests   Requests      // the server's own

	mu     sync.Mutex // guards out, owed and idle
	owed   int        // requests without a response
	idle   chan struct{}
	ended  chan struct{} // closed when mcp-go has seen the end of input
	end    func()        // waits for the calls that run and closes ended, once
	ending <-chan struct{}
}

// newLines connects the streams. When ending is closed, the end of input is
// handed on without waiting for calls.
func newLines(in io.Reader, out io.Writer, grace time.Duration, ending <-chan struct{}, stop func()) *lines {
	l := &lines{
		in: bufio.NewReaderSize(in, 64<<10), out: out, grace: grace, stop: stop,
		inputEnded: make(chan struct{}), ended: make(chan struct{}), ending: ending,
	}
	l.end = sync.OnceFunc(func() {
		l.awaitCalls()
		close(l.ended)
	})
	return l
}

// Read hands on one line after another, each a JSON object of bounded length
// that ends in a line feed. What is not is answered here.
func (l *lines) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		select {
		case <-l.inputEnded:
			l.end()
			return 0, io.EOF
		default:
		}
		line, err := l.readLine()
		if err != nil {
			close(l.inputEnded)
		}
		if l.accept(line) {
			l.rest = append(bytes.Clone(mcpgofix.ProtectIDs(line)), '\n')
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// errTooLong replaces a line that is longer than MaxMessage.
var errTooLong = fmt.Sprintf("the message is longer than %d bytes", MaxMessage)

// readLine returns the next line without its line feed. A line that is too long
// is read to its end, answered and returned as an empty one.
func (l *lines) readLine() ([]byte, error) {
	var line []byte
	length := 0
	for {
		part, err := l.in.ReadSlice('\n')
		length += len(part)
		if length <= MaxMessage+1 {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		line = bytes.TrimSpace(line)
		if length > MaxMessage+1 {
			l.refuse(mcp.INVALID_REQUEST, errTooLong)
			line = nil
		}
		return line, err
	}
}

// accept reports whether a line is for the server, and answers one that is no
// JSON-RPC message.
func (l *lines) accept(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	if !json.Valid(line) {
		l.refuse(mcp.PARSE_ERROR, "the line is not JSON")
		return false
	}
	if line[0] != '{' {
		l.refuse(mcp.INVALID_REQUEST, "each line must be one JSON-RPC message, an object")
		return false
	}
	m := envelopeOf(line)
	if m.isResponse() {
		l.requests.Deliver("", line)
		return false
	}
	if m.isRequest() {
		l.mu.Lock()
		l.owed++
		l.mu.Unlock()
	}
	return true
}

// Write sends one message: mcp-go writes each in a single call.
func (l *lines) Write(p []byte) (int, error) {
	m := envelopeOf(p)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(m.Method) == 0 && l.owed > 0 { // also an error with the ID null
		defer l.answered()
	}
	if _, err := l.out.Write(mcpgofix.RestoreIDs(p)); err != nil {
		l.stop()
		return 0, err
	}
	return len(p), nil
}

// notify sends a notification at once; see WithNotifier.
func (l *lines) notify(method string, params map[string]any) error {
	message, err := Notification(method, params)
	if err != nil {
		return err
	}
	return l.send(message)
}

// request implements Requester. No response can come after the end of input.
func (l *lines) request(ctx context.Context, method string, params any) (json.RawMessage, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-l.inputEnded:
			cancel()
		case <-ctx.Done():
		}
	}()
	return l.requests.Send(ctx, "", method, params, l.send)
}

func (l *lines) send(message []byte) error {
	_, err := l.Write(append(message, '\n'))
	return err
}

// answered counts an answer down; l.mu is held.
func (l *lines) answered() {
	if l.owed--; l.owed == 0 && l.idle != nil {
		close(l.idle)
		l.idle = nil
	}
}

// refuse answers a line that has no id which could be trusted.
func (l *lines) refuse(code int, message string) {
	answer, err := json.Marshal(mcp.NewJSONRPCError(mcp.NewRequestId(nil), code, message, nil))
	if err != nil {
		return // a constant text and no id: it can always be encoded
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.out.Write(append(answer, '\n')); err != nil {
		l.stop()
	}
}

// awaitCalls waits for the responses that are still owed, for the grace.
func (l *lines) awaitCalls() {
	l.mu.Lock()
	if l.owed == 0 {
		l.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	l.idle = idle
	l.mu.Unlock()
	timer := time.NewTimer(l.grace)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	case <-l.ending:
	}
}

// envelope is the part of a JSON-RPC message that tells its kind.
type envelope struct {
	ID     json.RawMessage `json:"id"`
	Method json.RawMessage `json:"method"`
}

func envelopeOf(message []byte) (e envelope) {
	_ = json.Unmarshal(message, &e) // what is no message is neither kind
	return e
}

func (e envelope) hasID() bool { return len(e.ID) > 0 && string(e.ID) != "null" }

func (e envelope) isRequest() bool { return e.hasID() && len(e.Method) > 0 }

func (e envelope) isResponse() bool { return e.hasID() && len(e.Method) == 0 }
