package kitzip

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// arrows writes a placement as lines "from -> to" and "path: reason".
func arrows(p Placement) (lines []string) {
	for _, file := range p.Files {
		lines = append(lines, file.From+" -> "+file.To)
	}
	for _, file := range p.Skipped {
		lines = append(lines, file.Path+": "+file.Reason)
	}
	return lines
}

func expect(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// layouts are kits in each layout: files below the top folder, and their
// places; "-" for files that are not installed.
var layouts = []struct {
	name   string
	layout Layout
	files  [][2]string
}{
	{"A", LayoutProductTree, [][2]string{
		{"Legal.pdf", "-"},
		{"dist/pingfederate/server/default/conf/language-packs/pingone-protect-messages.properties", "server/default/conf/language-packs/pingone-protect-messages.properties"},
		{"dist/pingfederate/server/default/conf/template/assets/css/protect.css", "server/default/conf/template/assets/css/protect.css"},
		{"dist/pingfederate/server/default/conf/template/pingone-protect-template.html", "server/default/conf/template/pingone-protect-template.html"},
		{"dist/pingfederate/server/default/deploy/pf-pingone-protect-adapter-1.2.jar", "server/default/deploy/pf-pingone-protect-adapter-1.2.jar"},
		{"dist/pingfederate/server/default/lib/commons-2.0.jar", "server/default/lib/commons-2.0.jar"},
		{"docs/guide.pdf", "-"},
	}},
	{"A with other folders of the product", LayoutProductTree, [][2]string{
		{"dist/pingfederate/bin/tool.sh", "bin/tool.sh"},
		{"dist/pingfederate/readme.txt", "-"},
		{"dist/pingfederate/server/default/data/x.xml", "server/default/data/x.xml"},
		{"dist/pingfederate/server/default/deploy/x.war/WEB-INF/web.xml", "server/default/deploy/x.war/WEB-INF/web.xml"},
	}},
	{"A and E", LayoutProductTree, [][2]string{
		{"dist/pingfederate/server/default/deploy/a-1.jar", "server/default/deploy/a-1.jar"},
		{"dist/pingfederate/server/default/b-1.jar", "server/default/deploy/b-1.jar"},
	}},
	{"B", LayoutDistParts, [][2]string{
		{"ReadMeFirst.pdf", "-"},
		{"dist/conf/template/x.html", "server/default/conf/template/x.html"},
		{"dist/deploy/pf-x-2.06.jar", "server/default/deploy/pf-x-2.06.jar"},
		{"dist/lib/x-1.1.1.2.jar", "server/default/lib/x-1.1.1.2.jar"},
		{"legal/Legal.pdf", "-"},
	}},
	{"B of configuration only", LayoutDistParts, [][2]string{{"dist/conf/language-packs/x.properties", "server/default/conf/language-packs/x.properties"}}},
	{"C", LayoutDistJars, [][2]string{{"dist/pf-x-1.0.JAR", "server/default/deploy/pf-x-1.0.JAR"}, {"dist/x.war", "server/default/deploy/x.war"}}},
	{"C with configuration", LayoutDistJars, [][2]string{
		{"dist/conf/template/x.html", "server/default/conf/template/x.html"},
		{"dist/pf-x-1.0.jar", "server/default/deploy/pf-x-1.0.jar"},
	}},
	{"C with papers", LayoutDistJars, [][2]string{
		{".DS_Store", "-"}, {"License Agreement.pdf", "-"}, {"NOTICE", "-"}, {"Release_Notes.html", "-"}, {"Sample/x-1.0.jar", "-"}, {"anything.txt", "-"},
		{"config/x.xml", "-"}, {"dist/README.txt", "-"}, {"dist/docs/api/index.html", "-"}, {"dist/x.jar", "server/default/deploy/x.jar"}, {"index.html", "-"}, {"metadata/x.json", "-"},
	}},
	{"D", LayoutDistJarsAndConf, [][2]string{
		{"conf/language-packs/x.properties", "server/default/conf/language-packs/x.properties"},
		{"conf/template/x.html", "server/default/conf/template/x.html"},
		{"dist/pf-x-1.0.jar", "server/default/deploy/pf-x-1.0.jar"},
	}},
	{"E", LayoutDefaultJars, [][2]string{{"dist/pingfederate/server/default/pf-x-1.0.jar", "server/default/deploy/pf-x-1.0.jar"}}},
	{"E with configuration", LayoutDefaultJars, [][2]string{
		{"dist/pingfederate/server/default/conf/template/x.html", "server/default/conf/template/x.html"},
		{"dist/pingfederate/server/default/pf-x-1.0.jar", "server/default/deploy/pf-x-1.0.jar"},
	}},
}

func TestLayouts(t *testing.T) {
	for _, test := range layouts {
		for _, top := range []string{"", "pf-x-integration-kit/", "pf-x-integration-kit-1.1.1.2/", "Something else/", "outer/inner/"} {
			t.Run(fmt.Sprintf("%s below %q", test.name, top), func(t *testing.T) {
				names := []string{}
				var placed, skipped []string
				for _, file := range test.files {
					names = append(names, top+file[0])
					if file[1] == "-" {
						skipped = append(skipped, top+file[0])
					} else {
						placed = append(placed, top+file[0]+" -> "+file[1])
					}
				}
				slices.Sort(placed)
				slices.Sort(skipped)
				a := open(t, zipOf(t, names...))
				if a.Layout() != test.layout || a.Top() != strings.TrimSuffix(top, "/") {
					t.Errorf("layout %s below %q", a.Layout(), a.Top())
				}
				p, err := a.Place(PlaceOptions{})
				if err != nil {
					t.Fatal(err)
				}
				want := placed
				for i, path := range skipped {
					want = append(want, path+": "+p.Skipped[min(i, len(p.Skipped)-1)].Reason)
				}
				expect(t, arrows(p), want)
			})
		}
	}
}

func TestWhatNoRulePlaces(t *testing.T) {
	for _, test := range []struct {
		name   string
		layout Layout
		files  []string
		want   []string
	}{
		{"F", LayoutUnknown, []string{"k/dist/jira/login.jsp", "k/dist/jira/seraph.jar", "k/legal/x.pdf"}, []string{"dist/jira/login.jsp", "dist/jira/seraph.jar"}},
		{"F without dist", LayoutUnknown, []string{"opentoken-agent/mod_pfoam.so", "opentoken-agent/readme.txt"}, []string{"mod_pfoam.so"}},
		{"library of a web server in dist", LayoutDistJars, []string{"dist/x.jar", "dist/mod_pfoam.so"}, []string{"dist/mod_pfoam.so"}},
		{"another product beside", LayoutDistJars, []string{"dist/x.jar", "dist/jira/x.jsp"}, []string{"dist/jira/x.jsp"}},
		{"another folder at the top", LayoutDistParts, []string{"dist/deploy/x.jar", "conf/x.html", "tools/x.sh"}, []string{"conf/x.html", "tools/x.sh"}},
		{"web page in dist", LayoutDistJars, []string{"dist/x.jar", "dist/legal-notice.html", "dist/login.html"}, []string{"dist/legal-notice.html", "dist/login.html"}},
		{"beside server/default", LayoutProductTree, []string{"dist/pingfederate/server/default/deploy/x.jar", "dist/pingfederate/server/x.jar", "dist/pingfederate/x.sh", "dist/pingfederate/server/default/run.properties", "dist/y.jar"},
			[]string{"dist/pingfederate/server/default/run.properties", "dist/pingfederate/server/x.jar", "dist/pingfederate/x.sh", "dist/y.jar"}},
		{"outside the top folder", LayoutDistJars, []string{"kit/dist/x.jar", "other/y.jar", "z.jar", "ReadMe.txt"}, []string{"other/y.jar", "z.jar"}},
		{"two kits side by side", LayoutUnknown, []string{"a/dist/x.jar", "b/dist/y.jar"}, []string{"a/dist/x.jar", "b/dist/y.jar"}},
		{"product without dist", LayoutUnknown, []string{"server/default/deploy/x.jar"}, []string{"server/default/deploy/x.jar"}},
		{"dist in capitals", LayoutUnknown, []string{"Dist/x.jar"}, []string{"x.jar"}},
		{"dist is a file", LayoutUnknown, []string{"kit/dist", "kit/y/z"}, []string{"dist", "y/z"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := open(t, zipOf(t, test.files...))
			if a.Layout() != test.layout {
				t.Errorf("layout %s, want %s", a.Layout(), test.layout)
			}
			_, err := a.Place(PlaceOptions{})
			var unplaced *UnplacedError
			if !errors.As(err, &unplaced) || !errors.Is(err, ErrUnplaced) {
				t.Fatalf("got %v, want an UnplacedError", err)
			}
			expect(t, unplaced.Files, test.want)
			for _, file := range test.want {
				if !strings.Contains(err.Error(), file) {
					t.Errorf("%v does not name %s", err, file)
				}
			}
			// What the error advises must work.
			if _, err := a.Place(PlaceOptions{Exclude: unplaced.patterns()}); err != nil {
				t.Errorf("as advised: %v", err)
			}
		})
	}
}

func TestUnplacedErrorStaysReadable(t *testing.T) {
	var files []string
	for i := range 300 {
		files = append(files, fmt.Sprintf("dist/jira%d/a[%d]{x}.jsp", i, i))
	}
	a := open(t, zipOf(t, files...))
	_, err := a.Place(PlaceOptions{})
	var unplaced *UnplacedError
	if !errors.As(err, &unplaced) || len(unplaced.Files) != 300 {
		t.Fatalf("got %v", err)
	}
	if text := err.Error(); len(text) > 1000 || !strings.Contains(text, "and 280 more") {
		t.Errorf("%d characters: %s", len(text), text)
	}
	unplaced.Files = unplaced.Files[:1]
	if _, err := a.Place(PlaceOptions{Exclude: append(unplaced.patterns(), "dist/jira[1-9]*/*")}); err != nil {
		t.Errorf("as advised: %v", err)
	}
}

func TestRulesAndExcludes(t *testing.T) {
	files := []string{
		"kit-1.0/dist/x.jar", "kit-1.0/dist/jira/a.jsp", "kit-1.0/dist/jira/deep/b.jsp", "kit-1.0/dist/mod.so", "kit-1.0/sample/s.jar", "kit-1.0/ReadMe.txt",
	}
	for _, test := range []struct {
		name string
		opts PlaceOptions
		want []string
	}{
		{"excludes in all spellings", PlaceOptions{Exclude: []string{"dist/jira", "dist/*.so"}}, []string{
			"kit-1.0/dist/x.jar -> server/default/deploy/x.jar", "kit-1.0/ReadMe.txt: documentation", "kit-1.0/dist/jira/a.jsp: excluded",
			"kit-1.0/dist/jira/deep/b.jsp: excluded", "kit-1.0/dist/mod.so: excluded", "kit-1.0/sample/s.jar: sample"}},
		{"a folder with a slash, a whole path", PlaceOptions{Exclude: []string{"dist/jira/", "kit-1.0/dist/mod.so"}}, []string{
			"kit-1.0/dist/x.jar -> server/default/deploy/x.jar", "kit-1.0/ReadMe.txt: documentation", "kit-1.0/dist/jira/a.jsp: excluded",
			"kit-1.0/dist/jira/deep/b.jsp: excluded", "kit-1.0/dist/mod.so: excluded", "kit-1.0/sample/s.jar: sample"}},
		{"rules keep what wildcards matched", PlaceOptions{Rules: []Rule{{"dist/jira/**", "work/jira/"}, {"dist/mod.so", "bin/pf.so"}}}, []string{
			"kit-1.0/dist/jira/a.jsp -> work/jira/a.jsp", "kit-1.0/dist/jira/deep/b.jsp -> work/jira/deep/b.jsp", "kit-1.0/dist/mod.so -> bin/pf.so",
			"kit-1.0/dist/x.jar -> server/default/deploy/x.jar", "kit-1.0/ReadMe.txt: documentation", "kit-1.0/sample/s.jar: sample"}},
		{"the first rule counts, before layouts and samples", PlaceOptions{Rules: []Rule{{"**/*.jar", "lib/"}, {"dist/x.jar", "never/"}, {"dist/**", "rest/"}}}, []string{
			"kit-1.0/dist/jira/a.jsp -> rest/jira/a.jsp", "kit-1.0/dist/jira/deep/b.jsp -> rest/jira/deep/b.jsp", "kit-1.0/dist/mod.so -> rest/mod.so",
			"kit-1.0/dist/x.jar -> lib/dist/x.jar", "kit-1.0/sample/s.jar -> lib/sample/s.jar", "kit-1.0/ReadMe.txt: documentation"}},
		{"excludes before rules", PlaceOptions{Exclude: []string{"**"}, Rules: []Rule{{"dist/*", "x/"}}}, []string{
			"kit-1.0/ReadMe.txt: excluded", "kit-1.0/dist/jira/a.jsp: excluded", "kit-1.0/dist/jira/deep/b.jsp: excluded", "kit-1.0/dist/mod.so: excluded",
			"kit-1.0/dist/x.jar: excluded", "kit-1.0/sample/s.jar: excluded"}},
		{"another product by rules only", PlaceOptions{Product: "pingaccess", Exclude: []string{"dist/{jira,mod*}"}, Rules: []Rule{{"dist/*.jar", "deploy/"}}}, []string{
			"kit-1.0/dist/x.jar -> deploy/x.jar", "kit-1.0/ReadMe.txt: documentation", "kit-1.0/dist/jira/a.jsp: excluded", "kit-1.0/dist/jira/deep/b.jsp: excluded",
			"kit-1.0/dist/mod.so: excluded", "kit-1.0/sample/s.jar: sample"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, err := open(t, zipOf(t, files...)).Place(test.opts)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, arrows(p), test.want)
		})
	}
}

