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

	"pingkit/connect"
	"pingkit/internal/catalog"
	"pingkit/internal/config"
	"pingkit/internal/fetch"
	"pingkit/internal/kit"
	"pingkit/internal/lock"
	"pingkit/internal/lookup"
	"pingkit/internal/promotion"
	"pingkit/internal/target"
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
		"manifest":            {&lock.ManifestError{File: "kits.yaml"}, exitUsage},
		"lock that is none":   {&lock.InvalidError{File: "kits.lock.json"}, exitUsage},
		"kits that clash":     {&lock.ConflictError{}, exitUsage},
		"file without place":  {&kit.UnplacedError{}, exitUsage},
		"rule":                {&kit.RuleError{}, exitUsage},
		"two files, a place":  {&kit.ConflictError{}, exitUsage},
		"SDK for another":     {&kit.AuthnSDKError{}, exitUsage},
		"ambiguous":           {&lookup.AmbiguousError{}, exitUsage},
		"constraint":          {&catalog.ConstraintError{}, exitUsage},
		"cursor":              {fmt.Errorf("x: %w", catalog.ErrCursor), exitUsage},
		"download request":    {&fetch.Error{Kind: fetch.ErrRequest}, exitUsage},
		"filter": {&connect.Error{System: connect.SystemPingOne, Status: 400,
			Details: []connect.ErrorDetail{{Code: "INVALID_FILTER"}}}, exitUsage},

		"lock differs":   {&lock.DriftError{}, exitDrift},
		"target differs": {&driftError{}, exitDrift},
		"in the way":     {&target.ConflictError{}, exitDrift},

		"401":                {pingCentral(401), exitAuthentication},
		"403":                {pingCentral(403), exitAuthentication},
		"no token":           {&connect.Error{System: connect.SystemPingOne, SignIn: true, Status: 400}, exitAuthentication},
		"401 of a download":  {&fetch.Error{Err: pingCentral(401)}, exitAuthentication},
		"401 of a promotion": {&promotion.NotDoneError{Err: pingCentral(401)}, exitAuthentication},

		"unknown name":      {&lookup.NotFoundError{Kind: "integration", Want: "x"}, exitNotFound},
		"no kit":            {&catalog.NoKitError{}, exitNotFound},
		"no kit after all":  {&fetch.Error{Kind: fetch.ErrNoKit, Err: pingCentral(404)}, exitNotFound},
		"not cached":        {fmt.Errorf("x: %w", lock.ErrNotCached), exitNotFound},
		"404":               {pingCentral(404), exitNotFound},
		"no environment":    {catalog.ErrNoEnvironment, exitNotFound},
		"missing argument":  {localFile(&fs.PathError{Op: "open", Path: "p", Err: syscall.ENOENT}), exitNotFound},
		"unreadable one":    {localFile(pathError), exitDisk},
		"wrapped not found": {fmt.Errorf("kit: %w", &lookup.NotFoundError{}), exitNotFound},

		"digest":      {&fetch.Error{Kind: fetch.ErrIntegrity}, exitIntegrity},
		"no digest":   {&fetch.Error{Kind: fetch.ErrUnverified}, exitIntegrity},
		"unsafe":      {&kit.UnsafeError{Reason: kit.ReasonPath}, exitIntegrity},
		"damaged":     {fmt.Errorf("x: %w", kit.ErrDamaged), exitIntegrity},
		"no zip":      {&kit.NotZipError{}, exitIntegrity},
		"with others": {errors.Join(&lookup.NotFoundError{}, pingCentral(503), &fetch.Error{Kind: fetch.ErrIntegrity}), exitIntegrity},

		"no answer":         {&connect.Error{System: connect.SystemPingOne, Err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}}, exitNetwork},
		"503":               {pingCentral(503), exitNetwork},
		"429":               {pingCentral(429), exitNetwork},
		"deadline":          {fmt.Errorf("x: %w", context.DeadlineExceeded), exitNetwork},
		"storage":           {&fetch.Error{Kind: fetch.ErrUnavailable, Err: &connect.Error{System: connect.SystemStorage, Status: 403}}, exitNetwork},
		"404 of storage":    {&fetch.Error{Kind: fetch.ErrUnavailable, Err: &connect.Error{System: connect.SystemStorage, Status: 404}}, exitNetwork},
		"bare network":      {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, exitNetwork},
		"bad answer of 400": {pingCentral(400), exitOther},
		"409":               {pingCentral(409), exitOther},

		"disk":         {&fetch.Error{Kind: fetch.ErrDisk, Err: syscall.ENOSPC}, exitDisk},
		"file exists":  {&fetch.Error{Kind: fetch.ErrExists}, exitDisk},
		"path":         {fmt.Errorf("x: %w", pathError), exitDisk},
		"full":         {syscall.ENOSPC, exitDisk},
		"rename":       {&os.LinkError{Op: "rename", Err: syscall.EXDEV}, exitDisk},
		"receipt":      {&target.ReceiptError{Err: errors.New("x")}, exitDisk},
		"journal":      {&target.JournalError{Err: errors.New("x")}, exitDisk},
		"another sync": {&target.BusyError{Target: "t"}, exitOther},

		"read-only":        {&promotion.RefusedError{Policy: true}, exitRefused},
		"impossible":       {&promotion.RefusedError{}, exitOther},
		"not approved":     {&approvalError{}, exitRefused},
		"declined":         {errDeclined, exitRefused},
		"plan":             {&promotion.PlanError{Fault: promotion.PlanUsed}, exitRefused},
		"changed":          {&promotion.ChangedError{}, exitRefused},
		"outside":          {fmt.Errorf("x: %w", fetch.ErrOutside), exitRefused},
		"too large":        {&fetch.Error{Kind: fetch.ErrTooLarge}, exitRefused},
		"outcome in doubt": {&outcomeError{}, exitOther},

		"unread":            {fmt.Errorf("done: %w", &unreadError{syscall.EPIPE}), exitUnread},
		"SIGINT, unread":    {&stoppedError{os.Interrupt, &unreadError{syscall.EPIPE}}, exitInterrupted},
		"SIGINT":            {&stoppedError{os.Interrupt, context.Canceled}, exitInterrupted},
		"SIGTERM":           {&stoppedError{syscall.SIGTERM, &fetch.Error{Kind: fetch.ErrDisk}}, exitTerminated},
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
