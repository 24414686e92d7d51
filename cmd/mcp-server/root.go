package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
)

// rootCommand makes the tree of commands. started is set when a command line was
// understood and its command begins.
func rootCommand(started *bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "mcp-server",
		Short: "MCP server for PingOne integration kits and PingCentral applications",
		Long: "mcp-server lets an AI assistant find and fetch PingOne integration kits, and read, promote and revert\n" +
			"PingCentral applications. Without a command it serves MCP on stdin and stdout.\n\n" +
			"Settings come from environment variables; each flag stands for the variable of its name.\n" +
			"Try it without any: mcp-server demo",
		Version:       buildinfo.String(),
		Args:          onlyCommands,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          serveStdio,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		// A mistyped command leaves its flags to the command above it.
		if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
			return onlyCommands(cmd, args)
		}
		return config.SuggestFlag(cmd.Flags(), err)
	})
	root.PersistentPreRun = func(*cobra.Command, []string) { *started = true }
	root.CompletionOptions.HiddenDefaultCmd = true
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.Bool("sandbox", false, "use the built-in simulator instead of the real systems; needs no credentials")
	config.AddFlags(flags, config.All())
	root.SetGlobalNormalizationFunc(config.NormalizeFlag)
	root.AddCommand(stdioCommand(), httpCommand(), demoCommand(), sandboxCommand(), toolsCommand(), versionCommand())
	return root
}

// onlyCommands refuses what is no command, with the nearest one.
func onlyCommands(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("there is no command %q; do you mean %s?", args[0], strings.Join(near, " or "))
	}
	return fmt.Errorf("there is no command %q", args[0])
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "%s version %s\n", cmd.Root().Name(), buildinfo.String())
		},
	}
}
