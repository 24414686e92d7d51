package main

import "fmt"

// usageError is a wrong command line.
type usageError struct {
	command string // such as "pingkit pull"
	err     error
	next    string // what to do; by default, to read the command's help
}

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

// usagef is a wrong command line that a command itself finds.
func usagef(command, format string, args ...any) error {
	return &usageError{command: "pingkit " + command, err: fmt.Errorf(format, args...)}
}

func errOutput(given string) error {
	return fmt.Errorf("--output is %q: use text or json", given)
}

// driftError says that a command came to its end and found a difference, which
// its result tells.
type driftError struct{ what, next string }

func (e *driftError) Error() string { return e.what }

// approvalError says that a write was not sent because nobody approved it.
type approvalError struct{ what, next string }

func (e *approvalError) Error() string { return e.what }

// outcomeError is a write that was sent and is not known to be done.
type outcomeError struct{ what, next string }

func (e *outcomeError) Error() string { return e.what }

// missingFileError is a file or directory of the command line that is not there.
type missingFileError struct{ what, next string }

func (e *missingFileError) Error() string { return e.what }

// errDeclined is a person's no.
var errDeclined = &approvalError{what: "declined; nothing was sent"}

// unreadError says that nobody reads the result any more. By itself it is not
// told: who has gone away, as head(1) does, wants no message either.
type unreadError struct{ err error }

func (e *unreadError) Error() string { return "nobody reads it" }

func (e *unreadError) Unwrap() error { return e.err }

// inspectedError is the fault of an archive on the disk that the user named, which
// another run cannot change.
type inspectedError struct{ err error }

func (e *inspectedError) Error() string { return e.err.Error() }

func (e *inspectedError) Unwrap() error { return e.err }
