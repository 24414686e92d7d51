package demo

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/client/transport"
)

// Heard is told each answer of the server as it came, and what it answers.
type Heard func(method string, params any, result json.RawMessage)

// wire is the connection to the server, listened to.
type wire struct {
	*transport.Stdio
	heard Heard // may be nil
}

// SendRequest is the transport's own; the answer is heard on its way.
func (w wire) SendRequest(ctx context.Context, request transport.JSONRPCRequest) (*transport.JSONRPCResponse, error) {
	response, err := w.Stdio.SendRequest(ctx, request)
	if err == nil && response.Error == nil && w.heard != nil {
		w.heard(request.Method, request.Params, response.Result)
	}
	return response, err
}
