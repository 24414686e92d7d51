package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/boundedwriter"
	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/config"
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

// probed runs serve, and answers probes meanwhile if the settings have an address
// for them.
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
	fmt.Fprintf(boundedwriter.Stderr, "mcp-server: health and metrics at http://%s\n", address)
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
		errs = append(errs, err)
		errs = append(errs, storeProblem(c))
	}
	return errors.Join(errs...)
}
