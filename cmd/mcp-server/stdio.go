package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/tools"
)

func stdioCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stdio",
		Short: "Serve MCP on stdin and stdout (the default)",
		Args:  cobra.NoArgs,
		RunE:  serveStdio,
	}
	cmd.Flags().DurationVar(&stdioGrace, "grace", mcpserver.DefaultStdioGrace, "how long calls may go on after the end of stdin")
	return cmd
}

// stdioGrace is the flag of stdioCommand; the root command has the default.
var stdioGrace = mcpserver.DefaultStdioGrace

func serveStdio(cmd *cobra.Command, _ []string) error {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprintln(fsutil.Stderr, "mcp-server speaks MCP on stdin and stdout and waits for a client; see mcp-server --help, or try mcp-server demo")
	}
	return withServer(cmd, true, noDelay, func(_ *app.App, _ *tools.Deps, s *mcpserver.Server) error {
		return s.Stdio(cmd.Context(), os.Stdin, os.Stdout, stdioGrace)
	})
}

// readingTime is tools.Deps.ReadingTime; tests shorten it.
var readingTime time.Duration

// noDelay ends a server at once.
func noDelay(*config.Config) time.Duration { return 0 }

// withServer runs a server made from the settings of a command, over the sandbox
// if that was asked for. The processes of one user share their plans if oneUser. delay is how long it serves after a signal to end.
func withServer(cmd *cobra.Command, oneUser bool, delay func(*config.Config) time.Duration, run func(*app.App, *tools.Deps, *mcpserver.Server) error) (err error) {
	settings, err := config.Load(cmd.Flags())
	if err != nil {
		return err
	}
	if settings.LogFormat == "json" {
		reportError = func(err error) { settings.Logger().Error("the server failed", "error", err) }
	}
	simulated, err := cmd.Flags().GetBool("sandbox")
	if err != nil {
		return err
	}
	observer, err := observerOf(settings)
	if err != nil {
		return err
	}
	defer observer.Close()
	options := app.Options{Program: "mcp-server", Observer: observer.Attempts(), UserState: oneUser}
	if simulated {
		box, err := sandbox.Start(sandbox.Options{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, box.Close()) }()
		options.Sandbox = box
	}
	// A person would approve first and then learn that the store cannot be used.
	if url, err := settings.PlanStore(); err == nil && url != "" {
		if err := pingcentral.CheckStoreURL(url); err != nil {
			return err
		}
	}
	services := app.New(settings, options)
	defer func() { err = errors.Join(err, services.Promotion.Close()) }()
	// At a signal, readiness fails first. The server goes on serving for the
	// delay, then refuses writes, and then the transport ends.
	signalled := cmd.Context()
	ctx, cancel := context.WithCancel(context.WithoutCancel(signalled))
	defer cancel()
	defer context.AfterFunc(signalled, func() {
		select {
		case <-time.After(delay(settings)):
			services.Promotion.Drain()
			cancel()
		case <-ctx.Done():
		}
	})()
	cmd.SetContext(ctx)
	deps := &tools.Deps{
		Catalog:        services.Catalog,
		Kits:           services.Kits,
		Promotion:      services.Promotion,
		HasPingOne:     simulated || settings.HasPingOne(),
		HasPingCentral: simulated || settings.HasPingCentral(),
		ReadOnly:       settings.ReadOnly,
		PromoteTo:      settings.PromoteTo,
		ReadingTime:    readingTime,
		Logger:         services.Logger,
	}
	if err := auditable(settings); err != nil && deps.HasPingCentral {
		services.Logger.Error("writes will be refused", "error", err)
	}
	return run(services, deps, mcpserver.New(deps, mcpserver.Options{Version: buildinfo.String(), Logger: services.Logger, Observer: observer}))
}
