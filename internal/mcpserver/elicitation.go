package mcpserver

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/tools"
)

const (
	// elicitationTimeout is how long a person has to respond: the lifetime of a
	// plan, in both protocols.
	elicitationTimeout = pingcentral.PlanLifetime
	// maxElicitations is how many elicitations one call may send: another one
	// only where the state of the systems changed in the meantime.
	maxElicitations = 3
)

// elicitation sends a tool's elicitation to a client of the stateful protocol (to
// 2025-11-25), where the server sends a request of its own. mcp-go does so too,
// but waits without end and turns a failed elicitation into a protocol error;
// here the tool runs again and reports the failure itself.
type elicitation struct{ timeout time.Duration }

func (e elicitation) middleware(next server.ToolHandlerFunc) server.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if server.IsModernRequest(ctx) {
			return next(ctx, request)
		}
		// Responses to elicitations do not come with the call in this protocol:
		// nothing asked for what a client puts here.
		request.Params.MultiRoundTripParams = mcp.MultiRoundTripParams{}
		result, err := next(ctx, request)
		for range maxElicitations {
			if err != nil || !result.NeedsInput() {
				return result, err
			}
			again := request
			again.Params.RequestState = result.RequestState
			responses, unanswered := e.send(ctx, result.InputRequests)
			if ctx.Err() != nil {
				return mcp.NewToolResultError("The call was cancelled before the user responded; nothing was sent."), nil
			}
			if unanswered != "" {
				return next(tools.WithUnanswered(ctx, unanswered), again)
			}
			again.Params.InputResponses = responses
			result, err = next(ctx, again)
		}
		if err == nil && result.NeedsInput() {
			return mcp.NewToolResultError("The application or its environments changed each time the user was about to approve; " +
				"nothing was sent. Call again when nobody else is changing them."), nil
		}
		return result, err
	}
}

// send sends the elicitations, one after another, and returns the responses or
// why there are none.
func (e elicitation) send(ctx context.Context, requests mcp.InputRequests) (mcp.InputResponses, tools.Unanswered) {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	responses := make(mcp.InputResponses, len(requests))
	for id, request := range requests {
		if request.Elicitation == nil {
			return nil, tools.Undeliverable
		}
		result, err := elicit(ctx, *request.Elicitation)
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, tools.TimedOut
		}
		if err != nil || result == nil {
			return nil, tools.Undeliverable
		}
		responses[id] = mcp.NewElicitationInputResponse(*result)
	}
	return responses, ""
}

// elicit sends one elicitation by the transport's Requester; by mcp-go where the
// transport has none, as in tests within a process.
func elicit(ctx context.Context, params mcp.ElicitationParams) (*mcp.ElicitationResult, error) {
	request, ok := ctx.Value(requesterKey{}).(Requester)
	if !ok {
		return server.ServerFromContext(ctx).RequestElicitation(ctx, mcp.ElicitationRequest{
			Request: mcp.Request{Method: string(mcp.MethodElicitationCreate)}, Params: params,
		})
	}
	content, err := request(ctx, string(mcp.MethodElicitationCreate), params)
	if err != nil {
		return nil, err
	}
	var result mcp.ElicitationResult
	return &result, json.Unmarshal(content, &result)
}