func TestAnotherProductIsNotPlacedByLayout(t *testing.T) {
	_, err := open(t, zipOf(t, "dist/x.jar")).Place(PlaceOptions{Product: "pingaccess"})
	if !errors.Is(err, ErrUnplaced) {
		t.Errorf("got %v", err)
	}
}

func TestUnusedRulesAreReported(t *testing.T) {
	p, err := open(t, zipOf(t, "dist/x.jar")).Place(PlaceOptions{Rules: []Rule{{"dist/*.jar", "a/"}, {"dst/*.jar", "b/"}}})
	if err != nil || len(p.Unused) != 1 || p.Unused[0].To != "b/" {
		t.Errorf("got %v, %v", p.Unused, err)
	}
}

func TestUnusableOptions(t *testing.T) {
	a := open(t, zipOf(t, "dist/x.jar"))
	for _, opts := range []PlaceOptions{
		{Exclude: []string{""}}, {Exclude: []string{"/dist"}}, {Exclude: []string{"../dist"}}, {Exclude: []string{"dist//x"}}, {Exclude: []string{strings.Repeat("x", 1025)}},
		{Exclude: []string{"dist/["}}, {Exclude: []string{"{a"}}, {Exclude: []string{`dist\x`}},
		{Rules: []Rule{{"", "a/"}}}, {Rules: []Rule{{"dist/[", "a/"}}}, {Rules: []Rule{{"dist/x.jar", ""}}}, {Rules: []Rule{{"dist/x.jar", "/"}}},
		{Rules: []Rule{{"dist/x.jar", "../"}}}, {Rules: []Rule{{"dist/x.jar", "a/../../b"}}}, {Rules: []Rule{{"dist/x.jar", "/a/"}}},
		{Rules: []Rule{{"dist/x.jar", "./"}}}, {Rules: []Rule{{"dist/x.jar", "C:/x"}}}, {Rules: []Rule{{"dist/x.jar", `a\b`}}}, {Rules: []Rule{{"dist/x.jar", ".pingkit-receipt.json"}}},
		{Rules: []Rule{{"dist/*.jar", "server/default/deploy"}}}, {Rules: []Rule{{"dist/{x,y}.jar", "one.jar"}}},
	} {
		if _, err := a.Place(opts); !errors.Is(err, ErrRule) {
			t.Errorf("%v: %v, want a RuleError", opts, err)
		}
		if _, err := a.Summary(opts); !errors.Is(err, ErrRule) {
			t.Errorf("summary with %v: %v, want a RuleError", opts, err)
		}
	}
}

