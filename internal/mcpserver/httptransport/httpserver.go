// Package httptransport serves the MCP server to callers over HTTP: the
// http.Server with its time-outs, and the guards around mcp-go's handler, which
// has none of its own.
package httptransport

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/mcpgofix"
)

// Endpoint is the path of the MCP endpoint.
const Endpoint = "/mcp"

// BaseURL returns the server's own URL as callers see it, of a setting that may
// hold the endpoint as well.
func BaseURL(publicURL string) string {
	return strings.TrimSuffix(strings.TrimRight(publicURL, "/"), Endpoint)
}

const (
	// headerTimeout is how long a client has to send the header of a request,
	// readTimeout to send all of it.
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	// idleTimeout is how long a connection may wait for the next request.
	idleTimeout = 2 * time.Minute
	// maxHeader bounds the header of a request, in bytes.
	maxHeader = 64 << 10
	// cleanupTimeout is how long calls have to put things in order once their time at
	// the end of the server is up.
	cleanupTimeout = 3 * time.Second
)

// Options configure a Server. Only Logger is required.
type Options struct {
	Logger *slog.Logger
	// PublicURL is the server's own URL as callers see it. Its host is accepted
	// in the Host header besides the address that the server listens on.
	PublicURL string
	// AllowedHosts are further host names under which the server is reached.
	AllowedHosts []string
	// AllowedOrigins are the browser origins that may call besides the server's
	// own, such as https://chat.example.com.
	AllowedOrigins []string
	// Authorize wraps what is for authorized callers only: it refuses others
	// and names the caller by tools.WithCaller. Nil lets everyone in, which
	// Listen allows on loopback addresses only.
	Authorize func(http.Handler) http.Handler
	// Register, if not nil, adds routes that need no authorization, such as
	// OAuth's metadata of RFC 9728.
	Register func(*http.ServeMux)
	// Limits hold for each caller that Authorize names.
	Limits Limits
	// Files, if not nil, serves kits to authorized callers.
	Files *Files
	// Listening offers GET: a stream of the older era for messages outside of a
	// call. This product has none, and mcp-go would let such a stream take the
	// progress of calls; what asks a client's model has to have it.
	Listening bool
	// SessionIdle is after what time without a request a session of the older
	// era ends; zero means DefaultSessionIdle.
	SessionIdle time.Duration
	// Grace is how long calls that run when the server ends have to finish; zero
	// means DefaultGrace.
	Grace time.Duration

	timeouts timeouts // zero values mean the constants; tests are shorter
}

// timeouts of a connection.
type timeouts struct{ header, read, stall, heartbeat time.Duration }

const (
	// DefaultSessionIdle is a working day and the night after it: some clients
	// do not initialize again when their session is gone.
	DefaultSessionIdle = 24 * time.Hour
	// DefaultGrace leaves room for the drain delay within the 30 seconds that
	// Kubernetes gives a pod.
	DefaultGrace = 20 * time.Second
)

// Server serves MCP over HTTP.
type Server struct {
	options  Options
	handler  http.Handler
	mcp      *server.StreamableHTTPServer
	sessions *sessions
	requests mcpserver.Requests
}

// New makes a server around the MCP server. It opens nothing; Close frees what
// it holds.
func New(mcp *server.MCPServer, o Options) (*Server, error) {
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&o.SessionIdle, DefaultSessionIdle},
		{&o.Grace, DefaultGrace},
		{&o.timeouts.header, headerTimeout},
		{&o.timeouts.read, readTimeout},
		{&o.timeouts.stall, stallTimeout},
		{&o.timeouts.heartbeat, heartbeatInterval},
	} {
		if *d.value <= 0 {
			*d.value = d.standard
		}
	}
	guard, err := newGuard(o.PublicURL, o.AllowedHosts, o.AllowedOrigins, o.Authorize != nil)
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, sessions: newSessions()}
	s.mcp = server.NewStreamableHTTPServer(mcp,
		server.WithSessionIdManagerResolver(s.sessions),
		server.WithSessionIdleTTL(o.SessionIdle),
		// The guard does this, and knows the public name as well.
		server.WithDisableLocalhostProtection(true),
		server.WithStreamableHTTPLogger(slog.New(mcpgofix.Quiet{Handler: o.Logger.Handler()})),
	)
	authorize := o.Authorize
	if authorize == nil {
		authorize = func(next http.Handler) http.Handler { return next }
	}
	limits := newLimits(o.Limits, o.Authorize != nil)
	mux := http.NewServeMux()
	var endpoint http.Handler = s.mcp
	if o.Files != nil {
		endpoint = o.Files.remote(endpoint)
		mux.Handle(filesPath, guard.cors(authorize(limits.rated(limits.occupied(o.Files)))))
	}
	for _, wrap := range []func(http.Handler) http.Handler{ // from the inside out
		streamed(o.timeouts.heartbeat, &s.requests), s.sessions.opening, deliverResponses(&s.requests, o.Listening), limits.bounded,
		dropCancellations, s.sessions.guard, readMessage,
		limits.rated, onlyMethods(o.Listening), authorize, guard.cors,
	} {
		endpoint = wrap(endpoint)
	}
	mux.Handle(Endpoint, endpoint)
	mux.Handle(Endpoint+"/{$}", endpoint)
	if o.Register != nil {
		public := http.NewServeMux()
		o.Register(public)
		mux.Handle("/", guard.cors(public))
	}
	s.handler = unbuffered(guard.check(mux))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends all sessions. It is for a server whose Serve was not called.
