// Package explain turns an error into what people and models read: what failed and
// why, and one hint. Its table is the only place that says what to do next; both
// programs print from it. Errors of other packages that know a better hint
// implement Hint.
package explain

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/match"
)

// Reader is who reads an explanation, which decides between commands and tools.
type Reader int

// The readers.
const (
	Shell     Reader = iota // a person or script that runs pingkit
	Assistant               // a model that calls the tools of mcp-server
)

// Explanation is an error in the words of its reader.
type Explanation struct {
	Message       string // what failed: why
	Hint          string // what to do next, without a full stop; empty if nothing is known
	TransactionID string // of the call to a system; empty if there was none
}

// Error explains err, which must not be nil, to a reader.
func Error(err error, reader Reader) Explanation {
	hint := hintFor(err, reader)
	message := strings.TrimRight(err.Error(), "\n")
	if e, ok := err.(*connect.Error); ok && reader == Assistant {
		message = response(e)
	}
	// Some errors have their hint in their text; it is shown once.
	if hint != "" {
		message = strings.TrimRight(strings.TrimSuffix(message, hint), "; \n")
	}
	x := Explanation{Message: Plain(message), Hint: hint}
	if e, ok := errors.AsType[*connect.Error](err); ok {
		x.TransactionID = e.TransactionID
	}
	return x
}

// hinter is an error that knows its hint; empty if there is nothing to do.
type hinter interface {
	error
	Hint() string
}

// shielded is implemented by the refusal of a write to a shielded environment.
type shielded interface {
	error
	NeedsShieldedApproval() bool
}

// hintFor returns the hint of the first row of the table that holds.
func hintFor(err error, reader Reader) string {
	if e, ok := errors.AsType[shielded](err); ok && e.NeedsShieldedApproval() {
		return [...]string{Shell: AddShielded,
			Assistant: "have the user promote it: with a client that can ask its user (elicitation), with `pingkit app promote` on a terminal, or in PingCentral"}[reader]
	}
	if e, ok := errors.AsType[hinter](err); ok {
		return e.Hint()
	}
	if e, ok := errors.AsType[*match.NotFoundError](err); ok {
		return listers[e.Kind][reader]
	}
	for _, row := range hints {
		if row.holds(err) && row.hint[reader] != "" {
			return row.hint[reader]
		}
	}
	if e, ok := errors.AsType[*connect.Error](err); ok {
		return Next(e)
	}
	for _, row := range lastHints {
		if row.holds(err) {
			return row.hint[reader]
		}
	}
	return ""
}

// AddShielded is the hint for a write to a shielded environment on a command line.
const AddShielded = "add --shielded, or run the command on a terminal"

// listers say how to list what was not found.
var listers = map[string][2]string{
	"integration": {"list the integrations with `pingkit integrations`", "list the integrations with list_integrations"},
	"version":     {"list the versions with `pingkit versions NAME`", "list the versions with list_versions"},
	"application": {"list the applications with `pingkit app list`", "list the applications with list_applications"},
	"promotion":   {"show the history with `pingkit app get NAME`", "show the history with get_application"},
	"environment": {"list the environments with `pingkit environments`", "list the environments with list_environments"},
}

type row struct {
	holds func(error) bool
	hint  [2]string // for Shell and Assistant; empty: the next row decides
}

// hints are tried in order, before the hints for what a system answered.
var hints = []row{
	{is(context.DeadlineExceeded), [2]string{Shell: "check the address and the network; give the whole command more time with --timeout"}},
	{as[*config.Error], [2]string{
		"list the variables and flags with `pingkit help settings`; --sandbox needs none of them",
		"set this in the server's environment, where the MCP client's configuration starts it, and start it again"}},
	{as[*connect.SettingsError], [2]string{Shell: "list the variables and flags with `pingkit help settings`"}},
	{anyOf(as[*catalog.NoKitError], is(download.ErrNoKit)), [2]string{Shell: "show the types with `pingkit versions NAME`; versions of type SAML have no kit"}},
	{as[*lockfile.ManifestError], [2]string{Shell: "show the format with `pingkit help manifest`"}},
	{is(catalog.ErrPaging), [2]string{
		"check PINGONE_API_URL and the proxy or gateway before PingOne; if it happens again, contact Ping's support",
		"ask for less: name it, or use a query; if it happens again, contact Ping's support"}},
	{is(download.ErrUnverified), [2]string{Shell: "pass the digest with --sha256, or accept the file as it is with --allow-unverified"}},
	{is(download.ErrTooLarge), [2]string{
		"allow larger kits with --max-download, such as --max-download 500MB",
		"ask the operator of this server to raise PINGKIT_MAX_DOWNLOAD"}},
	{is(download.ErrExists), [2]string{Shell: "replace it with --overwrite"}},
}

// lastHints are tried in order where no system answered.
var lastHints = []row{
	{as[*download.AlteredError], [2]string{
		"find out who changed it; then run the command again with a network, or make the mirror again",
		"ask the operator of this server who changed the file; then try again"}},
	{is(kitzip.ErrUnsafe), [2]string{
		"do not use the kit, and tell its publisher; if the kit does not need the entry, leave it out with exclude: in kits.yaml",
		"do not use this archive, and tell its publisher"}},
	{is(kitzip.ErrDamaged), both("do not use this archive, and tell its publisher")},
	{is(download.ErrIntegrity), both("try again; if it happens again, do not use the kit, and check the proxy or gateway between this machine and PingOne")},
	{is(kitzip.ErrNotZip), [2]string{Shell: "pass the path of a kit's archive, such as kit.zip"}},
	{anyOf(is(download.ErrUnavailable), as[*net.OpError], as[*net.DNSError]), both("check the network and try again")},
	{anyOf(is(download.ErrDisk), as[*fs.PathError], as[*os.LinkError], as[*os.SyscallError], as[syscall.Errno]), [2]string{
		"check the path, its permissions and the free space",
		"ask the operator of this server to check the download directory (PINGKIT_DOWNLOAD_DIR): its permissions and the free space"}},
}

func both(hint string) [2]string { return [2]string{hint, hint} }

func anyOf(list ...func(error) bool) func(error) bool {
	return func(err error) bool {
		for _, holds := range list {
			if holds(err) {
				return true
			}
		}
		return false
	}
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
