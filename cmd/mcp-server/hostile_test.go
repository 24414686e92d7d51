package main

import (
	"os"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// TestHostileArchives downloads archives that must not be unpacked: the model
// gets an error, and the disk gets nothing.
func TestHostileArchives(t *testing.T) {
	box := sandboxtest.New(t, sandbox.Options{Hostile: true})
	downloads := t.TempDir()
	p := against(t, box, "PINGKIT_DOWNLOAD_DIR="+downloads)
	p.greet(legacy, "{}")
	for _, kind := range kits.HostileKinds() {
		t.Run(kind, func(t *testing.T) {
			a := p.call("download_asset", string(encode(t, map[string]any{
				"integration": sandbox.HostileKits, "version": sandbox.HostileNumber(kind), "extract": true,
			})))
			if !a.IsError {
				t.Errorf("it was accepted: %s", a.Structured)
			}
			left, err := os.ReadDir(downloads)
			if err != nil {
				t.Fatal(err)
			}
			if len(left) > 0 {
				t.Errorf("%s is left after %s", left[0].Name(), a.text())
			}
		})
	}
}
