package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/lockfile"
)

const (
	groupKits         = "kits"
	groupApplications = "applications"
)

// rootCommand makes the tree of commands.
func (c *cli) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "pingkit",
		Short: "Retrieve and install PingOne integration kits; promote PingCentral applications",
		Long: `pingkit retrieves integration kits from PingOne's catalog, pins them in a lock
file and installs them for the start of containers. It also reads, promotes and
reverts applications in PingCentral.`,
		Example: `  pingkit --sandbox integrations pingid           try it without credentials
  pingkit pull "PingID Integration Kit@2.24.0"    download one kit, verified
  pingkit lock                                    kits.yaml -> kits.lock.json
  pingkit sync --target /opt/in --locked          install what the lock says`,
		Version:       buildinfo.String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          onlyCommands,
		RunE:          showHelp,
	}
	root.SetOut(c.stdout)
	root.SetErr(c.stderr)
	root.SetIn(c.stdin)
	root.SetGlobalNormalizationFunc(config.NormalizeFlag)
	root.AddGroup(
		&cobra.Group{ID: groupKits, Title: "Integration kits:"},
		&cobra.Group{ID: groupApplications, Title: "PingCentral:"},
	)
	c.addGlobalFlags(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		// A mistyped command leaves its flags to the command above it.
		if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
			return onlyCommands(cmd, args)
		}
		return config.SuggestFlag(cmd.Flags(), err)
	})
	root.AddCommand(
		c.integrationsCommand(), c.versionsCommand(), c.pullCommand(), c.inspectCommand(),
		c.lockCommand(), c.syncCommand(), c.verifyCommand(), c.outdatedCommand(), c.mirrorCommand(),
		c.appCommand(), c.environmentsCommand(), c.doctorCommand(), versionCommand(),
	)
	root.AddCommand(topics()...)
	useOurHelp(root)
	root.InitDefaultCompletionCmd()
	if completion, _, err := root.Find([]string{"completion"}); err == nil {
		completion.Args, completion.RunE = onlyCommands, showHelp
		completion.Short = "Print the completion script of a shell: bash, zsh, fish or powershell"
	}
	return root
}

func (c *cli) addGlobalFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	flags.StringVarP(&c.manifest, "file", "f", lockfile.DefaultManifest, "read the manifest from `FILE`: kits.yaml, or Ping's artifact-list.json")
	flags.StringVar(&c.lockFile, "lock-file", "", "keep the lock in `FILE` (default "+lockfile.DefaultLock+" beside the manifest)")
	flags.StringVar(&c.cacheDir, "cache-dir", config.CacheDir(), "")
	flags.Lookup("cache-dir").DefValue = "" // differs from machine to machine; the usage text tells it
	flags.Lookup("cache-dir").Usage = "keep downloaded kits by digest in `DIR`; empty for no cache (default: pingkit in the user's cache folder)"
	flags.StringVarP(&c.environment, "environment", "e", "", "read the catalog of `ENVIRONMENT`, an id or a name")
	flags.BoolVar(&c.sandboxed, "sandbox", false, "use the built-in simulator instead of the real systems; needs no credentials")
	flags.StringVarP(&c.output, "output", "O", "text", "write results and errors in `FORMAT`: text or json")
	flags.DurationVar(&c.timeout, "timeout", 0, "give up after `DURATION`, such as 90s (default: never)")
	config.AddFlags(flags, config.WithoutHTTP())
	c.completeGlobalFlags(root)
}

// versionCommand prints what --version prints.
func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:               "version",
		Short:             "Print the version",
		Long:              "Prints the version, as --version does.",
		Example:           "  pingkit version",
		Args:              takes(),
		ValidArgsFunction: cobra.NoFileCompletions,
		Run: func(cmd *cobra.Command, _ []string) {
			fmt.Fprintf(cmd.OutOrStdout(), "%s version %s\n", cmd.Root().Name(), buildinfo.String())
		},
	}
}

// showHelp is the run of a command that only has others below it.
func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }

// mistaken returns the path of the command that a wrong command line was meant
// for, as far as it can be told.
func mistaken(root *cobra.Command, args []string) string {
	cmd, _, err := root.Find(args)
	if err != nil || cmd == nil {
		return root.CommandPath()
	}
	return strings.TrimSpace(cmd.CommandPath())
}
