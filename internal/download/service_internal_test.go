package download

import (
	"os"
	"path/filepath"
	"testing"

	"example.com/pingkit/internal/kitzip"
)

// A symbolic link that appears after the download leads no reader out of the
// download directory, neither in place of the kit nor of its directory.
func TestLinkAfterTheDownloadLeadsNowhere(t *testing.T) {
	const name = "kit.zip"
	outside, base := t.TempDir(), t.TempDir()
	for _, err := range []error{
		os.WriteFile(filepath.Join(outside, name), []byte("PK\x05\x06"+string(make([]byte, 18))), 0o600), // an empty archive
		os.Symlink(outside, filepath.Join(base, "sub")),
		os.Symlink(filepath.Join(outside, name), filepath.Join(base, name)),
		os.Mkdir(filepath.Join(base, "a directory"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{filepath.Join("sub", name), name, "a directory"} {
		t.Run(path, func(t *testing.T) {
			kit := &Kit{Result: Result{Path: filepath.Join(base, path)}, base: base}
			if f, err := within(kit, openRegular); err == nil {
				f.Close()
				t.Error("the file was opened")
			}
			if a, err := within(kit, kitzip.OpenIn); err == nil {
				a.Close()
				t.Error("the archive was opened")
			}
		})
	}
	f, err := within(&Kit{Result: Result{Path: filepath.Join(outside, name)}, base: outside}, openRegular)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}

func TestDigestSource(t *testing.T) {
	for want, sources := range map[string][]string{
		"NOT VERIFIED: no source names a digest":                                                    nil,
		"matches the digest that the storage sends with the file; no independent signature":         {"storage" + digestHeader},
		"matches the digest that PingOne sends with the link to the file; no independent signature": {"PingOne" + digestHeader},
		"matches expected_sha256; no independent signature":                                         {"expected_sha256", "storage" + digestHeader},
		"matches the lock; no independent signature":                                                {"the lock"},
	} {
		kit := &Kit{Result: Result{VerifiedBy: sources}}
		if got := kit.DigestSource(); got != want {
			t.Errorf("%q: got %q, want %q", sources, got, want)
		}
	}
}
