package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"example.com/pingkit/internal/config"
)

// documented makes the long help of a command: what it does, and the fields of
// its result.
func documented(text string, r result) string {
	return strings.TrimSpace(text) + "\n\nFields with --output json:\n" + indent(jsonFields(r))
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// useOurHelp replaces cobra's usage text: the same for all commands, and with
// the many flags of the settings in a topic of their own.
func useOurHelp(root *cobra.Command) {
	root.SetHelpCommand(helpCommand(root))
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		_, err := fmt.Fprint(cmd.OutOrStderr(), usage(cmd))
		return err
	})
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		text := cmd.Long
		if text == "" {
			text = cmd.Short
		}
		if text = strings.Trim(text, "\n") + "\n"; cmd.Runnable() || cmd.HasSubCommands() {
			text += "\n" + usage(cmd)
		}
		fmt.Fprint(cmd.OutOrStdout(), text)
	})
}

// helpCommand is cobra's, but for a topic that does not exist, which is a wrong
// command line.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND or TOPIC]",
		Short: "Show help",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			if cmd, rest, err := root.Find(args); err == nil && len(rest) == 0 {
				for _, sub := range cmd.Commands() {
					names = append(names, sub.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return fmt.Errorf("there is no help on %q", strings.Join(args, " "))
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// usage returns all of a command's help but its description.
func usage(cmd *cobra.Command) string {
	var b strings.Builder
	section := func(title, text string) {
		if strings.TrimSpace(text) != "" {
			fmt.Fprintf(&b, "%s:\n%s\n\n", title, strings.TrimRight(text, "\n"))
		}
	}
	use := cmd.UseLine()
	if cmd.HasAvailableSubCommands() {
		use = cmd.CommandPath() + " COMMAND"
	}
	section("Usage", "  "+use)
	for _, group := range cmd.Groups() {
		section(strings.TrimSuffix(group.Title, ":"), subcommands(cmd, func(sub *cobra.Command) bool { return sub.GroupID == group.ID }))
	}
	title := "Commands"
	if len(cmd.Groups()) > 0 {
		title = "Other commands"
	}
	section(title, subcommands(cmd, func(sub *cobra.Command) bool { return sub.GroupID == "" && !sub.IsAdditionalHelpTopicCommand() }))
	section("Topics, with `pingkit help TOPIC`", subcommands(cmd, (*cobra.Command).IsAdditionalHelpTopicCommand))
	section("Examples", cmd.Example)
	section("Flags", without(cmd.LocalNonPersistentFlags(), isSetting).FlagUsagesWrapped(100))
	if !cmd.HasParent() {
		section("Flags of all commands", without(cmd.PersistentFlags(), isSetting).FlagUsagesWrapped(100))
	} else {
		section("Flags of all commands", without(cmd.InheritedFlags(), isSetting).FlagUsagesWrapped(100))
	}
	b.WriteString("Credentials and other settings: `pingkit help settings`. Exit codes: `pingkit help exit-codes`.\n")
	return b.String()
}

func subcommands(cmd *cobra.Command, wanted func(*cobra.Command) bool) string {
	var b strings.Builder
	for _, sub := range cmd.Commands() {
		if !sub.Hidden && sub.Name() != "help" && wanted(sub) {
			fmt.Fprintf(&b, "  %-14s %s\n", sub.Name(), sub.Short)
		}
	}
	return b.String()
}

func without(flags *pflag.FlagSet, drop func(name string) bool) *pflag.FlagSet {
	rest := pflag.NewFlagSet("", pflag.ContinueOnError)
	rest.SortFlags = false
	flags.VisitAll(func(f *pflag.Flag) {
		if !drop(f.Name) {
			rest.AddFlag(f)
		}
	})
	return rest
}

// isSetting reports whether a flag is that of a setting.
func isSetting(name string) bool {
	for _, s := range config.WithoutHTTP() {
		if s.Flag() == name {
			return true
		}
	}
	return false
}
