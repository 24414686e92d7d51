package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/tools"
)

// observerOf returns the observer that the settings ask for, nil if they ask for
// none.
func observerOf(settings *config.Config) (*telemetry.Observer, error) {
	return telemetry.New(telemetry.Settings{
		Service: "pingkit-mcp-server", Version: buildinfo.String(), Logger: settings.Logger(),
		Scraped: settings.HTTP.ObserveAddr != "", Telemetry: settings.Telemetry(),
	})
}

// probed answers probes, at the address of the settings if there is one, while
// serve serves. It is not ready once signalled ends.
func probed(ctx, signalled context.Context, a *app.App, d *tools.Deps, simulated bool, observer *telemetry.Observer, serve func() error) error {
	addr := a.Config.HTTP.ObserveAddr
	if addr == "" {
		return serve()
	}
	address, stop, err := observer.Listen(ctx, addr, func() error {
		if signalled.Err() != nil {
			return errors.New("the server is shutting down")
		}
		if simulated {
			return nil
		}
		return usable(a.Config, d)
	})
	if err != nil {
		return fmt.Errorf("PINGKIT_OBSERVE_ADDR: %w", err)
	}
	announce(a, fmt.Sprintf("health and metrics at http://%s", address))
	return errors.Join(serve(), stop())
}

// storeProblem returns why PINGKIT_PLAN_STORE cannot be used, or nil. It opens no
// connection.
func storeProblem(c *config.Config) error {
	url, err := c.PlanStore()
	if url == "" || err != nil {
		return err
	}
	return pingcentral.CheckStoreURL(url)
}

// announce writes an address to stderr: to the log where that is JSON.
func announce(a *app.App, text string) {
	if a.Config.LogFormat == "json" {
		a.Logger.Info(text)
		return
	}
	fmt.Fprintln(fsutil.Stderr, "mcp-server:", text)
}

// usable returns an error unless at least one system is set up and all that are
// set up can be used. It sends no request.
func usable(c *config.Config, d *tools.Deps) error {
	if !d.HasPingOne && !d.HasPingCentral {
		return errors.New("neither PingOne nor PingCentral is set up")
	}
	var errs []error
	if d.HasPingOne {
		_, err := c.PingOne()
		errs = append(errs, err)
	}
	if d.HasPingCentral {
		_, err := c.PingCentral()
		errs = append(errs, err, storeProblem(c), auditable(c))
	}
	return errors.Join(errs...)
}

// auditable returns an error if the audit file cannot be written, without which
// every write is refused. It creates nothing.
func auditable(c *config.Config) error {
	if c.AuditFile == "" || c.ReadOnly {
		return nil
	}
	info, err := os.Stat(c.AuditFile)
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.ReadDir(filepath.Dir(c.AuditFile))
	} else if err == nil && info.Mode().IsRegular() { // opening a pipe would wait for its reader
		var file *os.File
		if file, err = os.OpenFile(c.AuditFile, os.O_WRONLY|os.O_APPEND, 0); err == nil {
			err = file.Close()
		}
	}
	if err != nil {
		return fmt.Errorf("PINGKIT_AUDIT_FILE cannot be written, so that every write is refused: %w", err)
	}
	return nil
}
