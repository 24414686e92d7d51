package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPatchesApply finds patches that no longer fit the code without trying the
// mutants, which takes minutes.
func TestPatchesApply(t *testing.T) {
	all, err := load("testdata")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range all {
		if err := m.apply(t.Context(), "../..", t.TempDir()); err != nil {
			t.Errorf("%s: %v", m, err)
		}
		if seen[m.rule+m.what] {
			t.Errorf("there are two of %s", m)
		}
		seen[m.rule+m.what] = true
	}
}

func TestParseMutant(t *testing.T) {
	const header, patch = "Rule: a rule\nBroken: badly\nTests: ./guard TestAge\n\n", "--- a/guard/guard.go\n+++ b/guard/guard.go\n"
	for name, test := range map[string]struct {
		text, err string
	}{
		"in order":           {header + patch, ""},
		"no header":          {patch, "does not begin"},
		"no patch":           {header, "does not begin"},
		"no pattern":         {strings.Replace(header, " TestAge", "", 1) + patch, "does not begin"},
		"an invalid pattern": {strings.Replace(header, "TestAge", "Test(", 1) + patch, "missing closing"},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := parseMutant([]byte(test.text))
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatal(err)
			}
			if err == nil && (m.String() != "a rule: badly (guard/guard.go)" || m.suite != suite{"./guard", "TestAge"}) {
				t.Errorf("%s, %v", m, m.suite)
			}
		})
	}
}

func TestApply(t *testing.T) {
	const source = "package guard\n\n// Allowed is for adults.\nfunc Allowed(age int) bool {\n\treturn age >= 18\n}\n"
	m := broken("age >= 18", "age >= 17", "")
	m.patch = []byte("--- a/guard/guard.go\n+++ b/guard/guard.go\n@@ -4,3 +4,3 @@\n func Allowed(age int) bool {\n-\treturn age >= 18\n+\treturn age >= 17\n }\n")
	for name, test := range map[string]struct {
		source string
		want   string // empty: an error
	}{
		"as it was":         {source, "age >= 17"},
		"shifted":           {strings.Repeat("// More.\n", 90) + source, "age >= 17"},
		"the line differs":  {strings.Replace(source, "18", "21", 1), ""},
		"its place differs": {strings.Replace(source, "Allowed(age", "Grown(age", 1), ""},
	} {
		t.Run(name, func(t *testing.T) {
			root, dir := t.TempDir(), t.TempDir()
			if err := os.Mkdir(filepath.Join(root, "guard"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, "guard/guard.go"), []byte(test.source), 0o600); err != nil {
				t.Fatal(err)
			}
			err := m.apply(t.Context(), root, dir)
			if (err == nil) != (test.want != "") {
				t.Fatal(err)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "guard/guard.go")); err != nil || !strings.Contains(string(text), test.want) {
				t.Errorf("%s, %v", text, err)
			}
		})
	}
}
