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
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/tools"
)

func stdioCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stdio",
		Short: "Serve MCP on stdin and stdout (the default)",
		Args:  cobra.NoArgs,
		RunE:  serveStdio,
	}
}

func serveStdio(cmd *cobra.Command, _ []string) error {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprintln(fsutil.Stderr, "mcp-server speaks MCP on stdin and stdout and waits for a client; see mcp-server --help, or try mcp-server demo")
	}
	return withServer(cmd, func(_ *app.App, _ *tools.Deps, s *mcpserver.Server) error {
		return s.Stdio(cmd.Context(), os.Stdin, os.Stdout)
	})
}

// readingTime is tools.Deps.ReadingTime; tests shorten it.
var readingTime time.Duration

// withServer runs a server made from the settings of a command, over the sandbox
// if that was asked for.
func withServer(cmd *cobra.Command, run func(*app.App, *tools.Deps, *mcpserver.Server) error) (err error) {
	settings, err := config.Load(cmd.Flags())
	if err != nil {
		return err
	}
	settings.CollectLater()
	simulated, err := cmd.Flags().GetBool("sandbox")
	if err != nil {
		return err
	}
	observer, err := observerOf(settings)
	if err != nil {
		return err
	}
	defer observer.Close()
	options := app.Options{Program: "mcp-server", Observer: observer.Attempts()}
	if simulated {
		box, err := sandbox.Start(sandbox.Options{})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, box.Close()) }()
		options.Sandbox = box
	}
	services := app.New(settings, options)
	defer func() { err = errors.Join(err, services.Promotion.Close()) }()
	// Transports see the shutdown after writes were stopped.
	ctx, cancel := context.WithCancel(context.WithoutCancel(cmd.Context()))
	defer cancel()
	defer context.AfterFunc(cmd.Context(), func() {
		services.Promotion.Drain()
		cancel()
	})()
	cmd.SetContext(ctx)
	deps := &tools.Deps{
		Catalog:        services.Catalog,
		Fetcher:        services.Fetcher,
		Promotion:      services.Promotion,
		DownloadDir:    settings.DownloadDir,
		HasPingOne:     simulated || settings.HasPingOne(),
		HasPingCentral: simulated || settings.HasPingCentral(),
		ReadOnly:       settings.ReadOnly,
		PromoteTo:      settings.PromoteTo,
		ReadingTime:    readingTime,
	}
	return run(services, deps, mcpserver.New(deps, mcpserver.Options{Version: buildinfo.String(), Logger: services.Logger, Observer: observer}))
}
