package httptransport

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/mcpserver/mcpgofix"
)

// JSON-RPC codes for a body that is no message.
const (
	codeParse   = -32700
	codeInvalid = -32600
)

// rpcError answers a body that is no message, whose ID is not known therefore.
func rpcError(w http.ResponseWriter, code int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	// A map of texts and numbers always encodes; a client that has gone needs no answer.
	body, _ := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "id": nil, "error": map[string]any{"code": code, "message": text}})
	_, _ = w.Write(body)
}

// batchVersion is the one protocol revision that has batches.
const batchVersion = "2025-03-26"

// maxBatch bounds the messages of a batch, which the rate limit counts as one.
const maxBatch = 20

// serveBatch answers a batch: one message after another, and the responses as a
// list. Notifications of the calls are dropped, as a batch has no stream.
func serveBatch(w http.ResponseWriter, r *http.Request, body []byte, next http.Handler) {
	if version := r.Header.Get(mcp.HeaderProtocolVersion); version != "" && version != batchVersion {
		rpcError(w, codeInvalid, "batches are part of protocol revision "+batchVersion+" alone: send one message at a time")
		return
	}
	var messages []json.RawMessage
	if err := json.Unmarshal(body, &messages); err != nil || len(messages) == 0 || len(messages) > maxBatch {
		rpcError(w, codeInvalid, fmt.Sprintf("a batch holds 1 to %d messages", maxBatch))
		return
	}
	responses := []json.RawMessage{}
	for _, message := range messages {
		message = mcpgofix.ProtectIDs(message)
		m := parseMessage(message, r.Header)
		if m.Method == mcp.MethodInitialize {
			rpcError(w, codeInvalid, "initialize cannot be part of a batch")
			return
		}
		one := r.Clone(context.WithValue(r.Context(), messageKey{}, m))
		one.Body, one.ContentLength = io.NopCloser(bytes.NewReader(message)), int64(len(message))
		answer := &collected{header: http.Header{}}
		next.ServeHTTP(answer, one)
		if answer.status/100 != 2 {
			answer.copyTo(w)
			return
		}
		if m.isRequest() {
			responses = append(responses, answer.response()...)
		}
	}
	if len(responses) == 0 {
		w.WriteHeader(http.StatusAccepted)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	// The parts are JSON already; a client that has gone needs no answer.
	list, _ := json.Marshal(responses)
	_, _ = w.Write(list)
}

// collected keeps the answer to one message of a batch.
type collected struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (c *collected) Header() http.Header { return c.header }

func (c *collected) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
}

func (c *collected) Write(p []byte) (int, error) {
	c.WriteHeader(http.StatusOK)
	return c.body.Write(p)
}

// Flush is what mcp-go looks for to stream.
func (c *collected) Flush() {}

// FlushError is for http.ResponseController.
func (c *collected) FlushError() error { return nil }

func (c *collected) copyTo(w http.ResponseWriter) {
	for name, values := range c.header {
		w.Header()[name] = values
	}
	w.WriteHeader(c.status)
	_, _ = w.Write(c.body.Bytes()) // a client that has gone needs no answer
}

// response returns the response in a single message or a stream of events.
func (c *collected) response() []json.RawMessage {
	lines := [][]byte{c.body.Bytes()}
	if !json.Valid(c.body.Bytes()) {
		lines = nil
		for line := range bytes.Lines(c.body.Bytes()) {
			if data, found := bytes.CutPrefix(line, []byte("data: ")); found {
				lines = append(lines, data)
			}
		}
	}
	var found []json.RawMessage
	for _, line := range lines {
		var m struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
		}
		if json.Unmarshal(line, &m) == nil && len(m.ID) > 0 && m.Method == "" {
			found = append(found, json.RawMessage(bytes.TrimSpace(line)))
		}
	}
	return found
}