func TestTwoFilesAtOnePlace(t *testing.T) {
	for _, test := range []struct {
		name  string
		files []string
		opts  PlaceOptions
	}{
		{"by layout", []string{"dist/pingfederate/server/default/x.jar", "dist/pingfederate/server/default/deploy/x.jar"}, PlaceOptions{}},
		{"by case", []string{"dist/pingfederate/server/default/x.jar", "dist/pingfederate/server/default/deploy/X.JAR"}, PlaceOptions{}},
		{"by a rule", []string{"dist/x.jar", "other/x.jar"}, PlaceOptions{Rules: []Rule{{"other/*", "server/default/deploy/"}}}},
		{"one below another", []string{"dist/x.jar", "other/y"}, PlaceOptions{Rules: []Rule{{"other/y", "server/default"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := open(t, zipOf(t, test.files...))
			_, err := a.Place(test.opts)
			var conflict *ConflictError
			if !errors.As(err, &conflict) || !errors.Is(err, ErrConflict) {
				t.Fatalf("got %v, want a ConflictError", err)
			}
			for _, file := range test.files {
				if !slices.Contains(conflict.From[:], file) || !strings.Contains(err.Error(), file) {
					t.Errorf("%v does not name %s", err, file)
				}
			}
			s, err := a.Summary(test.opts)
			if err != nil || s.Conflict == "" {
				t.Errorf("the summary says %q, %v", s.Conflict, err)
			}
		})
	}
}
