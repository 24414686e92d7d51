// Promotion-history prints when and where an application was promoted:
// promotion-history APPLICATION_ID. Set PINGCENTRAL_URL, PINGCENTRAL_USERNAME,
// PINGCENTRAL_PASSWORD and, for a private certificate, PINGCENTRAL_CA_FILE.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: promotion-history APPLICATION_ID")
	}
	settings := connect.PingCentralSettings{
		URL: getenv("PINGCENTRAL_URL"), Username: getenv("PINGCENTRAL_USERNAME"), Password: getenv("PINGCENTRAL_PASSWORD"),
	}
	if file := getenv("PINGCENTRAL_CA_FILE"); file != "" {
		var err error
		if settings.CACertificates, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	client, err := connect.NewPingCentral(settings)
	if err != nil {
		return err
	}
	history, err := connect.JSON[pingcentral.PromotionHistory](client.ListPromotions(ctx, args[0]))
	if err != nil {
		return err
	}
	promotions, err := history.Promotions()
	for _, p := range promotions {
		fmt.Fprintf(stdout, "%s\t%q\t%q\n", or(p.Promoted), or(p.EnvironmentName), or(p.ID))
	}
	return err
}

// or reads a field that may be absent.
func or[T any](field *T) (value T) {
	if field != nil {
		value = *field
	}
	return value
}
