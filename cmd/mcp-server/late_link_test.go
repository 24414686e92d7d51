package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// TestNoLateLinkLeadsADownloadAway puts a link on the way of a download while
// PingOne is asked, which is after the directory was looked at.
func TestNoLateLinkLeadsADownloadAway(t *testing.T) {
	for name, before := range map[string]string{"of the directory": "a", "of a part of its path": "a/b"} {
		t.Run(name, func(t *testing.T) {
			box, downloads, outside := newSandbox(t), t.TempDir(), t.TempDir()
			link := filepath.Join(downloads, before)
			if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
				t.Fatal(err)
			}
			box.Inject(sandbox.Fault{Operation: "getIntegrationVersionAsset", Times: 1, Before: func() {
				if err := os.Symlink(outside, link); err != nil {
					t.Error(err)
				}
			}})
			p := against(t, box, "PINGKIT_DOWNLOAD_DIR="+downloads).greet(modern, "{}")
			a := p.call("download_asset", `{"integration":"PingID Integration Kit","directory":"a/b","extract":true}`)
			if !a.IsError || strings.Contains(a.text(), outside) {
				t.Errorf("the answer is %s", a.text())
			}
			if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
				t.Errorf("outside there is %v, %v", entries, err)
			}
		})
	}
}
