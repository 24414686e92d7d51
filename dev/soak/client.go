package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	mcpclient "github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/sandbox"
)

// The protocols: one opens with initialize, the other has no sessions.
const (
	stateful  = "2025-11-25"
	stateless = "2026-07-28"
)

// callTimeout is longer than any call may take: one that exceeds it hangs.
const callTimeout = 100 * time.Second

// client is an MCP client of a server.
type client struct {
	name string // transport and protocol
	mcp  *mcpclient.Client
	user *user     // nil: without elicitation
	cmd  *exec.Cmd // of a server of its own
	log  string    // file of that server
}

// behavior is how a user responds to an elicitation.
type behavior int

const (
	accepts behavior = iota
	declines
	cancels
	leaves // the client goes away before a response
)

// user responds to the elicitations of one client, for one call at a time.
type user struct {
	mu       sync.Mutex
	behavior behavior
	prompted chan struct{} // gets one for each elicitation
}

func (u *user) behave(b behavior) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.behavior = b
	for len(u.prompted) > 0 {
		<-u.prompted
	}
}

// Elicit responds as the user behaves.
func (u *user) Elicit(ctx context.Context, request mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	u.mu.Lock()
	b := u.behavior
	u.mu.Unlock()
	select {
	case u.prompted <- struct{}{}:
	default:
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(readingTime):
	}
	action := mcp.ElicitationResponseActionAccept
	switch b {
	case declines:
		action = mcp.ElicitationResponseActionDecline
	case cancels:
		action = mcp.ElicitationResponseActionCancel
	case leaves:
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &mcp.ElicitationResult{ElicitationResponse: mcp.ElicitationResponse{Action: action, Content: filled(request.Params.RequestedSchema)}}, nil
}

// readingTime is how long a user reads before a response; the server takes a faster one for a program's.
const readingTime = 600 * time.Millisecond

// filled is the form of an approval as a user fills it in: the name of the only shielded target, or yes.
func filled(schema any) map[string]any {
	encoded, err := json.Marshal(schema)
	var form struct {
		Properties map[string]struct{ Enum []string }
	}
	if err != nil || json.Unmarshal(encoded, &form) != nil {
		return map[string]any{}
	}
	content := map[string]any{}
	for name, property := range form.Properties {
		content[name] = sandbox.Production
		if n := len(property.Enum); n > 0 {
			content[name] = property.Enum[n-1]
		}
	}
	return content
}

// quiet is for a library that logs what it also returns.
var quiet = slog.New(slog.DiscardHandler)

// connections returns the HTTP client that the server's clients share. It gives up idle connections soon: those of a faulty phase
// would look like growth of the server.
func (s *httpServer) connections() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100, IdleConnTimeout: 5 * time.Second}}
}

// connect returns a client of the server.
func (s *httpServer) connect(ctx context.Context, connections *http.Client, protocol string, elicits bool) (*client, error) {
	to, err := transport.NewStreamableHTTP(s.url, transport.WithHTTPBasicClient(connections), transport.WithHTTPLogger(quiet),
		transport.WithHTTPHeaders(map[string]string{"Authorization": "Bearer " + s.token}))
	if err != nil {
		return nil, err
	}
	c := &client{name: "http " + protocol}
	return c, c.initialize(ctx, to, protocol, elicits)
}

// connectStdio starts a server of its own and returns its client.
func connectStdio(ctx context.Context, program, dir string, env []string, protocol string) (*client, error) {
	c := &client{name: "stdio " + protocol, log: filepath.Join(dir, "stdio-"+protocol+".log")}
	log, err := os.Create(c.log)
	if err != nil {
		return nil, err
	}
	command := func(_ context.Context, name string, _, args []string) (*exec.Cmd, error) {
		c.cmd = exec.Command(name, args...)
		c.cmd.Env = append(env[:len(env):len(env)], "PINGKIT_DOWNLOAD_DIR="+filepath.Join(dir, "stdio-"+protocol))
		return c.cmd, nil
	}
	to := transport.NewStdioWithOptions(program, nil, []string{"stdio"}, transport.WithCommandFunc(command),
		transport.WithCommandStderrWriter(log), transport.WithCommandLogger(quiet))
	return c, c.initialize(ctx, to, protocol, true)
}

func (c *client) initialize(ctx context.Context, to transport.Interface, protocol string, elicits bool) error {
	list := []mcpclient.ClientOption{mcpclient.WithProtocolVersion(protocol)}
	if elicits {
		c.user = &user{prompted: make(chan struct{}, 100)}
		list = append(list, mcpclient.WithElicitationHandler(c.user))
	}
	c.mcp = mcpclient.NewClient(to, list...)
	if err := c.mcp.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var request mcp.InitializeRequest
	request.Params.ClientInfo = mcp.Implementation{Name: "soak", Version: "1"}
	request.Params.ProtocolVersion = protocol
	if _, err := c.mcp.Initialize(ctx, request); err != nil {
		return errors.Join(err, c.mcp.Close())
	}
	return nil
}

// response is the result of a tool call.
type response struct {
	outcome outcome
	text    string // of an error
	began   time.Time
	body    json.RawMessage
}

func (r response) decode(to any) error { return json.Unmarshal(r.body, to) }

// status is the status that a write's result states, or "an error".
func (r response) status() string {
	var result struct{ Status string }
	if r.outcome != succeeded || r.decode(&result) != nil {
		return "an error"
	}
	return result.Status
}

type arguments map[string]any

// call calls a tool and records the call. It complains if no result comes, unless ctx ends.
func (s *soak) call(ctx context.Context, c *client, tool string, args arguments) response {
	r := response{began: time.Now()}
	limited, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var request mcp.CallToolRequest
	request.Params.Name, request.Params.Arguments = tool, map[string]any(args)
	result, err := c.mcp.CallTool(limited, request)
	took := time.Since(r.began)
	switch {
	case err != nil && ctx.Err() != nil:
		r.outcome, r.text = broken, err.Error()
		return r // the client left
	case err != nil:
		r.outcome, r.text = broken, err.Error()
		if limited.Err() != nil {
			r.outcome = hung
		}
		s.ledger.complain("%s over %s: %s (%s)", tool, c.name, r.text, names(s.faults.since(r.began)))
	case result.IsError:
		r.outcome = refused
		for _, content := range result.Content {
			if text, ok := content.(mcp.TextContent); ok {
				r.text = strings.TrimSpace(r.text + "\n" + text.Text)
			}
		}
	default:
		if r.body, err = json.Marshal(result.StructuredContent); err != nil {
			s.ledger.complain("%s over %s: the result cannot be read: %v", tool, c.name, err)
		}
	}
	s.ledger.record(r.outcome, took)
	return r
}
