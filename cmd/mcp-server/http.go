package main

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/mcpserver/auth"
	"example.com/pingkit/internal/mcpserver/httptransport"
	"example.com/pingkit/internal/quota"
	"example.com/pingkit/internal/tools"
)

func httpCommand() *cobra.Command {
	var addr string
	var options httptransport.Options
	var downloads downloadBounds
	cmd := &cobra.Command{
		Use:   "http",
		Short: "Serve MCP over HTTP, to one person on loopback or to a team",
		Long: "Serves MCP over HTTP at the path " + httptransport.Endpoint + ". On an address that other machines can reach the server\n" +
			"starts only with authorization: PINGKIT_AUTH_ISSUER and PINGKIT_PUBLIC_URL, or PINGKIT_AUTH_TOKEN_FILE.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withServer(cmd, func(a *app.App, d *tools.Deps, s *mcpserver.Server) error {
				d.Downloads = quota.New(d.DownloadDir, downloads.atOnce, downloads.megabytes*1_000_000)
				return serveHTTP(cmd, a, d, s, addr, options)
			})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&addr, "addr", "127.0.0.1:8080", "where to listen; port 0 takes a free one")
	flags.Float64Var(&options.Limits.PerSecond, "rate", httptransport.DefaultLimits.PerSecond, "requests per second of one authorized caller, 0 for no limit")
	flags.IntVar(&options.Limits.Concurrent, "concurrency", httptransport.DefaultLimits.Concurrent, "calls of one authorized caller at a time, 0 for no limit")
	flags.IntVar(&downloads.atOnce, "downloads", 8, "downloads at a time of all callers, 0 for no limit")
	flags.Int64Var(&downloads.megabytes, "download-quota-mb", 10_000, "megabytes that the download directory may hold, 0 for no limit")
	flags.DurationVar(&options.SessionIdle, "session-idle", httptransport.DefaultSessionIdle, "after what time without requests a session ends")
	flags.DurationVar(&options.Grace, "grace", httptransport.DefaultGrace, "how long calls may go on when the server ends")
	return cmd
}

// downloadBounds are the flags of quota.New.
type downloadBounds struct {
	atOnce    int
	megabytes int64
}

// serveHTTP serves until the command's context ends.
func serveHTTP(cmd *cobra.Command, a *app.App, d *tools.Deps, s *mcpserver.Server, addr string, options httptransport.Options) error {
	settings := a.Config.HTTP
	guard, err := callers(a)
	if err != nil {
		return err
	}
	options.Logger = a.Logger
	options.PublicURL = settings.PublicURL
	options.AllowedHosts = settings.AllowedHosts
	options.AllowedOrigins = settings.AllowedOrigins
	options.Register = guard.Register
	if guard.Configured() {
		options.Authorize = func(next http.Handler) http.Handler { return s.Observer().Requests(guard.Middleware(next)) }
	}
	key, err := a.Config.PlanKey()
	if err != nil {
		return err
	}
	open := func(ctx context.Context, ref tools.KitRef) (*os.File, error) { return tools.OpenKit(ctx, d, ref) }
	if options.Files, err = httptransport.NewFiles(httptransport.BaseURL(settings.PublicURL), key, open, a.Logger); err != nil {
		return err
	}
	server, err := httptransport.New(s.MCPServer, options)
	if err != nil {
		return err
	}
	listener, err := httptransport.Listen(cmd.Context(), addr, guard.Configured())
	if err != nil {
		return err
	}
	simulated, err := cmd.Flags().GetBool("sandbox")
	if err != nil {
		return err
	}
	s.Observer().CountSessions(server.Sessions)
	return probed(cmd.Context(), a, d, simulated, s.Observer(), func() error {
		fmt.Fprintf(fsutil.Stderr, "mcp-server: MCP at http://%s%s\n", listener.Addr(), httptransport.Endpoint)
		return server.Serve(cmd.Context(), listener)
	})
}

// callers returns what checks who calls.
func callers(a *app.App) (*auth.Guard, error) {
	token, err := a.Config.AuthToken()
	if err != nil {
		return nil, err
	}
	certificates, err := a.Config.Certificates()
	if err != nil {
		return nil, err
	}
	settings := a.Config.HTTP
	return auth.New(auth.Settings{
		PublicURL: httptransport.BaseURL(settings.PublicURL), Endpoint: httptransport.Endpoint,
		Issuer: settings.Issuer, Audience: settings.Audience, Token: token,
		CACertificates: certificates, Logger: a.Logger, UserAgent: "pingkit-mcp-server/" + buildinfo.String(),
	})
}
