// Package tools declares the MCP tools: what each is called, takes, does and
// answers. A tool is a params struct, a plain function and one declaration;
// schemas, hints, the README's table and the snapshots come from that one list.
package tools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/match"
)

// Tool is one declared tool.
type Tool struct {
	Name        string  // what a client calls it by
	Title       string  // what a person reads
	Description string  // what a model reads: short, every client pays for it on every request
	Example     string  // what a user says to have it called
	Scopes      []Scope // any one of them lets a caller call it
	Hints       Hints

	fields []field
	output json.RawMessage
	run    func(ctx context.Context, d *Deps, args map[string]any) (any, error)
}

// Hints tell a client what a call may do. All four are always sent.
type Hints struct {
	ReadOnly    bool // changes nothing
	Destructive bool // may overwrite what is there
	Idempotent  bool // a second same call changes nothing more
	OpenWorld   bool // reaches systems outside this process
}

// declare completes a tool with the schemas of P and R and with run, its
// function. P and R are structs.
func declare[P, R any](t Tool, run func(context.Context, *Deps, P) (*R, error)) Tool {
	t.fields = fieldsOf(reflect.TypeFor[P]())
	t.output = outputSchema(reflect.TypeFor[R]())
	t.run = func(ctx context.Context, d *Deps, args map[string]any) (any, error) {
		var params P
		for i, f := range t.fields { // in the order of P's
			if value, given := args[f.name]; given {
				reflect.ValueOf(&params).Elem().Field(i).Set(reflect.ValueOf(value))
			}
		}
		result, err := run(ctx, d, params)
		if err != nil {
			return nil, err
		}
		return result, nil
	}
	return t
}

// Definition returns what tools/list says of the tool.
func (t Tool) Definition() mcp.Tool {
	return mcp.Tool{
		Name:            t.Name,
		Title:           t.Title,
		Description:     t.Description,
		RawInputSchema:  inputSchema(t.fields),
		RawOutputSchema: t.output,
		Annotations: mcp.ToolAnnotation{
			ReadOnlyHint:    &t.Hints.ReadOnly,
			DestructiveHint: &t.Hints.Destructive,
			IdempotentHint:  &t.Hints.Idempotent,
			OpenWorldHint:   &t.Hints.OpenWorld,
		},
	}
}

// Handler returns the function that answers calls of the tool with d. It never
// returns an error: all that can go wrong in a call is something for the model
// to read.
func (t Tool) Handler(d *Deps) server.ToolHandlerFunc {
	return func(ctx context.Context, request mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		if err := require(ctx, t.Scopes...); err != nil {
			return failure(ctx, t.Name, err), nil
		}
		raw := rawArguments(request)
		if given, _ := objectIn(raw); given[geminiArgument] != nil && d.Logger != nil {
			d.Logger.Debug("dropped an argument that the client added by itself", "tool", t.Name, "argument", geminiArgument)
		}
		args, err := arguments(t.Name, t.fields, raw)
		if err != nil {
			return failure(ctx, t.Name, err), nil
		}
		ctx = withRoundTrip(ctx, request.Params.MultiRoundTripParams)
		result, err := t.run(ctx, d, args)
		if question := (*questionError)(nil); errors.As(err, &question) {
			return question.toolResult(), nil
		}
		if e, ok := errors.AsType[*match.NotFoundError](err); ok && e.Kind == "version" && versionAsNumber(raw) {
			err = &versionNumberError{err}
		}
		if err != nil {
			return failure(ctx, t.Name, err), nil
		}
		return success(ctx, t.Name, result), nil
	}
}

// rawArguments returns the arguments as they were written: decoding them into
// numbers would turn the version 2.10 into 2.1.
func rawArguments(request mcp.CallToolRequest) []byte {
	if len(request.Params.RawArguments) > 0 {
		return request.Params.RawArguments
	}
	if request.Params.Arguments == nil {
		return nil
	}
	encoded, err := json.Marshal(request.Params.Arguments)
	if err != nil {
		return []byte("!") // refused as no JSON, in the words of arguments
	}
	return encoded
}

// success renders a result as structured content and as the same JSON in text. It
// has no resource_link: some clients hand a link to the model's provider as a
// file, which refuses it and ends the conversation.
func success(ctx context.Context, tool string, result any) *mcp.CallToolResult {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(result); err != nil {
		return failure(ctx, tool, fmt.Errorf("the result cannot be written as JSON: %w", err))
	}
	return &mcp.CallToolResult{
		Content:           []mcp.Content{mcp.NewTextContent(strings.TrimSpace(text.String()))},
		StructuredContent: result,
	}
}
