package mcpserver

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/tools"
)

const (
	// askLimit is how long a user has to answer: as long as the plan lives, in
	// both protocols.
	askLimit = pingcentral.PlanLifetime
	// askRounds is how often one call may ask: again only where the state of
	// the systems changed while the user was thinking.
	askRounds = 3
)

// asking carries a tool's question to a client of the older era, where the
// server sends a request of its own. mcp-go can do it as well, but waits without
// end and turns a failed question into a protocol error; here the tool is run
// again and says in its own words what became of the question.
type asking struct {
	limit time.Duration
	open  atomic.Int64 // questions that wait for their answers
}

func (a *asking) middleware(next server.ToolHandlerFunc) server.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if server.IsModernRequest(ctx) {
			return next(ctx, request)
		}
		// In this era answers come by a way of their own. What a client puts
		// here was never asked.
		request.Params.MultiRoundTripParams = mcp.MultiRoundTripParams{}
		result, err := next(ctx, request)
		for range askRounds {
			if err != nil || !result.NeedsInput() {
				return result, err
			}
			again := request
			again.Params.RequestState = result.RequestState
			responses, unanswered := a.ask(ctx, result.InputRequests)
			if ctx.Err() != nil {
				return mcp.NewToolResultError("The call was cancelled while its user was asked; nothing was sent."), nil
			}
			if unanswered != "" {
				return next(tools.WithUnanswered(ctx, unanswered), again)
			}
			again.Params.InputResponses = responses
			result, err = next(ctx, again)
		}
		if err == nil && result.NeedsInput() {
			return mcp.NewToolResultError("What was to be approved changed again and again while its user was asked; " +
				"nothing was sent. Call again when the system is at rest."), nil
		}
		return result, err
	}
}

// ask puts the questions, one after another, and returns the answers or why
// there are none.
func (a *asking) ask(ctx context.Context, requests mcp.InputRequests) (mcp.InputResponses, tools.Unanswered) {
	ctx, cancel := context.WithTimeout(ctx, a.limit)
	defer cancel()
	a.open.Add(1)
	defer a.open.Add(-1)
	responses := make(mcp.InputResponses, len(requests))
	for id, request := range requests {
		if request.Elicitation == nil {
			return nil, tools.Undeliverable
		}
		result, err := server.ServerFromContext(ctx).RequestElicitation(ctx, mcp.ElicitationRequest{
			Request: mcp.Request{Method: string(mcp.MethodElicitationCreate)},
			Params:  *request.Elicitation,
		})
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
