package main

import (
	"github.com/spf13/cobra"
)

// completeGlobalFlags says what a shell offers after the global flags. Nothing
// is completed from the network: a shell that asks at each key press would lock
// an account whose password is wrong.
func (c *cli) completeGlobalFlags(root *cobra.Command) {
	offer(root, "output", words("text", "json"))
	offer(root, "file", files("yaml", "yml", "json"))
	offer(root, "lock-file", files("json"))
	offer(root, "cache-dir", folders)
	offer(root, "environment", cobra.NoFileCompletions)
	offer(root, "timeout", cobra.NoFileCompletions)
	offer(root, "pingone-region-code", words("NA", "EU", "CA", "AU", "SG", "AP"))
	offer(root, "log-level", words("debug", "info", "warn", "error"))
	offer(root, "log-format", words("text", "json"))
}

// offer registers what is offered after a flag.
func offer(cmd *cobra.Command, flag string, complete cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // no such flag: a mistake in this program
	}
}

func words(list ...cobra.Completion) cobra.CompletionFunc {
	return cobra.FixedCompletions(list, cobra.ShellCompDirectiveNoFileComp)
}

// files offers the files with one of the endings.
func files(endings ...cobra.Completion) cobra.CompletionFunc {
	return cobra.FixedCompletions(endings, cobra.ShellCompDirectiveFilterFileExt)
}

func folders(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
