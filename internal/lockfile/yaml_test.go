package lockfile

import (
	"strings"
	"testing"
)

func TestYAMLAccidents(t *testing.T) {
	for name, test := range map[string]struct{ lines, want string }{
		"range":                     {"version: >=2.24 <3", `put it in quotes: ">=2.24 <3"`},
		"range and comment":         {"version: >=2.24 <3 # or so", `put it in quotes: ">=2.24 <3"`},
		"one comparison":            {"version: >2", `put it in quotes: ">2"`},
		"any version":               {"version: *", `put it in quotes: "*"`},
		"another version":           {"version: !=2.0", `put it in quotes: "!=2.0"`},
		"in braces":                 {"exclude: []\n  - {name: Y, version: >=2}", `put it in quotes: ">=2"`},
		"glob in a list":            {"version: latest\n    exclude:\n      - **/*.pdf", `put it in quotes: "**/*.pdf"`},
		"glob of one star":          {"version: latest\n    exclude:\n      - *.pdf", `put it in quotes: "*.pdf"`},
		"glob in brackets":          {"version: latest\n    exclude: [**/*.pdf]", `put it in quotes: "**/*.pdf"`},
		"second glob in brackets":   {"version: latest\n    exclude: [docs, *.pdf]", `put it in quotes: "*.pdf"`},
		"indented by a tab":         {"version: latest\n\texclude: []", "spaces, not tabs"},
		"with line ends of Windows": {"version: >=2.24 <3\r", `put it in quotes: ">=2.24 <3"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseManifest("kits.yaml", []byte("apiVersion: pingkit/v1\nkits:\n  - name: X\n    "+test.lines+"\n"))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
	for _, line := range []string{`version: ">=2"`, "version: >-", "version: <3", "- name: a*b", "version: ~2.24"} {
		if advice := quoteAdvice(line); advice != "" {
			t.Errorf("%s: %s", line, advice)
		}
	}
}

func TestByteOrderMarkInAManifest(t *testing.T) {
	m, err := ParseManifest("kits.yaml", []byte("\ufeffapiVersion: pingkit/v1\r\nkits:\r\n  - name: X\r\n    version: latest\r\n"))
	if err != nil || len(m.Kits) != 1 || m.Kits[0].Name != "X" {
		t.Errorf("%+v, %v", m, err)
	}
}
