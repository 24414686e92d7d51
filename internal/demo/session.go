package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// callLimit is longer than any step takes.
const callLimit = time.Minute

// session is a running server and the client that speaks to it.
type session struct {
	client    *client.Client
	show      func(format string, args ...any)
	log       *tail // the server's stderr
	calls     int
	questions int // that the server asked in the call
}

// connect starts the server, in an environment without variables, so that
// nobody's settings reach it. The options are the client's.
func connect(ctx context.Context, o Options, d *demo, options ...client.ClientOption) (*session, error) {
	s := &session{log: &tail{}, show: d.detail}
	command := func(ctx context.Context, name string, _ []string, args []string) (*exec.Cmd, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Env = []string{}
		return cmd, nil
	}
	s.client = client.NewClient(wire{transport.NewStdioWithOptions(o.Executable, nil,
		[]string{"stdio", "--sandbox", "--download-dir", o.Dir},
		transport.WithCommandFunc(command), transport.WithCommandStderrWriter(s.log),
	), o.Heard}, options...)
	if err := s.client.Start(ctx); err != nil {
		return nil, fmt.Errorf("starting the server: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	var request mcp.InitializeRequest
	request.Params.ClientInfo = mcp.Implementation{Name: "pingkit-demo", Version: "1"}
	if _, err := s.client.Initialize(ctx, request); err != nil {
		return nil, errors.Join(fmt.Errorf("greeting the server: %w%s", err, s.lastWords()), s.close())
	}
	return s, nil
}

func (s *session) close() error {
	if err := s.client.Close(); err != nil {
		return fmt.Errorf("ending the server: %w", err)
	}
	return nil
}

func (s *session) protocol() string { return s.client.ProtocolVersion() }

// tools returns the names of the tools.
func (s *session) tools(ctx context.Context) ([]string, error) {
	list, err := s.client.ListTools(ctx, mcp.ListToolsRequest{})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
	}
	return names, nil
}

// arguments are shown in the order in which they are given.
type arguments []argument

type argument struct {
	name  string
	value any
}

func (a arguments) String() string {
	var parts []string
	for _, arg := range a {
		value, err := json.Marshal(arg.value)
		if err != nil {
			value = []byte("?")
		}
		parts = append(parts, arg.name+"="+string(value))
	}
	return strings.Join(parts, " ")
}

// call calls a tool and reads its structured answer.
func (s *session) call(ctx context.Context, tool string, args arguments, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	s.calls++
	s.show("-> %s %s", tool, args)
	var request mcp.CallToolRequest
	request.Params.Name = tool
	given := map[string]any{}
	for _, arg := range args {
		given[arg.name] = arg.value
	}
	request.Params.Arguments = given
	result, err := s.client.CallTool(ctx, request)
	if err != nil {
		return err
	}
	if result.IsError {
		return errors.New(textOf(result))
	}
	encoded, err := json.Marshal(result.StructuredContent)
	if err != nil {
		return err
	}
	return json.Unmarshal(encoded, answer)
}

func textOf(result *mcp.CallToolResult) string {
	var b strings.Builder
	for _, content := range result.Content {
		if text, ok := content.(mcp.TextContent); ok {
			b.WriteString(text.Text)
		}
	}
	return b.String()
}

// lastWords are the end of the server's log, for a failure.
func (s *session) lastWords() string {
	if words := s.log.String(); words != "" {
		return "\nThe server's log ends with:\n" + words
	}
	return ""
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	end []byte
}

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, p...)
	if over := len(t.end) - tailSize; over > 0 {
		t.end = t.end[over:]
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.end))
}
