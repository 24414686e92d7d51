// Command budgets measures what every user of the MCP server pays: the bytes
// of its tool definitions and instructions in a model's context, the tokens of
// a whole conversation, the size of the program, and what it does before it is
// asked anything. It prints a line for each, and exits 1 if one is over its
// limit.
//
//	go run ./dev/budgets bin/mcp-server
package main

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"example.com/pingkit/dev/tokens"
	"example.com/pingkit/internal/mcpserver"
)

// conversationWithin bounds the demo's conversation, which takes a second.
const conversationWithin = 2 * time.Minute

type row struct {
	what         string
	value, limit int64
	unit         string
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: budgets PROGRAM")
		os.Exit(2)
	}
	rows, err := measure(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "budgets:", err)
		os.Exit(1)
	}
	if !report(rows) {
		os.Exit(1)
	}
}

func measure(program string) ([]row, error) {
	info, err := os.Stat(program)
	if err != nil {
		return nil, err
	}
	rows, err := measureStart(program)
	if err != nil {
		return nil, err
	}
	conversation, err := conversation(program)
	if err != nil {
		return nil, err
	}
	tokenizers, err := countTokenizers(program)
	if err != nil {
		return nil, err
	}
	return append(rows,
		row{conversation.What, int64(conversation.Tokens), 6_000, "tokens of " + string(tokens.Encoding)},
		row{"mcp-server, stripped", info.Size(), 18_000_000, "bytes"},
		row{"tokenizers in it", tokenizers, 0, ""},
	), nil
}

// measureStart starts a server with a directory of its own, and returns what it
// tells of itself and what it did unasked.
func measureStart(program string) ([]row, error) {
	home, err := os.MkdirTemp("", "budgets-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	s, err := start(program, home)
	if err != nil {
		return nil, err
	}
	defer s.stop()

	var hello struct{ Instructions string }
	if err := s.call("initialize", `{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"budgets","version":"1"}}`, &hello); err != nil {
		return nil, err
	}
	var raw json.RawMessage
	if err := s.call("tools/list", `{}`, &raw); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return nil, err
	}
	var list struct{ Tools []json.RawMessage }
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	sockets, err := s.sockets()
	if err != nil {
		return nil, err
	}
	files, err := countFiles(home)
	if err != nil {
		return nil, err
	}
	return []row{
		{fmt.Sprintf("tools/list, %d tools", len(list.Tools)), int64(compact.Len()), 10_000, "bytes"},
		{"instructions", int64(len([]rune(hello.Instructions))), mcpserver.InstructionsLimit, "characters"},
		{"sockets open after start", sockets, 0, ""},
		{"files written at start", files, 0, ""},
	}, nil
}

// report prints the rows and reports whether all are within their limits.
func report(rows []row) bool {
	within := true
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "budget\tmeasured\tlimit\t")
	for _, r := range rows {
		verdict := "ok"
		if r.value > r.limit {
			verdict, within = "OVER", false
		}
		fmt.Fprintf(w, "%s\t%d\t%d %s\t%s\n", r.what, r.value, r.limit, r.unit, verdict)
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "budgets:", err)
		return false
	}
	return within
}

// conversation returns what the demo's conversation costs a model.
func conversation(program string) (tokens.Row, error) {
	ctx, cancel := context.WithTimeout(context.Background(), conversationWithin)
	defer cancel()
	rows, err := tokens.Measure(ctx, program)
	if err != nil {
		return tokens.Row{}, err
	}
	for _, row := range rows {
		if row.What == tokens.Conversation {
			return row, nil
		}
	}
	return tokens.Row{}, fmt.Errorf("there is no figure for %s", tokens.Conversation)
}

// countTokenizers counts the modules in the program that only figures need:
// a tokenizer's vocabulary is as large as half of it.
func countTokenizers(program string) (int64, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return 0, err
	}
	if len(info.Deps) == 0 {
		return 0, fmt.Errorf("%s does not say what it was built from", program)
	}
	var count int64
	for _, module := range info.Deps {
		if strings.Contains(module.Path, "tokenizer") {
			count++
		}
	}
	return count, nil
}

// countFiles counts what the server put into the directory that was its home,
// its temporary directory and its working directory.
func countFiles(dir string) (int64, error) {
	var count int64
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && path != dir {
			count++
		}
		return err
	})
	return count, err
}
