package kitzip

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzOpen puts any bytes through all that is done with a kit. Whatever they
// are, nothing may be written outside the folder, and inside it either every
// file or nothing.
func FuzzOpen(f *testing.F) {
	for _, kit := range layouts {
		names := []string{}
		for _, file := range kit.files {
			names = append(names, "kit-1.0/"+file[0])
		}
		f.Add(zipOf(f, names...))
	}
	for _, archive := range hostiles() {
		if len(archive.data) < 10_000 {
			f.Add(archive.data)
		}
	}
	f.Add(liar("0123456789", 9))
	f.Add(commented(beside(raw{name: "x", body: "x", flags: flagDescriptor, behind: descriptor("x", false, 8)})))
	small := limits{entries: 100, bytes: 1 << 20, ratio: MaxRatio, ratioFloor: 1 << 16}

	outside := newOutside(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if a, err := openReader(bytes.NewReader(data), int64(len(data)), small); err == nil {
			checkExtract(t, a, outside)
		}
	})
}

// FuzzEntries is FuzzOpen for archives that are sound but for what their entries
// say, which bytes at random rarely are: the names, one on each line, and the
// fields of the last entry.
func FuzzEntries(f *testing.F) {
	f.Add("kit/dist/x.jar\nkit/dist/../../../x", uint32(0), uint16(0), uint16(0), uint32(0), uint32(0))
	f.Add("dist/pingfederate/server/default/deploy/x.jar\nlink", uint32(0o120777<<16), uint16(0), uint16(0), uint32(0), uint32(0))
	f.Add("dist/pingfederate/server/default/x.jar\ndist/pingfederate/server/default/deploy/X.jar", uint32(0), uint16(0), uint16(0), uint32(0), uint32(0))
	f.Add("conf/a\ndist/x.jar\nb/\nb", uint32(0o40755<<16), uint16(8), uint16(8), uint32(1), uint32(1))
	outside := newOutside(f)
	f.Fuzz(func(t *testing.T, names string, attrs uint32, flags, method uint16, size, offset uint32) {
		var entries []raw
		for name := range strings.Lines(names) {
			entries = append(entries, raw{name: strings.TrimSuffix(name, "\n"), body: name})
		}
		if len(entries) == 0 || len(names) > 10_000 {
			return
		}
		last := &entries[len(entries)-1]
		last.attrs, last.flags, last.method, last.size, last.offset = attrs, flags, method, size, offset
		data := rawZip(entries...)
		if a, err := OpenReader(bytes.NewReader(data), int64(len(data))); err == nil {
			checkExtract(t, a, outside)
		}
	})
}

// newOutside makes a folder in which the one to extract into will stand.
func newOutside(f *testing.F) string {
	f.Helper()
	outside := f.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("untouched"), 0o600); err != nil {
		f.Fatal(err)
	}
	return outside
}

// checkExtract places and extracts a kit, and looks at what was written.
func checkExtract(t *testing.T, a *Archive, outside string) {
	if _, err := a.Summary(PlaceOptions{}); err != nil && !errors.Is(err, ErrUnsafe) {
		t.Errorf("Summary: %v", err)
	}
	files := a.All()
	p, err := a.Place(PlaceOptions{})
	if err == nil && len(p.Files) > 0 {
		files = p.Files
	}
	for _, file := range p.Files {
		if CheckEntryName(file.To) != nil {
			t.Errorf("%q would be placed at %q", file.From, file.To)
		}
	}
	dir := filepath.Join(outside, "in", "root")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.RemoveAll(filepath.Join(outside, "in")); err != nil {
			t.Error(err)
		}
	}()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	written, err := a.Extract(t.Context(), root, files, ExtractOptions{})
	if closeErr := root.Close(); closeErr != nil {
		t.Fatal(closeErr)
	}
	inside := tree(t, dir)
	expect(t, tree(t, filepath.Join(outside, "in"))[:1], []string{"root d"})
	if all := tree(t, outside); len(all) != len(inside)+3 || all[len(all)-1] != "secret=untouched" {
		t.Fatalf("outside there is %v", all)
	}
	if err != nil && len(inside) > 0 {
		t.Fatalf("after %v there is %v", err, inside)
	}
	found := 0
	for _, line := range inside {
		if !strings.HasSuffix(line, " d") || strings.Contains(line, "=") {
			found++
		}
	}
	if err == nil && (len(written) != len(files) || found != len(files)) {
		t.Fatalf("wrote %v of %v, and there is %v", written, files, inside)
	}
}

// FuzzEntryName checks that a name that is accepted means the same place in
// every program, and that the file is written there.
func FuzzEntryName(f *testing.F) {
	for _, name := range []string{"dist/x.jar", "../x", "/x", `a\b`, "C:x", "a/./b", "a//b", "nul.txt", "größe", "x\u202e", "a.", "a/", "\u017f", "\u212a/x"} {
		f.Add(name)
	}
	root, _ := newRoot(f)
	f.Fuzz(func(t *testing.T, name string) {
		if folded := Fold(name); Fold(folded) != folded && utf8.ValidString(name) {
			t.Errorf("folding %q once and twice differs", name)
		}
		if CheckEntryName(name) != nil {
			return
		}
		bare := strings.TrimSuffix(name, "/")
		if !filepath.IsLocal(bare) || path.Clean(bare) != bare || strings.ContainsAny(name, "\\:\x00\n\r\x1b") || !utf8.ValidString(name) {
			t.Fatalf("%q is accepted", name)
		}
		if bare != name {
			return
		}
		a := open(t, rawZip(raw{name: name, body: "x"}))
		if _, err := a.Extract(t.Context(), root, a.All(), ExtractOptions{}); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		first, _, _ := strings.Cut(name, "/")
		if data, err := os.ReadFile(root.Name() + "/" + name); err != nil || string(data) != "x" {
			t.Errorf("%q was written elsewhere: %v", name, err)
		}
		if err := root.RemoveAll(first); err != nil {
			t.Fatal(err)
		}
		if left := tree(t, root.Name()); len(left) > 0 {
			t.Errorf("%q also wrote %v", name, left)
		}
	})
}

// FuzzSplitJarName checks that nothing of a name is lost, and that no version is
// left in a base.
func FuzzSplitJarName(f *testing.F) {
	for _, name := range []string{"pf-google-quickconnection-3.1.1.jar", "log4j-1.2-api-2.17.1.jar", "x-1.0-20240102.030405-6.jar", "x-2.1-jar-with-dependencies.jar", "-1.jar", "x.war", "1-2-3", "x-1.0-all-all.jar"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		base, version := SplitJarName(name)
		ext := ""
		if isDeployable(name) {
			ext = path.Ext(name)
		}
		if version == "" {
			if base+ext != name {
				t.Errorf("%q became %q", name, base)
			}
			return
		}
		variant := variantPart().FindString(base)
		whole := []string{base + "-" + version + ext, strings.TrimSuffix(base, variant) + "-" + version + variant + ext}
		if base == "" || version[0] < '0' || version[0] > '9' || !slices.Contains(whole, name) {
			t.Errorf("%q became %q and %q", name, base, version)
		}
		// A variant amid a name is no variant, until it stands at its end.
		if again, rest := SplitJarName(base + ".jar"); variant == "" && (again != base || rest != "") {
			t.Errorf("the base %q of %q became %q and %q", base, name, again, rest)
		}
		if jar, ok := ParseJar(fmt.Sprintf("deploy/%s-%s.jar", strings.TrimSuffix(base, variant), version)); ok && strings.Contains(jar.Name, "/") {
			t.Errorf("%q has a folder in its name", jar.Name)
		}
	})
}
