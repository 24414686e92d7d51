package config

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestExpandHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	for path, want := range map[string]string{
		"~": home, "~/": home, "~/Downloads/pingkit": filepath.Join(home, "Downloads", "pingkit"),
		"": "", "kits": "kits", "/a/~/b": "/a/~/b", "./~": "./~",
	} {
		if got, err := ExpandHome(path); err != nil || got != want {
			t.Errorf("ExpandHome(%q) = %q, %v; want %q", path, got, err, want)
		}
	}
	if got, err := ExpandHome("~root/kits"); err == nil {
		t.Errorf("another user's home is %q", got)
	}
}

// Every setting that is a path is expanded, whether a variable or a flag gave it.
func TestSettingsExpandHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	c := mustLoad(t, map[string]string{
		"PINGKIT_DOWNLOAD_DIR": "~/kits", "PINGKIT_SECRETS_DIR": "~/secrets", "PINGKIT_AUDIT_FILE": "~/audit.log",
		"PINGONE_CLIENT_SECRET_FILE": "~/secret",
	})
	got := strings.Join([]string{c.DownloadDir, c.SecretsDir, c.AuditFile, c.values["PINGONE_CLIENT_SECRET_FILE"]}, " ")
	want := strings.Join([]string{filepath.Join(home, "kits"), filepath.Join(home, "secrets"), filepath.Join(home, "audit.log"), filepath.Join(home, "secret")}, " ")
	if got != want {
		t.Errorf("the paths are %q; want %q", got, want)
	}
}
