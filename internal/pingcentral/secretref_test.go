package pingcentral

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestSecretReferences(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "secrets")
	put(t, filepath.Join(dir, "plain"), "hunter2hunter2", 0o600)
	put(t, filepath.Join(dir, "newline"), "hunter2hunter2\n", 0o400)
	put(t, filepath.Join(dir, "windows"), "hunter2hunter2\r\n", 0o644)
	put(t, filepath.Join(dir, "sub", "deep"), "hunter2hunter2", 0o600)
	put(t, filepath.Join(dir, "empty"), "\n", 0o600)
	put(t, filepath.Join(dir, "short"), "abc", 0o600)
	put(t, filepath.Join(dir, "long"), strings.Repeat("x", maxSecret+1), 0o600)
	put(t, filepath.Join(dir, "longest"), strings.Repeat("x", maxSecret)+"\r\n", 0o600)
	put(t, filepath.Join(dir, "two lines"), "hunter2hunter2\nx", 0o600)
	put(t, filepath.Join(dir, "binary"), "hunter2\xff\xfe", 0o600)
	put(t, filepath.Join(dir, "open"), "hunter2hunter2", 0o602)
	put(t, filepath.Join(dir, "group"), "hunter2hunter2", 0o620)
	put(t, filepath.Join(root, "outside"), "hunter2outside", 0o600)
	put(t, filepath.Join(dir, "..data", "link"), "hunter2hunter2", 0o600)
	for link, to := range map[string]string{"link": "..data/link", "escape": "../outside", "absolute": filepath.Join(root, "outside"), "loop": "loop"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(root, filepath.Join(dir, "up")); err != nil {
		t.Fatal(err)
	}
	longName := strings.Repeat("x", 196)
	for _, name := range []string{"two  spaces", "two\u200b spaces", "two\u00a0spaces", longName, longName[:195]} {
		put(t, filepath.Join(dir, name), "hunter2hunter2", 0o600)
	}
	source := SecretSource{Dir: dir, Variable: variables(map[string]string{
		"PINGKIT_SECRET_A": "hunter2hunter2", "PINGKIT_SECRET_EMPTY": " ", "PINGKIT_SECRET_LINES": "hunter2\nx", "PINGKIT_SECRET_": "hunter2hunter2",
		"PINGCENTRAL_PASSWORD": "hunter2hunter2", "PATH": "hunter2hunter2", "PINGKIT_SECRETS": "hunter2hunter2", "PINGKIT_SECRET_A=B": "hunter2hunter2",
	})}
	for ref, want := range map[string]string{
		"env:PINGKIT_SECRET_A": "", "file:plain": "", "file:newline": "", "file:windows": "", "file:sub/deep": "", "file:link": "",
		"file:" + filepath.Join(dir, "plain"): "", "file:longest": "",

		"env:PINGCENTRAL_PASSWORD": "allowed form", "env:PATH": "allowed form", "env:PINGKIT_SECRETS": "allowed form", "env:PINGKIT_SECRET_": "allowed form",
		"env:PINGKIT_SECRET_A=B": "allowed form", "env:pingkit_secret_a": "allowed form", "env: PINGKIT_SECRET_A": "allowed form", "env:": "allowed form",
		"ENV:PINGKIT_SECRET_A": "allowed form", "file:": "allowed form", "hunter2hunter2": "allowed form", "https://example.com/s": "allowed form",
		"env:PINGKIT_SECRET_A\n":      "allowed form",
		"env:PINGKIT_SECRET_B":        "not set",
		"env:PINGKIT_SECRET_EMPTY":    "empty",
		"env:PINGKIT_SECRET_LINES":    "one line",
		"file:../outside":             "outside the directory",
		"file:sub/../../outside":      "outside the directory",
		"file:/etc/passwd":            "outside the directory",
		"file:" + dir + "/../outside": "outside the directory",
		"file:" + dir + "-other/x":    "outside the directory",
		"file:escape":                 "escapes",
		"file:absolute":               "escapes",
		"file:up/outside":             "escapes",
		"file:loop":                   "cannot be used",
		"file:none":                   "no such file",
		"file:sub":                    "not a file",
		"file:.":                      "not a file",
		"file:empty":                  "empty",
		"file:short":                  "shorter",
		"file:long":                   "longer",
		"file:two lines":              "one line",
		"file:binary":                 "one line",
		"file:open":                   "may write",
		"file:group":                  "may write",
		"file:plain\x00":              "allowed form",
		// References that a plan would show as another one.
		"file:two  spaces":       "allowed form",
		"file:two\u200b spaces":  "allowed form",
		"file:two\u00a0spaces":   "allowed form",
		" file:plain":            "allowed form",
		"file:invalid\xff":       "allowed form",
		"file:" + longName:       "allowed form",
		"file:" + longName[:195]: "",
	} {
		secret, err := source.lookup(ref)
		if want == "" {
			if err != nil || strings.TrimLeft(secret, "x") != "hunter2hunter2" && len(secret) != maxSecret {
				t.Errorf("%q gives %q, %v", ref, secret, err)
			}
			continue
		}
		var refused *RefusedError
		if !errors.As(err, &refused) || secret != "" || !strings.Contains(refused.Reason, want) || refused.Next == "" {
			t.Errorf("%q gives %q, %v; want %q", ref, secret, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error holds a secret: %v", ref, err)
		}
		if _, checked := source.check(ref); (checked == nil) != (err == nil) {
			t.Errorf("%q is found good by check (%v), bad by lookup (%v)", ref, checked, err)
		}
	}
	for ref, source := range map[string]SecretSource{"env:PINGKIT_SECRET_A": {}, "file:plain": {}, "file:x": {Dir: filepath.Join(root, "gone")}} {
		if secret, err := source.lookup(ref); err == nil {
			t.Errorf("%q gives %q without a source", ref, secret)
		}
	}
}

// TestOwnFilesAreNoClientSecrets: whoever may read an application's secret could
// forge approvals with the key of sealed plans.
func TestOwnFilesAreNoClientSecrets(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "..data", "plan.key"), "hunter2hunter2hunter2hunter2hunt", 0o600)
	put(t, filepath.Join(dir, "payroll"), "hunter2hunter2", 0o600)
	for link, to := range map[string]string{"plan.key": "..data/plan.key", "other": "plan.key"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	source := SecretSource{Dir: dir, Reserved: []string{filepath.Join(dir, "gone"), filepath.Join(dir, "plan.key")}}
	for _, name := range []string{"plan.key", "other", "..data/plan.key"} {
		if secret, err := source.lookup("file:" + name); err == nil || !strings.Contains(err.Error(), "serves pingkit itself") {
			t.Errorf("%s gives %q, %v", name, secret, err)
		}
	}
	if _, err := source.lookup("file:payroll"); err != nil {
		t.Error(err)
	}
}

