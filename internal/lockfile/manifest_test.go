package lockfile_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

const whole = `# what we install
apiVersion: pingkit/v1
target: {product: pingfederate, version: 13.0.3, layout: instance}
kits:
  - name: PingID Integration Kit
    version: ">=2.24 <3"
    exclude: ["sample/**"]
    files: [{from: "dist/*.jar", to: "server/default/deploy/"}]
    keep: ["server/default/conf/template/*.html"]
  - id: 1f0c
    version: 2.10
  - name: 'Slack: Connector'
    version: latest
`

func TestParseManifest(t *testing.T) {
	m, err := lockfile.ParseManifest("kits.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := &lockfile.Manifest{File: "kits.yaml",
		Target: lockfile.Target{Product: "pingfederate", Version: "13.0.3", Layout: "instance"},
		Kits: []lockfile.Entry{
			{
				Name: "PingID Integration Kit", Version: ">=2.24 <3", Line: 5,
				Exclude: []string{"sample/**"},
				Files:   []lockfile.Rule{{From: "dist/*.jar", To: "server/default/deploy/"}},
				Keep:    []string{"server/default/conf/template/*.html"},
			},
			{ID: "1f0c", Version: "2.10", Line: 10},
			{Name: "Slack: Connector", Version: "latest", Line: 12},
		},
	}
	if !reflect.DeepEqual(m, want) {
		t.Errorf("got  %+v\nwant %+v", m, want)
	}
}

// A YAML number would make 2.1 of 2.10 and 2.6 of 2.06, which are other versions.
func TestVersionsAndNamesKeepTheirSpelling(t *testing.T) {
	for _, spelling := range []string{"2.10", "2.06", "52.137", "52.130", "3", "3.0", "1.1.1.2", "010", "2.24.0"} {
		t.Run(spelling, func(t *testing.T) {
			m, err := lockfile.ParseManifest("kits.yaml", []byte("apiVersion: pingkit/v1\ntarget: {version: "+spelling+"}\n"+
				"kits:\n- {name: "+spelling+", version: "+spelling+"}\n- {id: "+spelling+", version: latest}\n"))
			if err != nil {
				t.Fatal(err)
			}
			for field, got := range map[string]string{
				"target.version": m.Target.Version, "name": m.Kits[0].Name, "version": m.Kits[0].Version, "id": m.Kits[1].ID,
			} {
				if got != spelling {
					t.Errorf("%s is %q, want %q", field, got, spelling)
				}
			}
		})
	}
}

