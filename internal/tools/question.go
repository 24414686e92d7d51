package tools

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"
)

// questionError ends a call that has to ask its user first. It is no failure:
// the call is made again with the answer.
type questionError struct {
	state string // the sealed plan; the client brings it back
	words string
}

func (e *questionError) Error() string { return "the user is asked" }

// emptyForm has no fields: the user accepts or declines the words. A box to tick
// besides would give two answers that can contradict each other.
var emptyForm = json.RawMessage(`{"type":"object","properties":{}}`)

// decision is what the user chose; empty if that cannot be told. The form has no
// field, so nothing has to come with an accept. One that brings a no all the same
// is a decline, and one that brings something else than a form is neither.
func decision(answer *mcp.ElicitationResult) mcp.ElicitationResponseAction {
	if answer.Action != mcp.ElicitationResponseActionAccept || answer.Content == nil {
		return answer.Action
	}
	fields, ok := answer.Content.(map[string]any)
	if !ok {
		return ""
	}
	for _, value := range fields {
		if text := strings.ToLower(strings.TrimSpace(fmt.Sprint(value))); text == "false" || text == "no" {
			return mcp.ElicitationResponseActionDecline
		}
	}
	return answer.Action
}

// toolResult asks in the words of the newer era; package serve speaks the older
// one's.
func (e *questionError) toolResult() *mcp.CallToolResult {
	return server.NewInputRequestBuilder(e.state).Elicit(questionID, mcp.ElicitationParams{
		Message:         e.words,
		RequestedSchema: emptyForm,
	}).ToolResult()
}

// roundTrip is what a call brings back from the question it asked before. All of
// it comes from the client, so none of it is trusted before it was opened.
type roundTrip struct {
	state     string
	responses mcp.InputResponses
}

type roundTripKey struct{}

func withRoundTrip(ctx context.Context, params mcp.MultiRoundTripParams) context.Context {
	return context.WithValue(ctx, roundTripKey{}, roundTrip{params.RequestState, params.InputResponses})
}

func roundTripOf(ctx context.Context) roundTrip {
	trip, _ := ctx.Value(roundTripKey{}).(roundTrip)
	return trip
}
