package lockfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/lockfile"
)

// longestProblems bounds what is said of a bad manifest, in bytes. One of a
// quarter of a megabyte can have many thousands of faults.
const longestProblems = 64 << 10

// FuzzManifestIsSound reads any manifest. A bad one is refused with all its
// problems in plain and bounded words; what a good one says can be carried out.
func FuzzManifestIsSound(f *testing.F) {
	f.Add(false, []byte(whole))
	for _, text := range []string{
		"apiVersion: pingkit/v1\nkits: []\n",
		"apiVersion: pingkit/v1\ntarget: {product: pingaccess, version: 8.0, layout: flat}\nkits:\n- {name: A, version: latest, exclude: ['**/x'], keep: [a]}\n- {id: 'b', version: '>=1 <2', files: [{from: '*.jar', to: lib/}]}\n",
		"kits:\n- - - - - -\n", "? a\n: b", "\"\\x1b[31m\": |\n  x", "a: &a [*a]", "---\n---\n", "apiVersion: pingkit/v1\nkits:\n" + strings.Repeat("- {}\n", 300),
		"%YAML 9", "\xff\xfe", "kits: !!binary x", "{\"apiVersion\":\"pingkit/v1\",\"kits\":[]}", "\t", "a:\n b:\n\t- c",
	} {
		f.Add(false, []byte(text))
	}
	for _, text := range []string{
		`[{"name":"pf-slack","version":"3.0.2","source":"ics","is_myping_only":"false","operation":"add"}]`, `[{"name":"a","version":2.10},{"name":"A","version":"x"}]`,
		`[{"name":"\u001b[31m","version":"\u202e1","source":"private","new":{}}]`, `[1,"x",null,[]]`, `[`, `{}`, "\xef\xbb\xbf[]", `[{"name":{},"version":[]}]`,
	} {
		f.Add(true, []byte(text))
	}
	// Each of these once took minutes, or filled a screen.
	f.Add(false, []byte(strings.Repeat("- ", 100_000)))
	f.Add(false, []byte("a:\n"+strings.Repeat("- ? ", 40_000)+"x"))
	f.Add(true, []byte("["+strings.Repeat("{},", 60_000)+"{}]"))
	f.Add(true, []byte(`[{"name":"a","version":"1"`+manyKeys()+`}]`))
	f.Fuzz(func(t *testing.T, list bool, data []byte) {
		name := lockfile.DefaultManifest
		if list {
			name = "artifact-list.json"
		}
		m, err := lockfile.ParseManifest(name, data)
		if err != nil {
			bad, ok := errors.AsType[*lockfile.ManifestError](err)
			if !ok || m != nil || bad.Error() == "" {
				t.Fatalf("%q: %v and %T", data, m, err)
			}
			checkWords(t, data, bad.Error(), longestProblems)
			return
		}
		seen := map[string]bool{}
		for _, e := range m.Kits {
			if _, err := kitversion.ParseConstraint(e.Version); err != nil || (e.Name == "") == (e.ID == "") {
				t.Errorf("%q: the entry %+v cannot be carried out: %v", data, e, err)
			}
			if key := strings.ToLower(e.Name) + "\x00" + e.ID; seen[key] {
				t.Errorf("%q: %q is listed twice", data, e.Request())
			} else {
				seen[key] = true
			}
			for _, rule := range e.Files {
				if lockfile.CheckPath(strings.TrimSuffix(rule.To, "/")) != nil {
					t.Errorf("%q: a rule leads to %q", data, rule.To)
				}
			}
		}
		if len(m.Notices) > 25 {
			t.Errorf("%.300q has %d notices", data, len(m.Notices))
		}
		for _, notice := range m.Notices {
			checkWords(t, data, notice, 1000)
		}
	})
}

// manyKeys are properties that no artifact has.
func manyKeys() string {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, `,"x%d":1`, i)
	}
	return b.String()
}

// checkWords checks that a terminal can show a text.
func checkWords(t *testing.T, data []byte, text string, limit int) {
	t.Helper()
	if len(text) > limit || !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }) {
		t.Errorf("%.300q is refused in %d bytes: %.1000q", data, len(text), text)
	}
}
