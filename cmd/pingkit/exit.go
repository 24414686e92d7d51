package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/resolve"
)

// The exit codes.
const (
	exitDone           = 0
	exitOther          = 1
	exitUsage          = 2 // usage, settings or manifest
	exitDrift          = 3 // the lock or the tree differs; outdated --exit-code
	exitAuthentication = 4
	exitNotFound       = 5 // or no kit
	exitIntegrity      = 6 // digest, unsafe archive
	exitNetwork        = 7 // or deadline
	exitDisk           = 8
	exitRefused        = 9 // by policy
	exitInterrupted    = 130
	exitUnread         = 141 // the reader of the result has gone; as if SIGPIPE had ended the process
	exitTerminated     = 143
)

// kinds name the exit codes in the JSON form of an error.
var kinds = map[int]string{
	exitOther:          "other",
	exitUsage:          "usage",
	exitDrift:          "drift",
	exitAuthentication: "authentication",
	exitNotFound:       "not_found",
	exitIntegrity:      "integrity",
	exitNetwork:        "network",
	exitDisk:           "disk",
	exitRefused:        "refused",
	exitInterrupted:    "interrupted",
	exitUnread:         "unread",
	exitTerminated:     "terminated",
}

// exitCode returns the exit code of a failed command. Where several failures are
// joined, the one that matters most decides: first what must not be trusted or
// done, then what the caller has to change, then what may pass by itself.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if stopped, ok := errors.AsType[*stoppedError](err); ok {
		if stopped.signal == os.Interrupt {
			return exitInterrupted
		}
		return exitTerminated
	}
	own, ok := errors.AsType[*commandError](err)
	for _, rule := range rules {
		if rule.holds(err) || ok && rule.code == own.code {
			return rule.code
		}
	}
	return exitOther
}

// rules are tried in their order.
var rules = []struct {
	code  int
	holds func(error) bool
}{
	{exitUnread, as[*unreadError]},
	{exitIntegrity, anyOf(is(download.ErrIntegrity), is(download.ErrUnverified), is(kitzip.ErrUnsafe), is(kitzip.ErrDamaged), is(kitzip.ErrNotZip))},
	{exitRefused, anyOf(policy, as[*pingcentral.PlanError], as[*pingcentral.ChangedError], is(download.ErrOutside), is(download.ErrTooLarge))},
	{exitUsage, anyOf(as[*config.Error], as[*connect.SettingsError], as[*kitversion.ConstraintError], is(download.ErrRequest), is(catalog.ErrCursor))},
	{exitUsage, anyOf(as[*lockfile.ManifestError], as[*lockfile.InvalidError], as[*lockfile.ConflictError], is(kitzip.ErrRule), is(kitzip.ErrUnplaced), is(kitzip.ErrConflict), is(kitzip.ErrAuthnSDK))},
	{exitUsage, anyOf(as[*match.AmbiguousError], upstream(explain.BadFilter))},
	{exitDrift, anyOf(as[*lockfile.DriftError], as[*install.ConflictError])},
	{exitAuthentication, upstream((*connect.Error).Unauthorized)},
	{exitNotFound, anyOf(as[*match.NotFoundError], as[*catalog.NoKitError], is(download.ErrNoKit), is(resolve.ErrNotCached), is(catalog.ErrNoEnvironment))},
	{exitNotFound, upstream(gone)},
	{exitDisk, anyOf(is(download.ErrDisk), is(download.ErrExists), as[*install.ReceiptError], as[*install.JournalError])},
	{exitNetwork, anyOf(is(download.ErrUnavailable), is(context.DeadlineExceeded), upstream(unreachable))},
	{exitOther, as[*connect.Error]},
	{exitNetwork, anyOf(as[*net.OpError], as[*net.DNSError])},
	{exitDisk, anyOf(as[*fs.PathError], as[*os.LinkError], as[*os.SyscallError], as[syscall.Errno])},
}

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

func upstream(holds func(*connect.Error) bool) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*connect.Error](err)
		return ok && holds(e)
	}
}

// gone reports what a system does not have. A storage that does not have what
// PingOne promised is one that does not deliver.
func gone(e *connect.Error) bool { return e.NotFound() && e.System != connect.SystemStorage }

// unreachable reports a failure of the way to the system, or one of its own that
// may pass.
func unreachable(e *connect.Error) bool { return e.Status == 0 || e.Temporary() }

func policy(err error) bool {
	e, ok := errors.AsType[*pingcentral.RefusedError](err)
	return ok && e.Policy
}
