package lockfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadToReplace(t *testing.T) {
	encoded := func(version string) string {
		l := &Lock{Target: Target{Product: PingFederate, Layout: LayoutFlat}, Kits: []Kit{{
			Name: "X", IntegrationID: "x", Constraint: "latest", Version: version, VersionID: "v", Size: 1,
			SHA256: strings.Repeat("a", 64), Layout: "C",
		}}}
		data, err := l.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	whole := encoded("1.0")
	line := `      "version": "1.0",` + "\n"
	conflict := strings.Replace(whole, line, "<<<<<<< ours\n"+line+"||||||| base\n      \"version\": \"0.9\",\n=======\n      \"version\": \"2.0\",\n>>>>>>> theirs\n", 1)
	if conflict == whole {
		t.Fatal("the lock has no such line")
	}
	for name, test := range map[string]struct {
		data, version, notice string
		refused               bool
	}{
		"a sound lock":               {whole, "1.0", "", false},
		"with a byte order mark":     {"\ufeff" + whole, "1.0", "", false},
		"a conflict":                 {conflict, "1.0", "conflict marks", false},
		"one side cannot be used":    {strings.Replace(conflict, line, "", 1), "2.0", "conflict marks", false},
		"a lone mark":                {strings.Replace(whole, "\n", "\n<<<<<<< ours\n", 1), "1.0", "conflict marks", false},
		"an empty file":              {"", "", "was empty", false},
		"blanks":                     {" \n", "", "was empty", false},
		"neither side can be used":   {strings.ReplaceAll(conflict, `"x"`, `""`), "", "neither side", false},
		"something else":             {"[]", "", "", true},
		"written by a newer pingkit": {strings.Replace(whole, `"lock_version": 1`, `"lock_version": 2`, 1), "", "", true},
		"newer, with unknown keys":   {strings.Replace(whole, `"lock_version": 1,`, `"lock_version": 2, "new": 1,`, 1), "", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), DefaultLock)
			if err := os.WriteFile(path, []byte(test.data), 0o600); err != nil {
				t.Fatal(err)
			}
			l, notice, err := ReadToReplace(path)
			if _, ok := errors.AsType[*InvalidError](err); ok != test.refused || !ok && err != nil {
				t.Fatal(err)
			}
			version := ""
			if l != nil {
				version = l.Kits[0].Version
			}
			if version != test.version || (notice == "") != (test.notice == "") || !strings.Contains(notice, test.notice) {
				t.Errorf("version %q, notice %q", version, notice)
			}
		})
	}
}
