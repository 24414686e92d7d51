package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/resolve"
)

func TestExitCodes(t *testing.T) {
	pingCentral := func(status int) *connect.Error {
		return &connect.Error{System: connect.SystemPingCentral, Method: "GET", Status: status}
	}
	pathError := &fs.PathError{Op: "open", Path: "p", Err: syscall.EACCES}
	for name, test := range map[string]struct {
		err  error
		want int
	}{
		"nothing": {nil, exitDone},
		"unknown": {errors.New("x"), exitOther},

		"usage":               {usagef("pull", "x"), exitUsage},
		"settings":            {&config.Error{Subject: "x", Problems: []string{"y"}}, exitUsage},
		"connection settings": {&connect.SettingsError{System: connect.SystemPingOne}, exitUsage},
		"manifest":            {&lockfile.ManifestError{File: "kits.yaml"}, exitUsage},
		"lock that is none":   {&lockfile.InvalidError{File: "kits.lock.json"}, exitUsage},
		"kits that clash":     {&lockfile.ConflictError{}, exitUsage},
		"file without place":  {&kitzip.UnplacedError{}, exitUsage},
		"rule":                {&kitzip.RuleError{}, exitUsage},
		"two files, a place":  {&kitzip.ConflictError{}, exitUsage},
		"SDK for another":     {&kitzip.AuthnSDKError{}, exitUsage},
		"ambiguous":           {&match.AmbiguousError{}, exitUsage},
		"constraint":          {&kitversion.ConstraintError{}, exitUsage},
		"cursor":              {fmt.Errorf("x: %w", catalog.ErrCursor), exitUsage},
		"download request":    {&download.Error{Kind: download.ErrRequest}, exitUsage},
		"filter": {&connect.Error{System: connect.SystemPingOne, Status: 400,
			Details: []connect.ErrorDetail{{Code: "INVALID_FILTER"}}}, exitUsage},

		"lock differs":   {&lockfile.DriftError{}, exitDrift},
		"target differs": {failed(exitDrift, "", "x"), exitDrift},
		"in the way":     {&install.ConflictError{}, exitDrift},

		"401":                {pingCentral(401), exitAuthentication},
		"403":                {pingCentral(403), exitAuthentication},
		"no token":           {&connect.Error{System: connect.SystemPingOne, SignIn: true, Status: 400}, exitAuthentication},
		"401 of a download":  {&download.Error{Err: pingCentral(401)}, exitAuthentication},
		"401 of a promotion": {&pingcentral.NotDoneError{Err: pingCentral(401)}, exitAuthentication},

		"unknown name":      {&match.NotFoundError{Kind: "integration", Want: "x"}, exitNotFound},
		"no kit":            {&catalog.NoKitError{}, exitNotFound},
		"no kit after all":  {&download.Error{Kind: download.ErrNoKit, Err: pingCentral(404)}, exitNotFound},
		"not cached":        {fmt.Errorf("x: %w", resolve.ErrNotCached), exitNotFound},
		"404":               {pingCentral(404), exitNotFound},
		"no environment":    {catalog.ErrNoEnvironment, exitNotFound},
		"missing argument":  {localFile(&fs.PathError{Op: "open", Path: "p", Err: syscall.ENOENT}), exitNotFound},
		"unreadable one":    {localFile(pathError), exitDisk},
		"wrapped not found": {fmt.Errorf("kit: %w", &match.NotFoundError{}), exitNotFound},

		"digest":      {&download.Error{Kind: download.ErrIntegrity}, exitIntegrity},
		"no digest":   {&download.Error{Kind: download.ErrUnverified}, exitIntegrity},
		"unsafe":      {&kitzip.UnsafeError{Reason: kitzip.ReasonPath}, exitIntegrity},
		"damaged":     {fmt.Errorf("x: %w", kitzip.ErrDamaged), exitIntegrity},
		"no zip":      {&kitzip.NotZipError{}, exitIntegrity},
		"with others": {errors.Join(&match.NotFoundError{}, pingCentral(503), &download.Error{Kind: download.ErrIntegrity}), exitIntegrity},

		"no answer":         {&connect.Error{System: connect.SystemPingOne, Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, exitNetwork},
		"503":               {pingCentral(503), exitNetwork},
		"429":               {pingCentral(429), exitNetwork},
		"deadline":          {fmt.Errorf("x: %w", context.DeadlineExceeded), exitNetwork},
		"storage":           {&download.Error{Kind: download.ErrUnavailable, Err: &connect.Error{System: connect.SystemStorage, Status: 403}}, exitNetwork},
		"404 of storage":    {&download.Error{Kind: download.ErrUnavailable, Err: &connect.Error{System: connect.SystemStorage, Status: 404}}, exitNetwork},
		"bare network":      {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, exitNetwork},
		"bad answer of 400": {pingCentral(400), exitOther},
		"409":               {pingCentral(409), exitOther},

		"disk":         {&download.Error{Kind: download.ErrDisk, Err: syscall.ENOSPC}, exitDisk},
		"file exists":  {&download.Error{Kind: download.ErrExists}, exitDisk},
		"path":         {fmt.Errorf("x: %w", pathError), exitDisk},
		"full":         {syscall.ENOSPC, exitDisk},
		"rename":       {&os.LinkError{Op: "rename", Err: syscall.EXDEV}, exitDisk},
		"receipt":      {&install.ReceiptError{Err: errors.New("x")}, exitDisk},
		"journal":      {&install.JournalError{Err: errors.New("x")}, exitDisk},
		"another sync": {&install.BusyError{Target: "t"}, exitOther},

		"read-only":        {&pingcentral.RefusedError{Policy: true}, exitRefused},
		"impossible":       {&pingcentral.RefusedError{}, exitOther},
		"not approved":     {failed(exitRefused, "", "x"), exitRefused},
		"declined":         {errDeclined, exitRefused},
		"plan":             {&pingcentral.PlanError{Fault: pingcentral.PlanUsed}, exitRefused},
		"changed":          {&pingcentral.ChangedError{}, exitRefused},
		"outside":          {fmt.Errorf("x: %w", download.ErrOutside), exitRefused},
		"too large":        {&download.Error{Kind: download.ErrTooLarge}, exitRefused},
		"outcome in doubt": {failed(exitOther, "", "x"), exitOther},

		"unread":            {fmt.Errorf("done: %w", &unreadError{syscall.EPIPE}), exitUnread},
		"SIGINT, unread":    {&stoppedError{os.Interrupt, &unreadError{syscall.EPIPE}}, exitInterrupted},
		"SIGINT":            {&stoppedError{os.Interrupt, context.Canceled}, exitInterrupted},
		"SIGTERM":           {&stoppedError{syscall.SIGTERM, &download.Error{Kind: download.ErrDisk}}, exitTerminated},
		"cancelled, no one": {context.Canceled, exitOther},
	} {
		t.Run(name, func(t *testing.T) {
			got := exitCode(test.err)
			if got != test.want {
				t.Errorf("exit code %d, want %d", got, test.want)
			}
			if got != exitDone && kinds[got] == "" {
				t.Errorf("exit code %d has no name", got)
			}
		})
	}
}
