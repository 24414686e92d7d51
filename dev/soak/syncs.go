package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// manifests take turns, so that each sync has something to do.
var manifests = []string{manifest("2.15.0", ">=2.0 <3"), manifest("2.24.0", "1.5.2"), manifest("latest", "latest")}

func manifest(pingID, agentless string) string {
	return fmt.Sprintf(`apiVersion: pingkit/v1
target: {product: pingfederate, version: 13.0.3, layout: server-profile}
kits:
  - {name: PingID Integration Kit, version: %q}
  - {name: Agentless Integration Kit, version: %q}
`, pingID, agentless)
}

// syncPause is between two syncs.
const syncPause = time.Second

// exits are the codes that pingkit documents for what a trouble can cause:
// other, authentication, not found, integrity, network.
var exits = []int{0, 1, 4, 5, 6, 7}

// syncs runs pingkit sync again and again. A failed one must leave a target that
// the next one brings in order.
func (s *soak) syncs(ctx context.Context) {
	dir := filepath.Join(s.dir, "sync")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.book.complain("%v", err)
		return
	}
	file := filepath.Join(dir, "kits.yaml")
	for n := 0; ctx.Err() == nil; n++ {
		if err := errors.Join(os.WriteFile(file, []byte(manifests[n%len(manifests)]), 0o600), s.emptyCache(dir, n)); err != nil {
			s.book.complain("%v", err)
			return
		}
		began := time.Now()
		code, output := s.command(ctx, "sync", "--target", filepath.Join(dir, "target"), "--file", file, "--cache-dir", filepath.Join(dir, "cache"))
		if ctx.Err() != nil {
			return
		}
		s.book.count(fmt.Sprintf("pingkit sync: exit %d", code))
		switch {
		case code < 0:
			s.book.complain("pingkit sync did not end within %s: %s", callLimit, output)
		case !slices.Contains(exits, code):
			s.book.complain("pingkit sync ended with %d (%s): %s", code, names(s.weather.since(began)), output)
		case code != 0 && s.weather.fair(began):
			s.book.complain("pingkit sync ended with %d without any trouble: %s", code, output)
		case code == 0:
			if code, output := s.command(ctx, "verify", "--target", filepath.Join(dir, "target"), "--file", file); code != 0 && ctx.Err() == nil {
				s.book.complain("pingkit verify ended with %d after a good sync: %s", code, output)
			}
		}
		pause(ctx, syncPause)
	}
}

// emptyCache has every fourth sync begin without a cache, and every eighth
// without a target and a lock.
func (s *soak) emptyCache(dir string, n int) error {
	var errs []error
	if n%4 == 0 {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, "cache")))
	}
	if n%8 == 0 {
		errs = append(errs, os.RemoveAll(filepath.Join(dir, "target")), os.RemoveAll(filepath.Join(dir, "kits.lock.json")))
	}
	return errors.Join(errs...)
}

// command runs pingkit and returns its exit code, -1 where it does not end.
func (s *soak) command(ctx context.Context, args ...string) (int, string) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.pingkit, args...)
	cmd.Env = s.env
	output, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), string(output)
	}
	if err != nil {
		return -1, err.Error()
	}
	return 0, string(output)
}
