// Package mcpserver puts the MCP server around the tools: middleware, prompts,
// resources and transports.
package mcpserver

import (
	"log/slog"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver/mcpgofix"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/tools"
)

// listsFresh is for how long a client may keep the lists and instructions, which
// do not change while the server runs, in milliseconds.
const listsFresh = 5 * 60 * 1000

var listMethods = []mcp.MCPMethod{
	mcp.MethodToolsList, mcp.MethodPromptsList, mcp.MethodResourcesList, mcp.MethodResourcesTemplatesList, mcp.MethodServerDiscover,
}

// Options are what a server is made of besides its tools.
type Options struct {
	Version string
	Logger  *slog.Logger // required; must not write to stdout
	// Observer is told of each call; nil is none.
	Observer *telemetry.Observer
}

// Server is the MCP server. It is not bound to a transport; see Stdio.
type Server struct {
	*server.MCPServer
	logger   *slog.Logger
	observer *telemetry.Observer
}

// Observer returns the observer of the options.
func (s *Server) Observer() *telemetry.Observer { return s.observer }

// New makes a server of all tools over d; in read-only mode, of those that write nothing. It opens nothing.
func New(d *tools.Deps, o Options) *Server {
	s := &Server{logger: o.Logger, observer: o.Observer}
	hooks := &server.Hooks{}
	hooks.AddBeforeCallTool(noteRequestID)
	hooks.AddBeforeReadResource(mcpgofix.CanonicalURI)
	options := []server.ServerOption{
		server.WithInstructions(instructions(d)),
		server.WithToolCapabilities(false),
		server.WithPromptCapabilities(false),
		server.WithResourceCapabilities(false, false),
		server.WithCompletions(),
		server.WithToolFilter(tools.Visible),
		server.WithPromptCompletionProvider(completion{s, d}),
		server.WithResourceCompletionProvider(completion{s, d}),
		server.WithHooks(hooks),
		// The first is the outermost.
		server.WithToolHandlerMiddleware(logging(o.Logger, o.Observer)),
		server.WithToolHandlerMiddleware(recovery(o.Logger)),
		server.WithToolHandlerMiddleware(progress),
		server.WithToolHandlerMiddleware(elicitation{elicitationTimeout}.middleware),
	}
	for _, method := range listMethods {
		options = append(options, server.WithMethodCacheHints(method, listsFresh, mcp.CacheScopePrivate))
	}
	options = append(options, o.Observer.ServerOptions()...)
	s.MCPServer = server.NewMCPServer("pingkit", o.Version, options...)
	for _, t := range tools.All() {
		if d.ReadOnly && tools.NeedsApproval(t.Name) {
			continue
		}
		s.AddTool(t.Definition(), t.Handler(d))
	}
	s.addPrompts()
	s.addResources(d)
	return s
}
