//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// The eras of the protocol: one opens with initialize, the other has no sessions.
const (
	older  = "2025-11-25"
	modern = "2026-07-28"
)

// session is a connection to an MCP server, for calls of one tool by several
// callers at a time. It speaks JSON-RPC without a library: a client that costs
// little shows more of what the servers cost.
type session interface {
	// call calls the tool and returns the answer as it came.
	call(ctx context.Context, c *toolCall) ([]byte, error)
	// pid is the server's.
	pid() int
	close() error
}

// toolCall is a call that is made many times.
type toolCall struct {
	era, tool string
	params    string // JSON
}

func newToolCall(era, tool string, arguments any) (*toolCall, error) {
	params := map[string]any{"name": tool, "arguments": arguments}
	if era == modern {
		params["_meta"] = map[string]any{
			"io.modelcontextprotocol/protocolVersion":    modern,
			"io.modelcontextprotocol/clientCapabilities": struct{}{},
		}
	}
	encoded, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	return &toolCall{era: era, tool: tool, params: string(encoded)}, nil
}

const initialize = `{"protocolVersion":"` + older + `","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}`

const initialized = `{"jsonrpc":"2.0","method":"notifications/initialized"}`

// request is a JSON-RPC request, a line.
func request(id int64, method, params string) []byte {
	return fmt.Appendf(nil, `{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`+"\n", id, method, params)
}

const idPrefix = `{"jsonrpc":"2.0","id":`

// idOf reads the id of an answer: quickly where it stands as mcp-go writes it.
func idOf(line []byte) (int64, error) {
	if rest, found := bytes.CutPrefix(line, []byte(idPrefix)); found {
		var id int64
		for i, c := range rest {
			if c < '0' || c > '9' {
				if i > 0 {
					return id, nil
				}
				break
			}
			id = id*10 + int64(c-'0')
		}
	}
	var envelope struct {
		ID int64 `json:"id"`
	}
	err := json.Unmarshal(line, &envelope)
	return envelope.ID, err
}

// succeeded looks at the answer of a call as cheaply as that is possible.
func succeeded(line []byte) error {
	if bytes.Contains(line, []byte(`"structuredContent":`)) && !bytes.Contains(line, []byte(`"isError":true`)) {
		return nil
	}
	return fmt.Errorf("the call failed: %.500s", strings.TrimSpace(string(line)))
}
