package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/pingcentral"
)

// failure is an error as it is shown. Its JSON form is what stderr gets with
// --output json, in one line.
type failure struct {
	Kind          string `json:"kind"`
	ExitCode      int    `json:"exit_code"`
	Message       string `json:"message"`
	Next          string `json:"next,omitempty"`
	TransactionID string `json:"transaction_id,omitempty"`
}

// printError tells stderr what failed and what to do next.
func (c *cli) printError(err error) {
	code := exitCode(err)
	f := failure{Kind: kinds[code], ExitCode: code, Message: explain.Plain(strings.TrimRight(err.Error(), "\n")), Next: next(err)}
	if e, ok := errors.AsType[*connect.Error](err); ok {
		f.TransactionID = e.TransactionID
	}
	if c.json() {
		encoder := json.NewEncoder(c.stderr)
		encoder.SetEscapeHTML(false)
		if encoder.Encode(map[string]failure{"error": f}) == nil {
			return
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", c.paint(red, "pingkit:"), f.Message)
	if f.Next != "" {
		fmt.Fprintf(&b, "  %s\n", f.Next)
	}
	if f.TransactionID != "" && !strings.Contains(f.Message, f.TransactionID) {
		fmt.Fprintf(&b, "  transaction id: %s\n", f.TransactionID)
	}
	fmt.Fprint(c.stderr, b.String())
}

const red = "\x1b[31m"

// paint colours s where a person reads it who did not refuse colour.
func (c *cli) paint(colour, s string) string {
	if !c.draws || config.NoColor() {
		return s
	}
	return colour + s + "\x1b[0m"
}

// next says what to do about an error, where its own text does not.
func next(err error) string {
	if e, ok := errors.AsType[*usageError](err); ok {
		if e.next != "" {
			return e.next
		}
		return "see `" + e.command + " --help`"
	}
	if e, ok := errors.AsType[*driftError](err); ok {
		return e.next
	}
	if e, ok := errors.AsType[*approvalError](err); ok {
		return e.next
	}
	if e, ok := errors.AsType[*outcomeError](err); ok {
		return e.next
	}
	if e, ok := errors.AsType[*missingFileError](err); ok {
		return e.next
	}
	if e, ok := errors.AsType[*match.NotFoundError](err); ok {
		return finders[e.Kind]
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "check the address and the network; --timeout is the time for all of the command"
	}
	for _, rule := range remedies {
		if rule.holds(err) {
			return rule.next
		}
	}
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return explain.Next(e)
	}
	return fallbacks[exitCode(err)]
}

// fallbacks say what to do where nothing is known but the kind of the failure.
var fallbacks = map[int]string{
	exitIntegrity: "run it again; if it happens again, do not use the kit and tell its publisher",
	exitNetwork:   "check the network and try again; --timeout gives it more time",
	exitDisk:      "check the path, its permissions and the free space",
}

// finders name the command that lists what was not found.
var finders = map[string]string{
	"integration": "`pingkit integrations` lists what there is",
	"version":     "`pingkit versions NAME` lists what there is",
	"application": "`pingkit app list` lists what there is",
	"promotion":   "`pingkit app get NAME` shows the history",
	"environment": "the consoles of PingOne and PingCentral list theirs; an id will do as well",
}

// remedies are tried in their order.
var remedies = []struct {
	holds func(error) bool
	next  string
}{
	{as[*config.Error], "`pingkit help settings` lists the variables and flags; --sandbox needs none of them"},
	{as[*connect.SettingsError], "`pingkit help settings` lists the variables and flags"},
	{anyOf(as[*catalog.NoKitError], is(download.ErrNoKit)), "`pingkit versions NAME` shows the types; those of type SAML have no kit"},
	{shielded, addShielded},
	{as[*lockfile.ManifestError], "`pingkit help manifest` shows the format"},
	{is(catalog.ErrPaging), "check PINGONE_API_URL, and what stands before it; if it happens again, tell Ping's support"},
	{all(as[*inspectedError], is(kitzip.ErrNotZip)), "name the zip file of a kit; `pingkit pull NAME` downloads one"},
	{all(as[*inspectedError], is(kitzip.ErrDamaged)), "do not use this file; `pingkit pull NAME` downloads and verifies the kit"},
	{all(as[*inspectedError], is(kitzip.ErrUnsafe)), "do not unpack this file with another program; if the kit does not need the entry, --exclude GLOB leaves it out"},
	{is(kitzip.ErrUnsafe), "do not use the kit, and tell its publisher; if the kit does not need the entry, `exclude:` in kits.yaml leaves it out"},
	{as[*download.AlteredError], "find out who changed it; then run the command again with a network, or make the mirror again"},
	{is(download.ErrUnverified), "give the digest with --sha256, or accept the file as it is with --allow-unverified"},
	{is(download.ErrTooLarge), "allow it with --max-download, such as 500MB"},
	{is(download.ErrExists), "replace it with --overwrite"},
}

const addShielded = "add --shielded, or run it on a terminal"

func shielded(err error) bool {
	e, ok := errors.AsType[*pingcentral.RefusedError](err)
	return ok && e.Shielded
}

// localFile makes the error of a file that the user named a plain one.
func localFile(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		return &missingFileError{what: e.Path + " does not exist"}
	}
	return err
}
