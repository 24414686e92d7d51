package httptransport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/mcpgofix"
)

// message is what the guards look at in the body of a request. It is decoded by
// the same rules as mcp-go decodes it, so that both see the same.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method mcp.MCPMethod   `json:"method"`
	Params struct {
		Meta *mcp.Meta `json:"_meta"`
	} `json:"params"`

	modern bool   // of the stateless protocol, by its header or by its body
	body   []byte // all of it
}

type messageKey struct{}

func messageOf(r *http.Request) *message {
	m, _ := r.Context().Value(messageKey{}).(*message)
	if m == nil {
		return &message{}
	}
	return m
}

// readMessage reads the body, which may be as large as a message over stdio,
// within the time that the server gives a client to send a request.
func readMessage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mcpserver.MaxMessage))
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			http.Error(w, fmt.Sprintf("the message is longer than %d bytes", mcpserver.MaxMessage), http.StatusRequestEntityTooLarge)
			return
		}
		if err != nil {
			http.Error(w, "the body of the request did not arrive", http.StatusBadRequest)
			return
		}
		// The time-out was for the reading; it must not end a long call.
		if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil {
			http.Error(w, "the connection cannot be used", http.StatusInternalServerError)
			return
		}
		body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
		switch {
		case len(body) == 0:
			rpcError(w, codeParse, "the body is empty: send a JSON-RPC message")
			return
		case !json.Valid(body):
			rpcError(w, codeParse, "the body is not JSON")
			return
		case body[0] == '[':
			serveBatch(w, r, body, next)
			return
		case body[0] != '{':
			rpcError(w, codeInvalid, "the body is not a JSON-RPC message")
			return
		}
		body = mcpgofix.ProtectIDs(body)
		r = r.WithContext(context.WithValue(r.Context(), messageKey{}, parseMessage(body, r.Header)))
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		next.ServeHTTP(w, r)
	})
}

func parseMessage(body []byte, header http.Header) *message {
	m := &message{modern: mcp.IsModernProtocol(header.Get(mcp.HeaderProtocolVersion)), body: body}
	if err := json.Unmarshal(body, m); err != nil {
		return m // mcp-go refuses it; what could be decoded is in m
	}
	m.modern = m.modern || mcp.IsModernProtocol(m.Params.Meta.ProtocolVersion())
	return m
}

// dropCancellations is mcpgofix.DropCancellations for the message that was read.
func dropCancellations(next http.Handler) http.Handler {
	return mcpgofix.DropCancellations(next, func(r *http.Request) (mcp.MCPMethod, bool) {
		m := messageOf(r)
		return m.Method, m.modern
	})
}

func (m *message) isResponse() bool { return len(m.ID) > 0 && m.Method == "" }

func (m *message) isRequest() bool { return len(m.ID) > 0 && m.Method != "" }
