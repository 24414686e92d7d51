// Command packaging makes what of the packages follows from the program's own
// lists of tools and settings: the MCP bundle of a platform, server.json for
// the MCP registry, the schema of the Helm chart's values, and the licenses of
// the modules that the programs link.
//
//	packaging bundle --binary FILE --os linux --arch amd64 --version 1.2.3 --out DIR
//	packaging server-json --repository URL --name io.github.OWNER/pingkit --version 1.2.3 --bundles DIR
//	packaging chart-schema --out deploy/chart/values.schema.json
//	packaging notices --out THIRD_PARTY_NOTICES
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	if err := rootCommand().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "packaging",
		Short:         "Make bundles, server.json and the chart's schema from the program's own lists",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(bundleCommand(), serverJSONCommand(), chartSchemaCommand(), noticesCommand())
	return root
}

// required marks flags that the command cannot do without.
func required(cmd *cobra.Command, names ...string) *cobra.Command {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the command does not define the flag: a mistake of this program
		}
	}
	return cmd
}
