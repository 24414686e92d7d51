package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

// The eras of the protocol.
const (
	older = "2025-11-25"
	newer = "2026-07-28"
)

// callLimit is longer than any call may take. One that takes longer hangs.
const callLimit = 100 * time.Second

// visitor is an MCP client of a server.
type visitor struct {
	name string // transport and era
	mcp  *client.Client
	user *user // nil: this client cannot ask
	cmd  *exec.Cmd
	log  *log // of a server of its own
}

// mood is how a user answers.
type mood int

const (
	accepts mood = iota
	declines
	cancels
	leaves // goes away while asked
)

// user answers the questions of one client, for one call at a time.
type user struct {
	mu    sync.Mutex
	mood  mood
	asked chan struct{} // gets one for each question
}

func newUser() *user { return &user{asked: make(chan struct{}, 100)} }

func (u *user) become(m mood) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.mood = m
	for len(u.asked) > 0 {
		<-u.asked
	}
}

// Elicit answers as the mood is.
func (u *user) Elicit(ctx context.Context, request mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	u.mu.Lock()
	m := u.mood
	u.mu.Unlock()
	select {
	case u.asked <- struct{}{}:
	default:
	}
	action := mcp.ElicitationResponseActionAccept
	switch m {
	case declines:
		action = mcp.ElicitationResponseActionDecline
	case cancels:
		action = mcp.ElicitationResponseActionCancel
	case leaves:
		<-ctx.Done()
		return nil, ctx.Err()
	}
	select {
	case <-time.After(reading):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	answer := mcp.ElicitationResponse{Action: action}
	if action == mcp.ElicitationResponseActionAccept {
		answer.Content = approving(request.Params)
	}
	return &mcp.ElicitationResult{ElicitationResponse: answer}, nil
}

// reading is how long a user takes to read a question. The server takes a faster
// answer for that of a program.
const reading = 600 * time.Millisecond

// approving fills in the form as a person who approves: the environment that the
// first line of the question names, or the choice that is not the default.
func approving(question mcp.ElicitationParams) map[string]any {
	var form struct {
		Properties map[string]struct{ Enum []string }
	}
	text, err := json.Marshal(question.RequestedSchema)
	if err != nil || json.Unmarshal(text, &form) != nil {
		return nil
	}
	answer := map[string]any{}
	for name, field := range form.Properties {
		if n := len(field.Enum); n > 0 {
			answer[name] = field.Enum[n-1]
		} else if _, rest, found := strings.Cut(question.Message, ` to "`); found {
			answer[name], _, _ = strings.Cut(rest, `"`)
		}
	}
	return answer
}

// quiet is for a library that logs what it returns as well.
var quiet = slog.New(slog.DiscardHandler)

// bearer puts the token on every request.
type bearer struct {
	*http.Transport
	token string
}

// RoundTrip sends a request with the token.
func (b *bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return b.Transport.RoundTrip(r)
}

// visit returns a client of the server.
func (s *httpServer) visit(ctx context.Context, connections *http.Client, era string, asks bool) (*visitor, error) {
	to, err := transport.NewStreamableHTTP(s.url, transport.WithHTTPBasicClient(connections), transport.WithHTTPLogger(quiet))
	if err != nil {
		return nil, err
	}
	return (&visitor{name: "http " + era}).greet(ctx, to, era, asks)
}

// connections returns what the clients of the server share. What a rough time
// needed of them is soon given up, or it would look like growth of the server.
func (s *httpServer) connections() *http.Client {
	return &http.Client{Transport: &bearer{&http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: 5 * time.Second}, s.token}}
}

// overStdio starts a server of its own and returns its client.
func overStdio(ctx context.Context, program, dir string, env []string, era string) (*visitor, error) {
	v := &visitor{name: "stdio " + era, log: &log{}}
	command := func(_ context.Context, name string, _, args []string) (*exec.Cmd, error) {
		v.cmd = exec.Command(name, args...)
		v.cmd.Env = append(env[:len(env):len(env)], "PINGKIT_DOWNLOAD_DIR="+filepath.Join(dir, "stdio-"+era))
		return v.cmd, nil
	}
	return v.greet(ctx, transport.NewStdioWithOptions(program, nil, []string{"stdio"}, transport.WithCommandFunc(command),
		transport.WithCommandStderrWriter(v.log), transport.WithCommandLogger(quiet)), era, true)
}

func (v *visitor) greet(ctx context.Context, to transport.Interface, era string, asks bool) (*visitor, error) {
	list := []client.ClientOption{client.WithProtocolVersion(era)}
	if asks {
		v.user = newUser()
		list = append(list, client.WithElicitationHandler(v.user))
	}
	v.mcp = client.NewClient(to, list...)
	if err := v.mcp.Start(context.WithoutCancel(ctx)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	var request mcp.InitializeRequest
	request.Params.ClientInfo = mcp.Implementation{Name: "soak", Version: "1"}
	request.Params.ProtocolVersion = era
	if _, err := v.mcp.Initialize(ctx, request); err != nil {
		return nil, errors.Join(err, v.mcp.Close())
	}
	return v, nil
}

// reply is what a tool answered.
type reply struct {
	fate  fate
	text  string // of an error
	began time.Time
	body  json.RawMessage
}

// into decodes a good answer.
func (r reply) into(to any) error { return json.Unmarshal(r.body, to) }

type arguments map[string]any

// call calls a tool. It takes the call down, and complains of one that got no
// result, unless ctx ended.
func (s *soak) call(ctx context.Context, v *visitor, tool string, args arguments) reply {
	r := reply{began: time.Now()}
	limited, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	var request mcp.CallToolRequest
	request.Params.Name, request.Params.Arguments = tool, map[string]any(args)
	result, err := v.mcp.CallTool(limited, request)
	took := time.Since(r.began)
	switch {
	case err != nil && ctx.Err() != nil:
		r.fate, r.text = broken, err.Error()
		return r // it was the client that left
	case err != nil && limited.Err() != nil:
		r.fate, r.text = hung, "no answer"
		s.book.complain("%s over %s: no answer within %s (%s)", tool, v.name, callLimit, names(s.weather.since(r.began)))
	case err != nil:
		r.fate, r.text = broken, err.Error()
		s.book.complain("%s over %s: %v (%s)", tool, v.name, err, names(s.weather.since(r.began)))
	case result.IsError:
		r.fate, r.text = refused, textOf(result)
	default:
		if r.body, err = json.Marshal(result.StructuredContent); err != nil {
			s.book.complain("%s over %s: the result cannot be read: %v", tool, v.name, err)
		}
	}
	s.book.note(r.fate, took)
	return r
}

func textOf(result *mcp.CallToolResult) string {
	var texts []string
	for _, content := range result.Content {
		if text, ok := content.(mcp.TextContent); ok {
			texts = append(texts, text.Text)
		}
	}
	return strings.Join(texts, "\n")
}
