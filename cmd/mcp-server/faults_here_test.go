//go:build faults

package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/syncbuf"
	"example.com/pingkit/internal/tools"
)

// Where the server of a fault's test looks for the outcome of a write, and for
// how long. They are longer than the lag of the sandbox's histories, and short
// enough for some thousand writes.
const (
	settleSoon  = 5 * time.Second
	confirmSoon = 5 * time.Second
)

// here is a server in the test's own process, spoken to over pipes as the
// program is over stdio.
type here struct {
	*process
	box       *sandbox.Sandbox
	downloads string
	log       *syncbuf.Buffer
	calls     int
	jumped    atomic.Int64 // how far that of plans was
}

// serveHere serves until the test ends. byToken has it log in to PingCentral with
// client credentials.
func serveHere(t *testing.T, box *sandbox.Sandbox, byToken bool) *here {
	t.Helper()
	h := &here{box: box, downloads: filepath.Join(t.TempDir(), "downloads"), log: &syncbuf.Buffer{}}
	if err := os.Mkdir(h.downloads, 0o755); err != nil {
		t.Fatal(err)
	}
	logger := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	pingOne, pingCentral := box.PingOne(), box.PingCentral()
	pingOne.CACertificates = box.CA()
	if byToken {
		pingCentral = box.PingCentralByToken()
	}
	one, err := connect.NewPingOne(pingOne, connect.WithLogger(logger))
	if err != nil {
		t.Fatal(err)
	}
	central, err := connect.NewPingCentral(pingCentral, connect.WithLogger(logger))
	if err != nil {
		t.Fatal(err)
	}
	oneAPI := func() (*connect.PingOne, error) { return one, nil }
	integrations := catalog.New(oneAPI, "")
	fetcher := download.New(oneAPI, download.Options{Logger: logger, Check: kitzip.Check})
	deps := &tools.Deps{
		Catalog: integrations,
		Kits:    &download.Service{Catalog: integrations, Fetcher: fetcher, Dir: h.downloads},
		Promotion: pingcentral.New(func() (*connect.PingCentral, error) { return central, nil }, pingcentral.Options{
			Audit:    pingcentral.NewAudit(h.log, ""),
			Now:      func() time.Time { return time.Now().Add(time.Duration(h.jumped.Load())) },
			Patience: pingcentral.Patience{Settle: settleSoon, Confirm: confirmSoon},
		}),
		HasPingOne: true, HasPingCentral: true,
		ReadingTime: time.Nanosecond, // the clients answer at once
	}
	server := mcpserver.New(deps, mcpserver.Options{Version: "test", Logger: logger})

	fromClient, stdin := io.Pipe()
	fromServer, stdout := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- server.Stdio(ctx, fromClient, stdout, time.Second)
		stdout.Close()
	}()
	h.process = &process{
		t: t, stdin: stdin, lines: make(chan string, 1000), stdout: &syncbuf.Buffer{}, stderr: h.log, era: modern, capabilities: asking, patience: callBound,
	}
	go func() {
		scanner := bufio.NewScanner(fromServer)
		scanner.Buffer(nil, 8<<20)
		for scanner.Scan() {
			h.lines <- scanner.Text()
		}
		close(h.lines)
	}()
	t.Cleanup(func() {
		stdin.Close()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("the server ended with %v", err)
			}
		case <-time.After(patience):
			t.Error("the server did not end with its input")
		}
		stop()
	})
	return h
}

// spelling is a way to write the name of the catalog's environment, another one
// each time: the server remembers the id of each, and has to ask for a new one.
func (h *here) spelling() string {
	h.calls++
	name := []rune(strings.ToLower(catalogName))
	for i := range name {
		if h.calls>>i&1 == 1 {
			name[i] -= 'a' - 'A'
		}
	}
	return string(name)
}

// catalogName is the name of [sandbox.CatalogEnvironmentID].
const catalogName = "Workforce"

// spellings is how many ways there are to write it.
const spellings = 1 << len(catalogName)
