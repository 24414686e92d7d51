// Package doctor checks whether everything that the settings lead to works: the
// settings themselves, credentials and permissions, systems, audit file, plan
// store and clock. It changes nothing in any system.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/pingcentral"
)

// Status is the result of a check.
type Status string

// The results of a check.
const (
	OK      Status = "ok"
	Failed  Status = "failed"
	Skipped Status = "skipped" // nothing of it is set up, or an earlier check failed
)

// Check is the result of one check.
type Check struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	Detail string `json:"detail"`         // what was found
	Hint   string `json:"hint,omitempty"` // what to do about a failure
}

// Options are what the checks look at.
type Options struct {
	App         *app.App
	SettingsErr error // of loading the settings
	PingOne     func() (connect.PingOneSettings, error)
	PingCentral func() (connect.PingCentralSettings, error)
	// HasPingOne and HasPingCentral say which systems are set up.
	HasPingOne, HasPingCentral bool
	Now                        func() time.Time // nil: time.Now
}

// timeout is how long the checks of one system may take.
const timeout = 45 * time.Second

// clockTolerance is how far this machine's clock may be from a system's. Tokens
// and presigned links are dated, and systems accept a few minutes.
const clockTolerance = 2 * time.Minute

// Run does every check, whatever the others say, and returns the results in a
// fixed order.
func Run(ctx context.Context, o Options) []Check {
	if o.Now == nil {
		o.Now = time.Now
	}
	var clock clockReading
	groups := []func(context.Context) []Check{
		func(context.Context) []Check { return []Check{settings(o)} },
		func(ctx context.Context) []Check { return pingOne(ctx, o, &clock) },
		func(ctx context.Context) []Check { return pingCentral(ctx, o, &clock) },
		func(context.Context) []Check { return []Check{auditFile(o.App.Config.AuditFile)} },
		func(ctx context.Context) []Check { return planStore(ctx, o) },
	}
	results := make([][]Check, len(groups))
	var wait sync.WaitGroup
	for i, group := range groups {
		wait.Go(func() {
			limited, cancel := context.WithTimeout(ctx, timeout)
			defer cancel()
			results[i] = group(limited)
		})
	}
	wait.Wait()
	var all []Check
	for _, list := range results {
		all = append(all, list...)
	}
	return append(all, clock.check())
}

// Sound reports whether no check failed.
func Sound(checks []Check) bool {
	for _, c := range checks {
		if c.Status == Failed {
			return false
		}
	}
	return true
}

func passed(name, format string, args ...any) Check {
	return Check{Name: name, Status: OK, Detail: fmt.Sprintf(format, args...)}
}

func skipped(name, format string, args ...any) Check {
	return Check{Name: name, Status: Skipped, Detail: fmt.Sprintf(format, args...)}
}

func failed(name string, err error, hint string) Check {
	if e, ok := errors.AsType[*connect.Error](err); ok && hint == "" {
		hint = explain.Next(e)
	}
	if e, ok := errors.AsType[*pingcentral.RefusedError](err); ok && hint == "" {
		hint = e.Next
		err = errors.New(e.Reason)
	}
	return Check{Name: name, Status: Failed, Detail: err.Error(), Hint: hint}
}

func settings(o Options) Check {
	const name = "settings"
	if o.SettingsErr != nil {
		return failed(name, o.SettingsErr, "correct the variables or flags; see `pingkit help settings`")
	}
	if !o.HasPingOne && !o.HasPingCentral {
		return failed(name, errors.New("neither PingOne nor PingCentral is set up"), "set PINGONE_CLIENT_ID or PINGCENTRAL_URL; see `pingkit help settings`")
	}
	_, tokenErr := o.App.Config.AuthToken()
	_, certificateErr := o.App.Config.Certificates()
	if err := errors.Join(tokenErr, certificateErr); err != nil {
		return failed(name, err, "correct the file")
	}
	return passed(name, "every variable and flag is known and readable")
}

const (
	pingOneSignIn   = "PingOne sign-in"
	pingOneCatalog  = "PingOne catalog"
	centralSignIn   = "PingCentral sign-in"
	centralApps     = "PingCentral applications"
	centralTargets  = "promotion targets"
	settingsToCheck = "see `pingkit help settings`"
)

// network returns what the settings say of connections.
func network(o Options) []connect.Option {
	c := o.App.Config
	return []connect.Option{connect.WithLogger(o.App.Logger), connect.WithResponseTimeout(c.ResponseTimeout, c.StorageTimeout), connect.WithIdleTimeout(c.IdleTimeout)}
}