// TestSwappedSecretChangesThePlan: an approved reference must not stand for what
// was put there after the approval.
func TestSwappedSecretChangesThePlan(t *testing.T) {
	f := newForeign(t)
	dir := t.TempDir()
	put(t, filepath.Join(dir, "payroll"), "hunter2hunter2", 0o600)
	s := f.service(t, func(o *Options) { o.Secrets.Dir = dir })
	p := planned(t, s, PromoteRequest{Application: "Payroll", Environment: "Test", ClientSecretRef: "file:payroll", NoRedirectURIs: true})
	put(t, filepath.Join(dir, "payroll"), "hunter3hunter3", 0o600)
	var changed *ChangedError
	if _, err := asUser(s, t.Context(), p); !errors.As(err, &changed) || len(f.writes()) > 0 {
		t.Errorf("a swapped secret gives %v, sent %v", err, f.writes())
	}
}

// TestSecretIsReadLate: the variable is looked at for the plan, and its value is
// taken only when an approved write is sent.
func TestSecretOfARefusedWriteIsNotTaken(t *testing.T) {
	f := newForeign(t)
	reads := 0
	s := f.service(t, func(o *Options) {
		o.Secrets.Variable = func(string) (string, bool) { reads++; return "hunter2hunter2", true }
	})
	p := planned(t, s, PromoteRequest{Application: "Payroll", Environment: "Production", ClientSecretRef: "env:PINGKIT_SECRET_A", NoRedirectURIs: true})
	if strings.Contains(p.Words(), "hunter2") {
		t.Error("the plan holds the secret")
	}
	if _, err := s.Execute(t.Context(), p, Approval{By: ByFlag}); err == nil || reads != 2 { // once for each plan
		t.Errorf("a refused write gives %v after %d reads", err, reads)
	}
}
