package tools

import (
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"pingkit/internal/promotion"
)

// questionError ends a call that has to ask its user first. It is no failure:
// the call is made again with the answer.
type questionError struct {
	state string // the sealed plan; the client brings it back
	words string
	kind  promotion.Kind
}

func (e *questionError) Error() string { return "the user is asked" }

// toolResult asks in the words of the newer era; package serve speaks the older
// one's.
func (e *questionError) toolResult() *mcp.CallToolResult {
	label := "Yes, promote it"
	if e.kind == promotion.KindRevert {
		label = "Yes, revert it"
	}
	var confirm, properties, schema object
	confirm.add("type", "boolean")
	confirm.add("title", label)
	confirm.add("description", "No secret is asked for.")
	properties.add("confirm", confirm.json())
	schema.add("type", "object")
	schema.add("properties", properties.json())
	schema.add("required", []string{"confirm"})
	return server.NewInputRequestBuilder(e.state).Elicit(questionID, mcp.ElicitationParams{
		Message:         e.words,
		RequestedSchema: json.RawMessage(schema.json()),
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