func pingOne(ctx context.Context, o Options, clock *clockReading) []Check {
	if !o.HasPingOne {
		return []Check{skipped(pingOneSignIn, "PingOne is not set up")}
	}
	s, err := o.PingOne()
	if err != nil {
		return []Check{failed(pingOneSignIn, err, settingsToCheck)}
	}
	client, err := connect.NewPingOne(s, network(o)...)
	if err != nil {
		return []Check{failed(pingOneSignIn, err, settingsToCheck)}
	}
	defer client.CloseIdleConnections()
	resp, err := client.ListEnvironments(ctx, nil)
	clock.read(connect.SystemPingOne, resp, o.Now())
	if err := connect.Check(resp, err); err != nil {
		return []Check{failed(pingOneSignIn, err, "")}
	}
	signIn := passed(pingOneSignIn, "the worker application signed in and listed its environments")
	page, err := o.App.Catalog.Search(ctx, catalog.Query{Limit: 1})
	if err != nil {
		return []Check{signIn, failed(pingOneCatalog, err, "")}
	}
	if len(page.Integrations) == 0 {
		return []Check{signIn, failed(pingOneCatalog, errors.New("the environment's catalog is empty"), "set PINGONE_CATALOG_ENVIRONMENT_ID to an environment with integrations")}
	}
	return []Check{signIn, passed(pingOneCatalog, "the integrations can be read")}
}

func pingCentral(ctx context.Context, o Options, clock *clockReading) []Check {
	if !o.HasPingCentral {
		return []Check{skipped(centralSignIn, "PingCentral is not set up")}
	}
	s, err := o.PingCentral()
	if err != nil {
		return []Check{failed(centralSignIn, err, settingsToCheck)}
	}
	client, err := connect.NewPingCentral(s, network(o)...)
	if err != nil {
		return []Check{failed(centralSignIn, err, settingsToCheck)}
	}
	defer client.CloseIdleConnections()
	// One call with the credentials: each failed log-in counts towards a lock.
	resp, err := client.ListEnvironments(ctx, nil)
	clock.read(connect.SystemPingCentral, resp, o.Now())
	if err := connect.Check(resp, err); err != nil {
		return []Check{failed(centralSignIn, err, "")}
	}
	checks := []Check{passed(centralSignIn, "signed in and listed the environments")}
	if _, err := o.App.Promotion.Applications(ctx, pingcentral.AppQuery{Limit: 1}); err != nil {
		checks = append(checks, failed(centralApps, err, ""))
	} else {
		checks = append(checks, passed(centralApps, "the applications can be read"))
	}
	return append(checks, targets(ctx, o))
}

func targets(ctx context.Context, o Options) Check {
	allowed := o.App.Config.PromoteTo
	switch {
	case o.App.Config.ReadOnly:
		return passed(centralTargets, "none: PINGKIT_READ_ONLY is true")
	case len(allowed) == 0:
		return passed(centralTargets, "every environment: PINGKIT_PROMOTE_TO is not set")
	}
	list, err := o.App.Promotion.Environments(ctx)
	if err == nil {
		err = pingcentral.UnknownTargets(allowed, list)
	}
	if err != nil {
		return failed(centralTargets, err, "")
	}
	return passed(centralTargets, "%s", strings.Join(allowed, ", "))
}

func planStore(ctx context.Context, o Options) []Check {
	const keyName, storeName = "plan key", "plan store"
	var checks []Check
	if key, err := o.App.Config.PlanKey(); err != nil {
		checks = append(checks, failed(keyName, err, "make one with `openssl rand -base64 32`"))
	} else if key == nil {
		checks = append(checks, passed(keyName, "over stdio and in pingkit, a key of the user's own; over HTTP, a new one per process"))
	} else {
		checks = append(checks, passed(keyName, "readable"))
	}
	url, err := o.App.Config.PlanStore()
	switch {
	case err != nil:
		return append(checks, failed(storeName, err, settingsToCheck))
	case url == "":
		return append(checks, passed(storeName, "over stdio and in pingkit, a directory of the user's own; over HTTP, the memory of each process"))
	}
	store := pingcentral.NewStore(func() (string, error) { return url, nil }, nil, o.App.Config.Certificates)
	key := "doctor " + connect.NewTransactionID()
	free, err := store.Claim(ctx, key, key, time.Minute)
	if err == nil && !free {
		err = errors.New("a key that was never used is taken")
	}
	if err == nil {
		err = store.Release(ctx, key, key)
	}
	if err != nil {
		return append(checks, failed(storeName, err, "check PINGKIT_PLAN_STORE and the way to the server"))
	}
	return append(checks, passed(storeName, "a claim was taken and released"))
}

// clockReading is the difference between this machine's clock and a system's.
type clockReading struct {
	mu     sync.Mutex
	system connect.System
	ahead  time.Duration
	known  bool
}

// read takes the date of an answer. The systems agree well enough among
// themselves: the largest difference counts.
func (c *clockReading) read(system connect.System, resp *http.Response, now time.Time) {
	if resp == nil {
		return
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ahead := now.Sub(date).Round(time.Second); !c.known || ahead.Abs() > c.ahead.Abs() {
		c.system, c.ahead, c.known = system, ahead, true
	}
}

func (c *clockReading) check() Check {
	const name = "clock"
	switch {
	case !c.known:
		return skipped(name, "no system answered with its time")
	case c.ahead.Abs() <= clockTolerance:
		return passed(name, "within %s of %s", clockTolerance, c.system)
	case c.ahead > 0:
		return failed(name, fmt.Errorf("this machine is %s ahead of %s", c.ahead, c.system), "set the clock, for example with chrony or systemd-timesyncd")
	}
	return failed(name, fmt.Errorf("this machine is %s behind %s", -c.ahead, c.system), "set the clock, for example with chrony or systemd-timesyncd")
}
