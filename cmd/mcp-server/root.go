package main

import (
	"github.com/spf13/cobra"

	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
)

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "mcp-server",
		Short: "MCP server for PingOne integration kits and PingCentral applications",
		Long: "mcp-server lets an AI assistant find and fetch PingOne integration kits, and read, promote and revert\n" +
			"PingCentral applications. Without a command it serves MCP on stdin and stdout.\n\n" +
			"Settings come from environment variables; each flag stands for the variable of its name.\n" +
			"Try it without any: mcp-server demo",
		Version:       buildinfo.String(),
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          serveStdio,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.Bool("sandbox", false, "use the built-in simulator instead of the real systems; needs no credentials")
	config.AddFlags(flags, config.All())
	root.SetGlobalNormalizationFunc(config.NormalizeFlag)
	root.AddCommand(stdioCommand(), httpCommand(), demoCommand(), sandboxCommand(), toolsCommand())
	return root
}
