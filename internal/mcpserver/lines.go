package mcpserver

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// MaxMessage is how many bytes one JSON-RPC message may have, on any transport.
const MaxMessage = 1 << 20

// lastAnswers is how long requests that were read before the end of input have
// to be answered. It lets a shell pipe a few requests into the server; a client
// that closes the input while a long call runs does not notice it.
const lastAnswers = 500 * time.Millisecond

// lines stands between the standard streams and mcp-go, which reads lines
// without bound, drops a last line that has no line feed, answers empty lines
// with errors and drops the answers it still owes when the input ends.
type lines struct {
	in   *bufio.Reader
	out  io.Writer
	stop func()      // ends the server when the output is gone
	asks func() bool // reports whether a request to the client waits for its answer

	rest     []byte // what is left to read of the line being handed on
	finished bool   // the input has ended

	mu     sync.Mutex // guards out, owed and idle
	owed   int        // requests that are not answered
	idle   chan struct{}
	ended  chan struct{} // closed when the end of input was handed on
	end    func()        // waits for the answers that are owed and closes ended, once
	ending <-chan struct{}
}

// newLines connects the streams. When ending is closed, the end of input is
// handed on without waiting for answers.
func newLines(in io.Reader, out io.Writer, asks func() bool, ending <-chan struct{}, stop func()) *lines {
	l := &lines{
		in: bufio.NewReaderSize(in, 64<<10), out: out, asks: asks, stop: stop,
		ended: make(chan struct{}), ending: ending,
	}
	l.end = sync.OnceFunc(func() {
		l.awaitAnswers()
		close(l.ended)
	})
	return l
}

// Read hands on one line after another, each a JSON object of bounded length
// that ends in a line feed. What is not is answered here.
func (l *lines) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		if l.finished {
			l.end()
			return 0, io.EOF
		}
		line, err := l.readLine()
		if err != nil {
			l.finished = true
		}
		if l.accept(line) {
			l.rest = append(bytes.Clone(ProtectIDs(line)), '\n')
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
		// mcp-go would answer an error that comes after the wait for it has
		// ended, under an id that may be one of the client's own requests.
		return l.asks()
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
	if m.isResponse() && l.owed > 0 {
		defer l.answered()
	}
	if _, err := l.out.Write(RestoreIDs(p)); err != nil {
		l.stop()
		return 0, err
	}
	return len(p), nil
}

// notify sends a notification at once; see WithNotifier.
func (l *lines) notify(method string, params map[string]any) error {
	line, err := Notification(method, params)
	if err != nil {
		return err
	}
	_, err = l.Write(append(line, '\n'))
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

// awaitAnswers waits a short while for the answers that are still owed.
func (l *lines) awaitAnswers() {
	l.mu.Lock()
	if l.owed == 0 {
		l.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	l.idle = idle
	l.mu.Unlock()
	timer := time.NewTimer(lastAnswers)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	case <-l.ending:
	}
}
