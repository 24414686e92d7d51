package tools

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/pingcentral"
)

// questionError ends a call that has to ask its user first. It is no failure:
// the call is made again with the answer.
type questionError struct {
	state string // the sealed plan; the client brings it back
	words string
	plan  *pingcentral.Plan
}

func (e *questionError) Error() string { return "the user is asked" }

// The one field of the form, by whether the target is shielded.
const (
	typedField  = "environment"
	choiceField = "decision"
)

// form returns the schema of the question: one required field that says again
// what is decided, as some clients show little else. A form without fields is
// accepted by clients that run unattended.
func form(plan *pingcentral.Plan) json.RawMessage {
	type property struct {
		Type        string   `json:"type"`
		Title       string   `json:"title"`
		Description string   `json:"description"`
		Enum        []string `json:"enum,omitempty"`
		Default     string   `json:"default,omitempty"`
	}
	name, field := choiceField, property{
		Type: "string", Title: plan.Headline(), Description: "Choose " + plan.Yes() + " to approve.",
		Enum: []string{pingcentral.No, plan.Yes()}, Default: pingcentral.No,
	}
	if plan.Shielded {
		name, field = typedField, property{
			Type: "string", Title: plan.Headline() + ". Type the name of the environment", Description: "Type the name of the environment to approve.",
		}
	}
	var schema bytes.Buffer
	encoder := json.NewEncoder(&schema)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"type": "object", "properties": map[string]property{name: field}, "required": []string{name}}); err != nil {
		panic(err) // strings cannot fail
	}
	return bytes.TrimSpace(schema.Bytes())
}

// typed returns what the user entered into the form's one field; empty if that
// cannot be told.
func typed(answer *mcp.ElicitationResult) string {
	fields, _ := answer.Content.(map[string]any)
	if len(fields) != 1 {
		return ""
	}
	for _, name := range []string{typedField, choiceField} {
		if text, ok := fields[name].(string); ok {
			return text
		}
	}
	return ""
}

// toolResult asks in the words of the stateless protocol; package serve speaks
// the stateful one's.
func (e *questionError) toolResult() *mcp.CallToolResult {
	return server.NewInputRequestBuilder(e.state).Elicit(questionID, mcp.ElicitationParams{
		Message:         e.words,
		RequestedSchema: form(e.plan),
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
