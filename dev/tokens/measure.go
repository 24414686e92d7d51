// Package tokens counts what the MCP server costs a model: its definitions, its instructions, its results, and the conversation of
// the demo. It serves benchmarks and tests; no program links it.
package tokens

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"

	"github.com/tiktoken-go/tokenizer"

	"example.com/pingkit/internal/demo"
)

// Encoding is the tokenizer of the figures: that of OpenAI's models since GPT-4o. Other models split text differently.
const Encoding = tokenizer.O200kBase

// codec is made on first use: its vocabulary of 200,000 entries takes a moment.
var codec = sync.OnceValue(func() tokenizer.Codec {
	codec, err := tokenizer.Get(Encoding)
	if err != nil {
		panic(fmt.Sprintf("tokens: %v", err)) // the constant above is wrong
	}
	return codec
})

// Count returns the number of tokens of a text.
func Count(text string) int {
	count, err := codec().Count(text)
	if err != nil {
		panic(fmt.Sprintf("tokens: %v", err)) // no timeout and no strict mode is set
	}
	return count
}

// Row is one figure.
type Row struct {
	What          string
	Bytes, Tokens int
}

const (
	definitions = "tools/list"
	// Conversation names the sum over the demo: definitions and instructions once, and the larger form of each result.
	Conversation = "the whole demo conversation"
)

// Budgets are the most that a row may have, by its What; 0 is no limit.
var Budgets = map[string]Row{definitions: {Bytes: 10_000}, Conversation: {Tokens: 6_000}}

// pages are calls beside those of the demo: the first page of each list, and a plan for a client without elicitation.
var pages = []struct {
	what string
	call demo.Call
}{
	{"list_environments, 7", demo.Call{Tool: "list_environments"}},
	{"list_applications, 10", demo.Call{Tool: "list_applications"}},
	{"list_integrations, a page of 25", demo.Call{Tool: "list_integrations"}},
	{"list_versions, 17", demo.Call{Tool: "list_versions", Arguments: map[string]any{"integration": "PingOne Protect Integration Kit"}}},
	{"promote_application, a plan to confirm", demo.Call{Tool: "promote_application", Arguments: map[string]any{
		"application": "Payroll", "environment": "Test", "redirect_uris": []string{"https://payroll.example.com/oauth/callback"},
	}}},
}

// Measure has server, the path of mcp-server, hold the demo's conversation with a real MCP client, and counts what reaches the model:
// of tools/list whole entries, of each result the content and, where it says something else, the structured content.
func Measure(ctx context.Context, server string) (rows []Row, err error) {
	executable, err := filepath.Abs(server)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pingkit-tokens-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var conversation, more transcript
	if err := demo.Run(ctx, demo.Options{Executable: executable, Dir: dir, Out: io.Discard, Heard: conversation.hear}); err != nil {
		return nil, err
	}
	var calls []demo.Call
	for _, page := range pages {
		calls = append(calls, page.call)
	}
	if err := demo.Calls(ctx, demo.Options{Executable: executable, Dir: dir, Out: io.Discard, Heard: more.hear}, calls...); err != nil {
		return nil, err
	}
	if err := errors.Join(conversation.err, more.err); err != nil {
		return nil, err
	}
	rows = []Row{row(definitions, conversation.definitions), row("instructions", conversation.instructions)}
	sum := Row{What: Conversation, Bytes: rows[0].Bytes + rows[1].Bytes, Tokens: rows[0].Tokens + rows[1].Tokens}
	seen := map[string]bool{}
	for _, r := range conversation.results {
		forms := r.rows(r.tool + ", in the demo")
		larger := forms[0]
		if last := forms[len(forms)-1]; last.Tokens > larger.Tokens {
			larger = last
		}
		sum.Bytes, sum.Tokens = sum.Bytes+larger.Bytes, sum.Tokens+larger.Tokens
		if !seen[r.tool] {
			rows = append(rows, forms...)
		}
		seen[r.tool] = true
	}
	for i, r := range more.results {
		rows = append(rows, r.rows(pages[i].what)...)
	}
	return append(rows, sum), nil
}

func row(what, text string) Row { return Row{what, len(text), Count(text)} }

// transcript is the part of a conversation that reaches the model.
type transcript struct {
	definitions, instructions string
	results                   []result
	err                       error
}

// result is a tool's result in the two forms of which a client forwards one.
type result struct{ tool, content, structured string }

func (r result) rows(what string) []Row {
	var content, structured any
	if json.Unmarshal([]byte(r.content), &content) == nil && json.Unmarshal([]byte(r.structured), &structured) == nil && reflect.DeepEqual(content, structured) {
		return []Row{row(what, r.content)}
	}
	return []Row{row(what+", content", r.content), row(what+", structured content", r.structured)}
}

// hear is a demo.Heard.
func (t *transcript) hear(method string, params any, raw json.RawMessage) {
	var response struct {
		Instructions, ResultType string
		Tools, StructuredContent json.RawMessage
		Content                  []json.RawMessage
	}
	err := json.Unmarshal(raw, &response)
	switch method {
	case "initialize", "server/discover":
		t.instructions = response.Instructions
	case "tools/list":
		var compact bytes.Buffer
		err = errors.Join(err, json.Compact(&compact, response.Tools))
		t.definitions = compact.String()
	case "tools/call":
		if response.ResultType == "input_required" {
			break // the client asks its user and calls again
		}
		var call struct{ Name string }
		sent, bad := json.Marshal(params)
		err = errors.Join(err, bad, json.Unmarshal(sent, &call))
		var texts []string
		for _, raw := range response.Content {
			var block struct{ Type, Text string }
			if err = errors.Join(err, json.Unmarshal(raw, &block)); block.Type != "text" {
				block.Text = string(raw) // clients forward it in forms of their own, of about this size
			}
			texts = append(texts, block.Text)
		}
		t.results = append(t.results, result{call.Name, strings.Join(texts, "\n"), string(response.StructuredContent)})
	default:
		return
	}
	if err != nil {
		t.err = errors.Join(t.err, fmt.Errorf("reading the result of %s: %w", method, err))
	}
}
