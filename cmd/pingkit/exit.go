package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"

	"pingkit/connect"
	"pingkit/internal/advice"
	"pingkit/internal/catalog"
	"pingkit/internal/config"
	"pingkit/internal/fetch"
	"pingkit/internal/kit"
	"pingkit/internal/lock"
	"pingkit/internal/lookup"
	"pingkit/internal/promotion"
	"pingkit/internal/target"
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
	exitUnread         = 141 // nobody reads the result; as if SIGPIPE had ended the process
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
	for _, rule := range rules {
		if rule.holds(err) {
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
	{exitIntegrity, anyOf(is(fetch.ErrIntegrity), is(fetch.ErrUnverified), is(kit.ErrUnsafe), is(kit.ErrDamaged), is(kit.ErrNotZip))},
	{exitRefused, anyOf(policy, as[*promotion.PlanError], as[*promotion.ChangedError], as[*approvalError], is(fetch.ErrOutside), is(fetch.ErrTooLarge))},
	{exitUsage, anyOf(as[*usageError], as[*config.Error], as[*connect.SettingsError], as[*catalog.ConstraintError], is(fetch.ErrRequest), is(catalog.ErrCursor))},
	{exitUsage, anyOf(as[*lock.ManifestError], as[*lock.InvalidError], as[*lock.ConflictError], is(kit.ErrRule), is(kit.ErrUnplaced), is(kit.ErrConflict), is(kit.ErrAuthnSDK))},
	{exitUsage, anyOf(as[*lookup.AmbiguousError], upstream(advice.BadFilter))},
	{exitDrift, anyOf(as[*lock.DriftError], as[*driftError], as[*target.ConflictError])},
	{exitAuthentication, upstream((*connect.Error).Unauthorized)},
	{exitNotFound, anyOf(as[*lookup.NotFoundError], as[*catalog.NoKitError], is(fetch.ErrNoKit), is(lock.ErrNotCached), as[*missingFileError], is(catalog.ErrNoEnvironment))},
	{exitNotFound, upstream(gone)},
	{exitDisk, anyOf(is(fetch.ErrDisk), is(fetch.ErrExists), as[*target.ReceiptError], as[*target.JournalError])},
	{exitNetwork, anyOf(is(fetch.ErrUnavailable), is(context.DeadlineExceeded), upstream(unreachable))},
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
	e, ok := errors.AsType[*promotion.RefusedError](err)
	return ok && e.Policy
}
