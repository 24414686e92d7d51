package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/telemetry"
	"example.com/pingkit/internal/tools"
)

// observerOf returns what the settings have the server observed by, nil if that
// is nothing.
func observerOf(settings *config.Config) (*telemetry.Observer, error) {
	return telemetry.New(telemetry.Settings{
		Service: "pingkit-mcp-server", Version: buildinfo.String(), Logger: settings.Logger(),
		Scraped: settings.HTTP.ObserveAddr != "", Telemetry: settings.Telemetry(),
	})
}

// probed answers probes, at the address of the settings if there is one, while
// serve serves.
func probed(ctx context.Context, a *app.App, d *tools.Deps, simulated bool, observer *telemetry.Observer, serve func() error) error {
	addr := a.Config.HTTP.ObserveAddr
	if addr == "" {
		return serve()
	}
	address, stop, err := observer.Listen(ctx, addr, func() error {
		if ctx.Err() != nil {
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
	fmt.Fprintf(fsutil.Stderr, "mcp-server: health and metrics at http://%s\n", address)
	return errors.Join(serve(), stop())
}

// usable reports whether the settings let the server do anything: at least one
// system is set up, and what is set up can be used. It asks no system.
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
		errs = append(errs, err)
		_, err = c.PlanStore()
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