func TestManifestDefaults(t *testing.T) {
	for _, text := range []string{"apiVersion: pingkit/v1\nkits: []\n", "---\napiVersion: pingkit/v1\nkits: [] # none yet\n", `{"apiVersion": "pingkit/v1", "kits": []}`} {
		m, err := lockfile.ParseManifest("kits.yaml", []byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if want := (lockfile.Target{Product: "pingfederate", Layout: "server-profile"}); m.Target != want || len(m.Kits) != 0 {
			t.Errorf("%q: %+v", text, m)
		}
	}
}

func TestManifestProblems(t *testing.T) {
	const head = "apiVersion: pingkit/v1\n"
	for name, test := range map[string]struct {
		text string
		want []string // parts of the error, each with its place
	}{
		"empty":                 {"", []string{"kits.yaml: the file is empty"}},
		"only a comment":        {"# nothing\n", []string{"the file is empty"}},
		"broken":                {head + "kits: [\n", []string{"kits.yaml:2:", "not valid YAML"}},
		"tab":                   {head + "kits:\n\t- name: x\n", []string{"kits.yaml:3:", "not valid YAML"}},
		"a list":                {"- name: x\n", []string{"kits.yaml:1:1: a manifest must be a mapping with apiVersion, target, kits"}},
		"text":                  {"hello\n", []string{"kits.yaml:1:1: a manifest must be a mapping"}},
		"no apiVersion":         {"kits: []\n", []string{"kits.yaml:1:1: apiVersion is missing; write apiVersion: pingkit/v1"}},
		"other apiVersion":      {"apiVersion: v2\nkits: []\n", []string{`kits.yaml:1:13: apiVersion "v2" is not known; allowed: pingkit/v1`}},
		"no kits":               {head, []string{"kits is missing; write kits: [] for none"}},
		"kits of nothing":       {head + "kits:\n", []string{"kits.yaml:2:", "kits must be a list"}},
		"unknown key":           {head + "kitz: []\nkits: []\n", []string{`kits.yaml:2:1: unknown key "kitz", do you mean "kits"? (allowed: apiVersion, target, kits)`}},
		"unknown key of kit":    {head + "kits:\n- name: x\n  versoin: 1\n", []string{`kits.yaml:4:3: unknown key "versoin", do you mean "version"? (allowed: name, id, version, exclude, files, keep)`, `kits.yaml:3:3: the kit "x" has no version`}},
		"unknown key of target": {head + "target: {produkt: x}\nkits: []\n", []string{`kits.yaml:2:10: unknown key "produkt", do you mean "product"?`}},
		"unknown key in quotes": {`{"apiVersion": "pingkit/v1", "kitz": []}`, []string{`unknown key "kitz", do you mean "kits"?`}},
		"number as key":         {head + "5: x\nkits: []\n", []string{`kits.yaml:2:1: unknown key "5"`}},
		"key twice":             {head + "kits: []\nkits: []\n", []string{"kits.yaml:3:1: not valid YAML", "already defined"}},
		"two documents":         {head + "kits: []\n---\n" + head + "kits: []\n", []string{"kits.yaml:4:1: a manifest is one document"}},
		"unknown layout":        {head + "target: {layout: flatt}\nkits: []\n", []string{`kits.yaml:2:18: unknown layout "flatt", do you mean "flat"? (allowed: server-profile, instance, flat)`}},
		"unknown product":       {head + "target: {product: keycloak}\nkits: []\n", []string{`unknown product "keycloak" (allowed: pingfederate, pingaccess, pingdirectory)`}},
		"target version":        {head + "target: {version: '>13'}\nkits: []\n", []string{`version ">13" is not a product version such as 13.0.3`}},
		"kit without name":      {head + "kits:\n- version: latest\n", []string{"kits.yaml:3:3: the kit needs a name or an id"}},
		"name and id":           {head + "kits:\n- {name: x, id: y, version: 1}\n", []string{"has both a name and an id"}},
		"kit twice":             {head + "kits:\n- {name: Some Kit, version: 1}\n- {name: some kit, version: 2}\n", []string{`kits.yaml:4:`, `the name "some kit" is listed twice, first in line 3`}},
		"bad constraint":        {head + "kits:\n- name: x\n  version: newest\n", []string{`kits.yaml:4:12: version constraint "newest"`}},
		"no value":              {head + "kits:\n- name: x\n  version:\n", []string{"kits.yaml:4:", "version must be text"}},
		"list for text":         {head + "kits:\n- name: [x]\n  version: 1\n", []string{"kits.yaml:3:9: name must be text"}},
		"text for list":         {head + "kits:\n- name: x\n  version: 1\n  exclude: sample\n", []string{"kits.yaml:5:12: exclude must be a list"}},
		"alias":                 {head + "kits:\n- name: &a x\n  version: 1\n- name: *a\n  version: 1\n", []string{"kits.yaml:3:9: name must be plain text; anchors, aliases and tags are not read", "kits.yaml:5:9: name must be plain text"}},
		"bad glob":              {head + "kits:\n- name: x\n  version: 1\n  keep: ['a[']\n", []string{`kits.yaml:5:10: keep: "a[" is not a pattern`}},
		"glob outside":          {head + "kits:\n- name: x\n  version: 1\n  exclude: ['../x']\n", []string{`exclude: "../x" is a pattern with an empty part, . or ..`}},
		"rule outside":          {head + "kits:\n- name: x\n  version: 1\n  files: [{from: 'a', to: '../b'}]\n", []string{`kits.yaml:5:27: to: the path "../b" has an empty part, . or .. in its path`}},
		"rule to the root":      {head + "kits:\n- name: x\n  version: 1\n  files: [{from: 'a', to: './'}]\n", []string{`to: "./" is the product root itself`}},
		"rule without to":       {head + "kits:\n- name: x\n  version: 1\n  files: [{from: 'a'}]\n", []string{"an entry of files needs from and to"}},
		"rule to no folder":     {head + "kits:\n- name: x\n  version: 1\n  files: [{from: '*.jar', to: lib}]\n", []string{"must be a folder: write lib/"}},
		"several at once":       {"apiVersion: x\nkits:\n- version: 1\n- name: y\n", []string{"kits.yaml:1:13:", "kits.yaml:3:3:", "kits.yaml:4:3:"}},
		"control characters":    {head + "kits:\n- name: x\n  version: \"a\\u001b[31mred\"\n", []string{"version constraint"}},
		"too large":             {head + strings.Repeat("# padding\n", 30_000), []string{"the file is larger than"}},
		"deep":                  {head + "kits: " + strings.Repeat("[", 100_000), []string{"brackets are nested more than 64 deep"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lockfile.ParseManifest("kits.yaml", []byte(test.text))
			var bad *lockfile.ManifestError
			if !errors.As(err, &bad) {
				t.Fatalf("error is %v; want a *ManifestError", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got  %s\nwant %s", err, want)
				}
			}
			if strings.Contains(err.Error(), "\x1b") {
				t.Error("the error holds a control character")
			}
		})
	}
}

func FuzzManifest(f *testing.F) {
	f.Add("kits.yaml", []byte(whole))
	f.Add("artifact-list.json", []byte(`[{"name": "pf-slack-connector", "version": "3.0.2", "source": "public"}]`))
	f.Add("kits.yaml", []byte("a: [b, {c: *d}]"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		m, err := lockfile.ParseManifest(name, data)
		if (m == nil) == (err == nil) {
			t.Fatalf("manifest %v, error %v", m, err)
		}
		if err != nil && err.Error() == "" {
			t.Fatal("an error without text")
		}
	})
}