func (s *Server) Close() error { return s.mcp.Shutdown(context.Background()) }

// Listen opens the address. One that other machines can reach is refused
// without authorization: whoever calls acts with the server's own credentials.
func Listen(ctx context.Context, addr string, authorized bool) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	local, ok := listener.Addr().(*net.TCPAddr)
	if authorized || ok && local.IP.IsLoopback() {
		return listener, nil
	}
	return nil, errors.Join(fmt.Errorf("%s can be reached from other machines, and without authorization anyone there would act "+
		"with this server's credentials: set PINGKIT_AUTH_ISSUER and PINGKIT_PUBLIC_URL, or PINGKIT_AUTH_TOKEN_FILE, "+
		"or listen on 127.0.0.1", addr), listener.Close())
}

// Serve answers requests on the listener until ctx is done. Then it takes no
// more, lets those that run finish within the grace, cancels what is left and
// returns. A server is served once.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	srv := &http.Server{
		Handler:           s.handler,
		ReadHeaderTimeout: s.options.timeouts.header,
		ReadTimeout:       s.options.timeouts.read,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          slog.NewLogLogger(s.options.Logger.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(stallListener{listener, s.options.timeouts.stall}) }()
	select {
	case err := <-served:
		return errors.Join(err, s.Close())
	case <-ctx.Done():
	}
	err := s.end(srv, cancel)
	<-served // always http.ErrServerClosed after a shutdown
	return errors.Join(err, s.Close())
}

// end is the end of Serve; cancel ends the calls.
func (s *Server) end(srv *http.Server, cancel context.CancelFunc) error {
	grace, stop := context.WithTimeout(context.Background(), s.options.Grace)
	defer stop()
	if s.options.Listening {
		s.mcp.CloseSessions(grace) // their streams would last as long as their clients
	}
	if err := srv.Shutdown(grace); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	s.options.Logger.Warn("calls were still running at the end and are cancelled", "grace", s.options.Grace)
	cancel()
	last, stop := context.WithTimeout(context.Background(), cleanupTimeout)
	defer stop()
	if err := srv.Shutdown(last); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return srv.Close()
}

// onlyMethods refuses the methods that the endpoint has no use for. GET is one
// that the specification leaves to the server to offer, in a session.
func onlyMethods(listening bool) func(http.Handler) http.Handler {
	allowed := "POST, DELETE"
	if listening {
		allowed += ", GET"
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost, r.Method == http.MethodDelete:
			case listening && r.Method == http.MethodGet && r.Header.Get(server.HeaderKeySessionID) == "":
				http.Error(w, "the header Mcp-Session-Id is missing: initialize first", http.StatusBadRequest)
				return
			case listening && r.Method == http.MethodGet:
				// The time-out was for the reading; it must not end the stream.
				if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil {
					http.Error(w, "the connection cannot be used", http.StatusInternalServerError)
					return
				}
			default:
				w.Header().Set("Allow", allowed)
				http.Error(w, r.Method+" is not supported here", http.StatusMethodNotAllowed)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// hostOf returns the host name or address in a URL's or header's host:port.
func hostOf(hostport string) string { return (&url.URL{Host: hostport}).Hostname() }
