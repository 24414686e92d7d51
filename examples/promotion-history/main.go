// Promotion-history prints when and to which environments an application was promoted:
//
//	promotion-history APPLICATION
//
// APPLICATION is an ID or a name. Set the variables PINGCENTRAL_URL, PINGCENTRAL_USERNAME, PINGCENTRAL_PASSWORD and, for a private
// certificate, PINGCENTRAL_CA_FILE.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"example.com/pingkit/connect"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: promotion-history APPLICATION")
	}
	client, err := connect.PingCentralFromEnv()
	if err != nil {
		return err
	}
	application, err := client.FindApplication(ctx, args[0])
	if err != nil {
		return err
	}
	for promotion, err := range client.Promotions(ctx, valueOf(application.ID)) {
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s\t%q\t%q\n", valueOf(promotion.Promoted), valueOf(promotion.EnvironmentName), valueOf(promotion.ID))
	}
	return nil
}

// valueOf reads a field that may be absent.
func valueOf[T any](field *T) (value T) {
	if field != nil {
		value = *field
	}
	return value
}
