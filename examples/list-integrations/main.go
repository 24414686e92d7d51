// List-integrations prints the integrations of a PingOne environment's catalog, from all pages, a line each:
//
//	list-integrations ENVIRONMENT
//
// ENVIRONMENT is an ID or a name. Set the variables PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET, PINGONE_ENVIRONMENT_ID and
// PINGONE_REGION_CODE.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: list-integrations ENVIRONMENT")
	}
	client, err := connect.PingOneFromEnv()
	if err != nil {
		return err
	}
	environment, err := client.FindEnvironment(ctx, args[0])
	if err != nil {
		return err
	}
	newest := pingone.ExpandLatestVersion
	for integration, err := range client.Integrations(ctx, environment.ID, &pingone.ListIntegrationsParams{Expand: &newest}) {
		if err != nil {
			return err
		}
		version, _ := integration.LatestVersion()
		// A name is third-party text: %q shows characters that would change the line.
		fmt.Fprintf(stdout, "%q\t%s\t%s\n", integration.Name, version.Number, strings.Join(integration.PingProductNames, ","))
	}
	return nil
}
