package tokens

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"example.com/pingkit/internal/demo"
)

// Row is one figure.
type Row struct {
	What          string
	Bytes, Tokens int
}

// Conversation is what the last row of Measure is about: the definitions, the
// instructions, and the result of every call of the demo.
const Conversation = "the whole demo conversation"

// pages are calls that the demo does not make: the first page of each list, and
// a plan where the client cannot ask its user.
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

// Measure has the server, the path of mcp-server, hold the demo's conversation
// with a real MCP client, and counts what a model gets of it:
//
//   - of tools/list the whole entries, also the result schemas and the hints,
//     which not every client forwards;
//   - of a result its content or its structured content, as clients forward one
//     of both. Where they differ there is a row for each.
//
// The whole conversation is the definitions and the instructions once, and the
// larger form of the result of each call. What the user and the model say, and
// what a client adds of its own, is not in it.
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
	options := demo.Options{Executable: executable, Dir: dir, Out: io.Discard}
	var conversation, more transcript
	options.Heard = conversation.hear
	if err := demo.Run(ctx, options); err != nil {
		return nil, err
	}
	options.Heard = more.hear
	calls := make([]demo.Call, len(pages))
	for i, page := range pages {
		calls[i] = page.call
	}
	if err := demo.Calls(ctx, options, calls...); err != nil {
		return nil, err
	}
	if err := errors.Join(conversation.err, more.err); err != nil {
		return nil, err
	}
	return append(table(conversation, more), total(conversation)), nil
}

// table has a row for what every conversation pays, for the first call of each
// tool in the demo, and for each of pages.
func table(conversation, more transcript) []Row {
	rows := []Row{
		row("tools/list", conversation.definitions),
		row("instructions", conversation.instructions),
	}
	seen := map[string]bool{}
	for _, r := range conversation.results {
		if !seen[r.tool] {
			rows = append(rows, r.rows(r.tool+", in the demo")...)
		}
		seen[r.tool] = true
	}
	for i, r := range more.results {
		rows = append(rows, r.rows(pages[i].what)...)
	}
	return rows
}

func total(conversation transcript) Row {
	sum := Row{What: Conversation}
	add := func(r Row) { sum.Bytes, sum.Tokens = sum.Bytes+r.Bytes, sum.Tokens+r.Tokens }
	add(row("", conversation.definitions))
	add(row("", conversation.instructions))
	for _, r := range conversation.results {
		add(slices.MaxFunc(r.rows(""), func(a, b Row) int { return a.Tokens - b.Tokens }))
	}
	return sum
}

func row(what, text string) Row { return Row{what, len(text), Count(text)} }
