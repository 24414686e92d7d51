// Promote-application writes an application into an environment, once:
//
//	promote-application APPLICATION ENVIRONMENT [REDIRECT_URI ...]
//
// APPLICATION is an ID or a name. ENVIRONMENT is an ID, a name or a short code, and must be written out: a part of a name may fit today and
// fit another environment tomorrow. The program promotes without asking for approval. Set the variables
// PINGCENTRAL_URL, PINGCENTRAL_USERNAME, PINGCENTRAL_PASSWORD and, for a private certificate, PINGCENTRAL_CA_FILE.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) < 2 {
		return errors.New("usage: promote-application APPLICATION ENVIRONMENT [REDIRECT_URI ...]")
	}
	client, err := connect.PingCentralFromEnv()
	if err != nil {
		return err
	}
	application, err := client.FindApplication(ctx, args[0])
	if err != nil {
		return err
	}
	environment, err := client.FindEnvironment(ctx, args[1])
	if err != nil {
		return err
	}
	if !isCalled(args[0], application.ID, &application.Name) || !isCalled(args[1], &environment.ID, &environment.Name, environment.ShortCode) {
		return fmt.Errorf("not promoted: write the names out: %q to %q", application.Name, environment.Name)
	}
	err = connect.Check(client.PromoteApplication(ctx, *application.ID, environment.ID, pingcentral.PromotionRequest{RedirectURIs: args[2:]}))
	if failed, ok := errors.AsType[*connect.Error](err); ok && failed.InDoubt() {
		// The promotion may have happened. Sending it again could promote twice: the history tells.
		return fmt.Errorf("the promotion may have happened: %w\nhint: read the promotion history of %s before you promote again", err, *application.ID)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "promoted %q to %q\n", application.Name, environment.Name)
	return err
}

// isCalled reports whether one of the names is text, in any case.
func isCalled(text string, names ...*string) bool {
	for _, name := range names {
		if name != nil && strings.EqualFold(*name, text) {
			return true
		}
	}
	return false
}
