package lockfile_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

func TestParseArtifactList(t *testing.T) {
	for name, test := range map[string]struct {
		text    string
		product string
		kits    []lockfile.Entry
		notices int
	}{
		"empty": {"[]", "pingfederate", nil, 0},
		"pingfederate": {`[
  {"name": "pf-pingid-integration-kit", "version": "2.24.0", "source": "public", "is_myping_only": false},
  {"name": "PingOne MFA Integration Kit", "version": "1.6.1", "source": "ics"},
  {"name": "pf-slack-connector", "version": "3.0.2"}
]`, "pingfederate", []lockfile.Entry{
			{Name: "pf-pingid-integration-kit", Version: "2.24.0", Line: 2},
			{Name: "PingOne MFA Integration Kit", Version: "1.6.1", Line: 3},
			{Name: "pf-slack-connector", Version: "3.0.2", Line: 4},
		}, 0},
		"pingaccess":         {`[{"name":"pa-x","version":"1.0","source":"ics","operation":"add"}]`, "pingaccess", []lockfile.Entry{{Name: "pa-x", Version: "1.0", Line: 1}}, 0},
		"pingdirectory":      {`[{"name":"pd-x","version":"1.0","source":"ics","filename":"pd-x.zip"}]`, "pingdirectory", []lockfile.Entry{{Name: "pd-x", Version: "1.0", Line: 1}}, 0},
		"for the service":    {`[{"name":"a","version":"1","is_myping_only":"true"},{"name":"b","version":"1"}]`, "pingfederate", []lockfile.Entry{{Name: "b", Version: "1", Line: 1}}, 1},
		"version as number":  {`[{"name":"a","version":2.10}]`, "pingfederate", []lockfile.Entry{{Name: "a", Version: "2.10", Line: 1}}, 0},
		"key of the future":  {`[{"name":"a","version":"1","colour":"red"}]`, "pingfederate", []lockfile.Entry{{Name: "a", Version: "1", Line: 1}}, 1},
		"byte order mark":    {"\xef\xbb\xbf[]", "pingfederate", nil, 0},
		"space around":       {"\n\t [ ] \n", "pingfederate", nil, 0},
		"source in capitals": {`[{"name":"a","version":"1","source":"ICS"}]`, "pingfederate", []lockfile.Entry{{Name: "a", Version: "1", Line: 1}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := lockfile.ParseManifest("artifact-list.json", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			if m.Target != (lockfile.Target{Product: test.product, Layout: "server-profile"}) {
				t.Errorf("target is %+v", m.Target)
			}
			if !reflect.DeepEqual(m.Kits, test.kits) {
				t.Errorf("kits are %+v\nwant %+v", m.Kits, test.kits)
			}
			if len(m.Notices) != test.notices {
				t.Errorf("notices are %q; want %d", m.Notices, test.notices)
			}
		})
	}
}

func TestArtifactListProblems(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"cut off":         {`[{"name":"a","version":"1"},`, "artifact-list.json:1:"},
		"bad JSON":        {"[\n  {\"name\": \"a\",, \"version\": \"1\"}\n]", "artifact-list.json:2:16: not valid JSON"},
		"comment":         {"[] // none", "artifact-list.json:1:4: not valid JSON"},
		"text":            {`"hello"`, "an artifact list is a JSON array"},
		"null entry":      {`[null]`, "the entry has no name"},
		"an object":       {`{"a": 1}`, "artifact-list.json:1:1: an artifact list is a JSON array of objects with name and version"},
		"no object":       {`["a"]`, "artifact-list.json:1:2: an entry is an object with name and version"},
		"no name":         {"[\n {\"version\":\"1\"}]", "artifact-list.json:2:2: the entry has no name"},
		"empty name":      {`[{"name":" ","version":"1"}]`, "the entry has no name"},
		"no version":      {`[{"name":"a"}]`, `the entry "a" has no version`},
		"null version":    {`[{"name":"a","version":null}]`, `the entry "a" has no version`},
		"bad version":     {`[{"name":"a","version":"newest"}]`, `version constraint "newest"`},
		"version as list": {`[{"name":"a","version":["1"]}]`, "version must be text"},
		"name twice":      {"[{\"name\":\"a\",\"version\":\"1\"},\n{\"name\":\"A\",\"version\":\"2\"}]", `artifact-list.json:2:1: the name "A" is listed twice, first in line 1`},
		"private":         {`[{"name":"a","version":"1","source":"private"}]`, `"a" comes from a private store, and only the Integration Catalog can be read`},
		"other source":    {`[{"name":"a","version":"1","source":"ftp"}]`, `unknown source "ftp" (allowed: ics, public)`},
		"other operation": {`[{"name":"a","version":"1","operation":"remove"}]`, `the operation of "a" is "remove"; allowed: add`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := lockfile.ParseManifest("artifact-list.json", []byte(test.text))
			var bad *lockfile.ManifestError
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v\nwant %s", err, test.want)
			}
		})
	}
}

// An artifact list is recognised by what is in it, under whatever name it comes.
func TestManifestKindByContents(t *testing.T) {
	if m, err := lockfile.ParseManifest("kits.yaml", []byte(`[{"name":"a","version":"1"}]`)); err != nil || len(m.Kits) != 1 {
		t.Errorf("a list named kits.yaml: %v, %v", m, err)
	}
	if m, err := lockfile.ParseManifest("kits.json", []byte(`{"apiVersion":"pingkit/v1","kits":[{"name":"a","version":"1"}]}`)); err != nil || len(m.Kits) != 1 {
		t.Errorf("a manifest named kits.json: %v, %v", m, err)
	}
}

// A server profile without plug-ins has an empty list, which asks for nothing.
func TestEmptyArtifactList(t *testing.T) {
	for name, text := range map[string]string{"no bytes": "", "blanks": " \n", "a byte order mark": "\ufeff", "an empty list": "[]", "marked and empty": "\ufeff[]\r\n"} {
		t.Run(name, func(t *testing.T) {
			m, err := lockfile.ParseManifest("artifact-list.json", []byte(text))
			if err != nil || len(m.Kits) != 0 || m.Target.Product != lockfile.PingFederate {
				t.Errorf("%+v, %v", m, err)
			}
		})
	}
}
