package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/kitzip"
)

// commandError is a failure that a command itself finds.
type commandError struct {
	code int
	err  error
	hint string // empty: none
}

func (e *commandError) Error() string { return e.err.Error() }

func (e *commandError) Unwrap() error { return e.err }

// Hint is the hint that explain.Error takes.
func (e *commandError) Hint() string { return e.hint }

// failed returns the failure of a command with its exit code and hint.
func failed(code int, hint, format string, args ...any) error {
	return &commandError{code, fmt.Errorf(format, args...), hint}
}

// usageError is a wrong command line; command is its path, such as "pingkit pull".
func usageError(command string, err error) error {
	return &commandError{exitUsage, err, "see `" + command + " --help`"}
}

// usagef is a wrong command line that a command itself finds.
func usagef(command, format string, args ...any) error {
	return usageError("pingkit "+command, fmt.Errorf(format, args...))
}

// errDeclined is a person's no.
var errDeclined = failed(exitRefused, "", "declined; nothing was sent")

// unreadError says that the reader of the result has gone. By itself it is not
// reported: a reader such as head(1) wants no message either.
type unreadError struct{ err error }

func (e *unreadError) Error() string { return "the reader of the result has gone" }

func (e *unreadError) Unwrap() error { return e.err }

// inspectedError is the fault of an archive on the disk that the user named, which
// another run cannot change.
type inspectedError struct{ err error }

func (e *inspectedError) Error() string { return e.err.Error() }

func (e *inspectedError) Unwrap() error { return e.err }

// Hint says what helps with this file.
func (e *inspectedError) Hint() string {
	switch {
	case errors.Is(e.err, kitzip.ErrNotZip):
		return "pass the path of a kit's archive; `pingkit pull NAME` downloads one"
	case errors.Is(e.err, kitzip.ErrDamaged):
		return "do not use this file; `pingkit pull NAME` downloads and verifies the kit"
	case errors.Is(e.err, kitzip.ErrUnsafe):
		return "do not unpack this file with another program; if the kit does not need the entry, leave it out with --exclude GLOB"
	}
	return ""
}

// localFile makes the error of a file that the user named a plain one.
func localFile(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		return failed(exitNotFound, "", "%s does not exist", e.Path)
	}
	return err
}

// report is an error as it is shown. Its JSON form is what stderr gets with
// --output json, in one line.
type report struct {
	Kind          string `json:"kind"`
	ExitCode      int    `json:"exit_code"`
	Message       string `json:"message"`
	Hint          string `json:"hint,omitempty"`
	TransactionID string `json:"transaction_id,omitempty"`
}

// printError writes to stderr what failed and what to do next.
func (c *cli) printError(err error) {
	code := exitCode(err)
	x := explain.Error(err, explain.Shell)
	if c.json() {
		encoder := json.NewEncoder(c.stderr)
		encoder.SetEscapeHTML(false)
		if encoder.Encode(map[string]report{"error": {kinds[code], code, x.Message, x.Hint, x.TransactionID}}) == nil {
			return
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", c.paint(red, "pingkit:"), x.Message)
	if x.Hint != "" {
		fmt.Fprintf(&b, "hint: %s\n", x.Hint)
	}
	if x.TransactionID != "" && !strings.Contains(x.Message, x.TransactionID) {
		fmt.Fprintf(&b, "transaction id: %s\n", x.TransactionID)
	}
	fmt.Fprint(c.stderr, b.String())
}

const red = "\x1b[31m"

// paint colors s for a terminal whose user has not turned color off.
func (c *cli) paint(color, s string) string {
	if !c.draws || config.NoColor() {
		return s
	}
	return color + s + "\x1b[0m"
}
