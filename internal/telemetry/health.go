package telemetry

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// The paths at the address of Listen.
const (
	healthPath  = "/healthz"
	readyPath   = "/readyz"
	metricsPath = "/metrics"
)

const (
	probeTimeout = 5 * time.Second // of a request, and of its response
	probeIdle    = 2 * time.Minute
)

// Listen answers probes and serves the metrics at addr until stop is called. The
// settings must ask for scraping. Listen calls ready at each probe, which must
// not call a system. The address has no authorization and shows nothing of
// callers.
func (o *Observer) Listen(ctx context.Context, addr string, ready func() error) (address net.Addr, stop func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, nil, err
	}
	p := &probes{observer: o, ready: ready}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+healthPath, func(w http.ResponseWriter, _ *http.Request) { p.say(w, http.StatusOK, "alive\n") })
	mux.HandleFunc("GET "+readyPath, p.readiness)
	mux.Handle("GET "+metricsPath, o.metrics)
	srv := &http.Server{
		Handler: mux, ReadTimeout: probeTimeout, WriteTimeout: probeTimeout, IdleTimeout: probeIdle, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(o.logger.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() {
		err := srv.Serve(listener)
		if !errors.Is(err, http.ErrServerClosed) {
			o.logger.Error("health and metrics are no longer served", "error", err)
		}
		ended <- err
	}()
	return listener.Addr(), func() error {
		err := srv.Close()
		<-ended
		return err
	}, nil
}

// probes answers health checks.
type probes struct {
	observer *Observer
	ready    func() error
	unready  atomic.Bool // at the last probe
}

func (p *probes) readiness(w http.ResponseWriter, _ *http.Request) {
	err := p.ready()
	if before := p.unready.Swap(err != nil); before != (err != nil) {
		if err != nil {
			p.observer.logger.Warn("not ready", "reason", err)
		} else {
			p.observer.logger.Info("ready")
		}
	}
	if err != nil {
		p.say(w, http.StatusServiceUnavailable, "not ready: the log says why\n")
		return
	}
	p.say(w, http.StatusOK, "ready\n")
}

func (p *probes) say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, text); err != nil {
		p.observer.logger.Debug("a probe left before its response", "error", err)
	}
}
