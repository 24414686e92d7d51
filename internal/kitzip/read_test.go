package kitzip

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"
)

func TestReadText(t *testing.T) {
	a := open(t, rawZip(
		raw{name: "small.txt", body: "größe\r\n\t."}, raw{name: "empty.txt"}, raw{name: "broken.txt", body: "gr\xf6\xdfe"},
		raw{name: "half.txt", body: "gr\xc3"}, raw{name: "program", body: "\x7fELF\x00"}, raw{name: "escape.txt", body: "\x1b[2J"},
		raw{name: "damaged.txt", body: "hello", crc: 1}, raw{name: "liar.txt", body: deflate("0123456789"), method: zip.Deflate, crc: 1, size: 5},
		raw{name: "zeros.txt", body: deflate(strings.Repeat("0", 1<<19)), method: zip.Deflate, crc: 1, size: 1 << 19},
		raw{name: "folder/"},
	))
	for _, test := range []struct {
		name  string
		limit int64
		text  string
		whole bool
		err   error
	}{
		{"small.txt", 100, "größe\r\n\t.", true, nil},
		{"small.txt", 11, "größe\r\n\t.", true, nil},
		{"small.txt", math.MaxInt64, "größe\r\n\t.", true, nil},
		{"small.txt", 4, "grö", false, nil},
		{"small.txt", 3, "gr", false, nil},
		{"small.txt", 0, "", false, nil},
		{"small.txt", -1, "", false, nil},
		{"empty.txt", 0, "", true, nil},
		{"zeros.txt", 3, "000", false, nil},
		{"broken.txt", 100, "", false, ErrNotText},
		{"half.txt", 100, "", false, ErrNotText},
		{"program", 100, "", false, ErrNotText},
		{"escape.txt", 100, "", false, ErrNotText},
		{"damaged.txt", 100, "", false, ErrDamaged},
		{"liar.txt", 100, "", false, ErrUnsafe},
		{"folder", 100, "", false, fs.ErrNotExist},
		{"folder/", 100, "", false, fs.ErrNotExist},
		{"../small.txt", 100, "", false, fs.ErrNotExist},
	} {
		text, whole, err := a.ReadText(test.name, test.limit)
		if text != test.text || whole != test.whole || !errors.Is(err, test.err) {
			t.Errorf("%s up to %d: got %q, %t, %v, want %q, %t, %v", test.name, test.limit, text, whole, err, test.text, test.whole, test.err)
		}
	}
}

func TestSummary(t *testing.T) {
	a := open(t, zipOf(t, "pf-x-1.0/dist/pf-x-adapter-1.0.jar=12345", "pf-x-1.0/dist/jira/x.jsp", "pf-x-1.0/sample/s.jar", "pf-x-1.0/Legal.pdf"))
	s, err := a.Summary(PlaceOptions{Rules: []Rule{{"nothing/*", "x/"}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"layout":"jars in dist, for server/default/deploy","top":"pf-x-1.0","files":4,"bytes":68,` +
		`"jars":[{"path":"pf-x-1.0/dist/pf-x-adapter-1.0.jar","name":"pf-x-adapter","version":"1.0"},{"path":"pf-x-1.0/sample/s.jar","name":"s"}],` +
		`"placed":[{"from":"pf-x-1.0/dist/pf-x-adapter-1.0.jar","to":"server/default/deploy/pf-x-adapter-1.0.jar","size":5}],` +
		`"skipped":[{"path":"pf-x-1.0/Legal.pdf","reason":"documentation"},{"path":"pf-x-1.0/sample/s.jar","reason":"sample"}],` +
		`"unplaced":["dist/jira/x.jsp"],"unused_rules":[{"from":"nothing/*","to":"x/"}]}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, err := json.Marshal(Summary{}); err != nil || !json.Valid(got) {
		t.Error(err)
	}
	empty, err := open(t, zipOf(t, "x")).Summary(PlaceOptions{})
	if err != nil || empty.Jars == nil || empty.Placed == nil || empty.Skipped == nil {
		t.Errorf("an empty list would be null: %+v, %v", empty, err)
	}
	for _, layout := range []Layout{LayoutProductTree, LayoutDistParts, LayoutDistJars, LayoutDistJarsAndConf, LayoutDefaultJars, LayoutUnknown} {
		if layout.Describe() == "" || layout != LayoutUnknown && layout.Describe() == LayoutUnknown.Describe() {
			t.Errorf("%s: %q", layout, layout.Describe())
		}
	}
}
