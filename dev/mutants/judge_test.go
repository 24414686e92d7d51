package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// small is a module with a rule, one test that notices when it is broken, and
// another that does not look.
var small = map[string]string{
	"go.mod":            "module small\n\ngo 1.26\n",
	"guard/guard.go":    "package guard\n\nfunc Allowed(age int) bool { return age >= 18 }\n\nfunc Greeting() string { return \"hello\" }\n",
	"guard/age_test.go": "package guard\n\nimport \"testing\"\n\nfunc TestAge(t *testing.T) {\n\tt.Run(\"child\", func(t *testing.T) {\n\t\tif Allowed(17) {\n\t\t\tt.Error(\"allowed\")\n\t\t}\n\t})\n}\n\nfunc TestNothing(t *testing.T) {}\n",
}

func smallModule(t *testing.T) *judge {
	t.Helper()
	root := t.TempDir()
	for name, text := range small {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &judge{tester: tester{root: root, timeout: "1m"}, scratch: t.TempDir()}
}

// broken is a mutant of the small module.
func broken(old, new, tests string) mutant {
	before := small["guard/guard.go"]
	after := strings.ReplaceAll(before, old, new)
	patch := fmt.Sprintf("--- a/guard/guard.go\n+++ b/guard/guard.go\n@@ -1,%d +1,%d @@\n", strings.Count(before, "\n"), strings.Count(after, "\n"))
	for line := range strings.Lines(before) {
		patch += "-" + line
	}
	for line := range strings.Lines(after) {
		patch += "+" + line
	}
	return mutant{rule: "a rule", what: "broken", suite: suite{"./guard", tests}, files: []string{"guard/guard.go"}, patch: []byte(patch)}
}

func TestVerdicts(t *testing.T) {
	j := smallModule(t)
	for name, test := range map[string]struct {
		old, new, tests string
		want            outcome
		by, detail      string
	}{
		"noticed":                 {"age >= 18", "age >= 17", "TestAge", caught, "TestAge/child", ""},
		"noticed by another test": {"age >= 18", "true", "TestNothing", caught, "TestAge/child", ""},
		"not noticed":             {"age >= 18", "age >= 19", "TestAge", survived, "", "no test of ./guard fails"},
		"of no rule":              {`"hello"`, `"hi"`, "TestAge", survived, "", ""},
		"does not compile":        {"age >= 18", "years >= 18", "TestAge", unbuilt, "", "undefined: years"},
	} {
		v := j.try(t.Context(), broken(test.old, test.new, test.tests))
		if v.outcome != test.want || v.by != test.by || !strings.Contains(v.detail, test.detail) {
			t.Errorf("%s: %s by %q: %s", name, v.outcome, v.by, v.detail)
		}
	}
	outdated := broken("age >= 18", "true", "TestAge")
	outdated.patch = bytes.ReplaceAll(outdated.patch, []byte("-func"), []byte("-fun"))
	if v := j.try(t.Context(), outdated); v.outcome != drifted || !strings.Contains(v.detail, "guard/guard.go") {
		t.Errorf("a patch that does not apply: %s: %s", v.outcome, v.detail)
	}
	if text, err := os.ReadFile(filepath.Join(j.root, "guard/guard.go")); err != nil || string(text) != small["guard/guard.go"] {
		t.Errorf("the tree was changed: %s, %v", text, err)
	}
}

func TestTreeHasToBeSound(t *testing.T) {
	for name, test := range map[string]struct {
		change func(j *judge) error
		tests  string
		want   string
	}{
		"in order":           {nil, "TestAge", ""},
		"no such test":       {nil, "TestAge|TestNone", ""},
		"no test of them":    {nil, "TestNone", "no test of ./guard is called TestNone"},
		"a test fails as is": {rewrite("age >= 18", "true"), "TestAge", "TestAge/child of ./guard fails as it is"},
		"does not compile":   {rewrite("age >= 18", "years"), "TestAge", "does not compile as it is"},
	} {
		j := smallModule(t)
		if test.change != nil {
			if err := test.change(j); err != nil {
				t.Fatal(err)
			}
		}
		err := j.sound(t.Context(), []mutant{broken("age >= 18", "true", test.tests)})
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func rewrite(old, new string) func(j *judge) error {
	return func(j *judge) error {
		return os.WriteFile(filepath.Join(j.root, "guard/guard.go"), []byte(strings.Replace(small["guard/guard.go"], old, new, 1)), 0o600)
	}
}

func TestSurvivorsFailTheRun(t *testing.T) {
	good := verdict{mutant: mutant{rule: "a rule", what: "broken"}, outcome: caught, by: "TestX", took: time.Second}
	bad := good
	bad.outcome, bad.by, bad.detail = survived, "", "no test fails"
	var out strings.Builder
	if err := show(&out, []verdict{good}, time.Second); err != nil || !strings.Contains(out.String(), "TestX") {
		t.Errorf("%v\n%s", err, &out)
	}
	for _, o := range []outcome{survived, unbuilt, drifted, unstarted} {
		bad.outcome = o
		if err := show(&out, []verdict{good, bad}, time.Second); err == nil || !strings.Contains(out.String(), string(o)) {
			t.Errorf("%s: %v\n%s", o, err, &out)
		}
	}
}

func TestMatching(t *testing.T) {
	all, err := load("testdata")
	if err != nil {
		t.Fatal(err)
	}
	some := matching(all, regexp.MustCompile("connect/origin.go"))
	for _, m := range some {
		if !slices.Contains(m.files, "connect/origin.go") {
			t.Errorf("%s is among them", m)
		}
	}
	if len(some) == 0 || len(some) == len(all) {
		t.Errorf("%d of %d", len(some), len(all))
	}
}
