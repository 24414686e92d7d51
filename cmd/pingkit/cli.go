package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/sandbox"
)

// cli is what the commands of one run share: streams, global flags and what is
// made of them.
type cli struct {
	stdin          *os.File
	stdout, stderr io.Writer
	// terminal says that a person sits at stderr, draws that bars and colours can
	// be shown there.
	terminal, draws bool

	manifest, lockFile, cacheDir string
	manifestNamed                bool // with -f
	environment                  string
	sandboxed                    bool
	output                       string
	timeout                      time.Duration

	config  *config.Config
	app     *app.App
	sandbox *sandbox.Sandbox
	// started says that the command line was understood and its command began.
	started bool
}

func newCLI(stdin, stdout, stderr *os.File) *cli {
	terminal := term.IsTerminal(int(stderr.Fd()))
	return &cli{stdin: stdin, stdout: stdout, stderr: stderr, terminal: terminal, draws: terminal && !config.DumbTerminal()}
}

// services returns the services that the settings lead to, or those of a
// sandbox. Nothing is sent before one of them is used.
func (c *cli) services() (*app.App, error) {
	if c.app != nil {
		return c.app, nil
	}
	options := app.Options{Program: "cli", CacheDir: c.cacheDir, UserState: true, Observer: c.waiting(time.AfterFunc)}
	if c.terminal && c.config.AuditFile != "" {
		options.Audit = io.Discard // a person has no use for its lines of JSON
	}
	if c.sandboxed {
		s, err := sandbox.Start(sandbox.Options{})
		if err != nil {
			return nil, err
		}
		c.sandbox, options.Sandbox = s, s
	}
	c.app = app.New(c.config, options)
	return c.app, nil
}

// runs makes a cobra run function of a command's own.
func (c *cli) runs(command func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		settings, err := config.Load(cmd.Flags())
		return c.runsWith(settings, func(ctx context.Context, args []string) error {
			if err != nil {
				return err
			}
			return command(ctx, args)
		})(cmd, args)
	}
}

// runsWith is runs with settings that were loaded already.
func (c *cli) runsWith(settings *config.Config, command func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c.started = true
		c.manifestNamed = cmd.Flags().Changed("file")
		if !c.json() && c.output != "text" {
			return usageError(cmd.CommandPath(), fmt.Errorf("--output is %q: use text or json", c.output))
		}
		if err := refuseEmpty(cmd); err != nil {
			return err
		}
		if err := expandHomes(cmd); err != nil {
			return err
		}
		c.config = settings
		ctx := cmd.Context()
		if c.timeout > 0 {
			limited, cancel := context.WithTimeout(ctx, c.timeout)
			defer cancel()
			ctx = limited
		}
		return command(ctx, args)
	}
}

// refuseEmpty refuses a guard that is given without a value, as from a variable that is not set: to ignore it would approve or
// accept what it was to prevent.
func refuseEmpty(cmd *cobra.Command) error {
	for _, name := range []string{"expect-state", "plan", "sha256", "client-secret-ref", "redirect-uri"} {
		flag := cmd.Flags().Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if slices.Contains(values, "") {
			return usageError(cmd.CommandPath(), fmt.Errorf("--%s is empty: give it a value, or leave it out", name))
		}
	}
	return nil
}

// expandHomes expands the flags that are paths and no settings, which config.Load
// expands: no shell does that in --target=~/in.
func expandHomes(cmd *cobra.Command) error {
	for _, name := range []string{"file", "lock-file", "cache-dir", "target", "dir"} {
		flag := cmd.Flags().Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		path, err := config.ExpandHome(flag.Value.String())
		if err == nil {
			err = flag.Value.Set(path)
		}
		if err != nil {
			return usageError(cmd.CommandPath(), fmt.Errorf("--%s: %w", name, err))
		}
	}
	return nil
}

// close ends what the run has begun.
func (c *cli) close() {
	if c.sandbox == nil {
		return
	}
	if err := c.sandbox.Close(); err != nil {
		c.note("the sandbox did not end well: %v", err)
	}
}
