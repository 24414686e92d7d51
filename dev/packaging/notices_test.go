package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestNoticesAreCurrent(t *testing.T) {
	t.Chdir(repositoryRoot)
	made := filepath.Join(t.TempDir(), "notices")
	output(t, "notices", "--root", ".", "--out", made)
	want, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("THIRD_PARTY_NOTICES")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != string(want) {
		t.Error("THIRD_PARTY_NOTICES is not that of the linked modules: run make generate")
	}
	// One module has a NOTICE file, one is linked on Windows only, and one has
	// code under a second license.
	for _, heading := range []string{
		"\nGo's standard library: LICENSE\n", "coreos/go-oidc/v3 v3.21.0: NOTICE\n",
		"inconshreveable/mousetrap v1.1.0: LICENSE\n", "go-jose/go-jose/v4 v4.1.9: json/LICENSE\n",
	} {
		if !strings.Contains(string(have), heading) {
			t.Errorf("no section %q", strings.TrimSpace(heading))
		}
	}
}

func TestLegalFiles(t *testing.T) {
	for name, test := range map[string]struct {
		files []string
		want  []string // nil: an error
	}{
		"a license":                  {[]string{"LICENSE", "README.md"}, []string{"LICENSE"}},
		"other spellings":            {[]string{"COPYING.txt", "LICENCE-MIT", "UNLICENSE", "Notice.md", "PATENTS"}, []string{"COPYING.txt", "LICENCE-MIT", "Notice.md", "PATENTS", "UNLICENSE"}},
		"of a linked package":        {[]string{"LICENSE", "linked/inner/LICENSE"}, []string{"LICENSE", "linked/inner/LICENSE"}},
		"between module and package": {[]string{"LICENSE", "linked/NOTICE"}, []string{"LICENSE", "linked/NOTICE"}},
		"of a package not linked":    {[]string{"LICENSE", "other/LICENSE"}, []string{"LICENSE"}},
		"code about licenses":        {[]string{"LICENSE", "license.go"}, []string{"LICENSE"}},
		"none":                       {[]string{"README.md"}, nil},
		"a notice alone":             {[]string{"NOTICE"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for _, file := range append(test.files, "linked/inner/code.go") {
				path := filepath.Join(root, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			m := linkedModule{path: "example.com/m", root: root, directories: []string{root, filepath.Join(root, "linked", "inner")}}
			got, err := m.legalFiles()
			for i := range got {
				got[i] = filepath.ToSlash(got[i])
			}
			slices.Sort(got)
			if (err != nil) != (test.want == nil) || !slices.Equal(got, test.want) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// TestReleaseCarriesTheLicenses reads what GoReleaser puts into its archives,
// and compares its platforms with those whose modules the notices cover.
func TestReleaseCarriesTheLicenses(t *testing.T) {
	var release struct {
		Builds []struct {
			ID           string
			Goos, Goarch []string
		}
		Archives []struct{ Files []struct{ Src string } }
	}
	if err := yaml.Unmarshal([]byte(read(t, ".goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	for _, b := range release.Builds {
		var built []string
		for _, goos := range b.Goos {
			for _, goarch := range b.Goarch {
				built = append(built, goos+"/"+goarch)
			}
		}
		if !slices.Equal(built, platforms) {
			t.Errorf("%s is built for %v, the notices cover %v", b.ID, built, platforms)
		}
	}
	for _, archive := range release.Archives {
		for _, name := range []string{"LICENSE", "THIRD_PARTY_NOTICES"} {
			if !slices.ContainsFunc(archive.Files, func(f struct{ Src string }) bool { return f.Src == name }) {
				t.Errorf("an archive does not hold %s", name)
			}
		}
	}
	if len(release.Builds) != 2 || len(release.Archives) == 0 {
		t.Errorf("%d builds, %d archives", len(release.Builds), len(release.Archives))
	}
}

// TestNodePackagesAreLocked: npm ci installs what the lock file names, by digest,
// from the registry that npm is set to.
func TestNodePackagesAreLocked(t *testing.T) {
	var lock struct {
		Packages map[string]struct {
			Dependencies                 map[string]string
			Version, Resolved, Integrity string
			InBundle, Link               bool
		}
	}
	if err := json.Unmarshal([]byte(read(t, "test/node/package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	var wanted struct{ Dependencies map[string]string }
	if err := json.Unmarshal([]byte(read(t, "test/node/package.json")), &wanted); err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(lock.Packages[""].Dependencies, wanted.Dependencies) {
		t.Error("package-lock.json is not that of package.json: see docs/packages.md")
	}
	for path, p := range lock.Packages {
		if path != "" && !p.InBundle && (p.Version == "" || !strings.HasPrefix(p.Integrity, "sha512-") || p.Resolved != "" || p.Link) {
			t.Errorf("%s is not locked by digest alone: %+v", path, p)
		}
	}
	if len(lock.Packages) < 100 {
		t.Errorf("%d packages", len(lock.Packages))
	}
}
