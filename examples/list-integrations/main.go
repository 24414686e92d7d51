// List-integrations prints the integrations of a PingOne environment's catalog,
// a line each: list-integrations ENVIRONMENT_ID. Set PINGONE_CLIENT_ID,
// PINGONE_CLIENT_SECRET, PINGONE_ENVIRONMENT_ID and PINGONE_REGION_CODE.
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
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: list-integrations ENVIRONMENT_ID")
	}
	client, err := connect.NewPingOne(connect.PingOneSettings{
		ClientID: getenv("PINGONE_CLIENT_ID"), ClientSecret: getenv("PINGONE_CLIENT_SECRET"),
		EnvironmentID: getenv("PINGONE_ENVIRONMENT_ID"), Region: getenv("PINGONE_REGION_CODE"),
		APIURL: getenv("PINGONE_API_URL"), AuthURL: getenv("PINGONE_AUTH_URL"),
	})
	if err != nil {
		return err
	}
	newest := pingone.ExpandLatestVersion
	page, err := connect.JSON[pingone.IntegrationCollection](
		client.ListIntegrations(ctx, args[0], &pingone.ListIntegrationsParams{Expand: &newest}))
	for ; err == nil; page, err = connect.JSON[pingone.IntegrationCollection](client.Next(ctx, page.Next())) {
		for _, integration := range page.Embedded.Integrations {
			version, _ := integration.LatestVersion()
			// Names are third-party text: %q shows what would change the line.
			fmt.Fprintf(stdout, "%q\t%s\t%s\n", integration.Name, version.Number, strings.Join(integration.PingProductNames, ","))
		}
		if page.Next() == "" {
			break
		}
	}
	return err
}
