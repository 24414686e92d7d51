package lockfile_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

const deploy = "server/default/deploy/"

// lockOf makes a lock for PingFederate of a version, as an instance.
func lockOf(version string, kits ...lockfile.Kit) *lockfile.Lock {
	return &lockfile.Lock{Target: lockfile.Target{Product: "pingfederate", Version: version, Layout: "instance"}, Kits: kits}
}

func treePaths(t *testing.T, l *lockfile.Lock) []string {
	t.Helper()
	tree, err := l.Tree()
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range tree.Files {
		paths = append(paths, f.Path)
	}
	return paths
}

func TestTreePlacesFilesByTheTargetsLayout(t *testing.T) {
	k := sample("X", "1", deploy+"x-1.jar", "server/default/conf/template/x.html")
	for layout, want := range map[string][]string{
		"instance":       {"server/default/conf/template/x.html", deploy + "x-1.jar"},
		"server-profile": {"instance/server/default/conf/template/x.html", "instance/" + deploy + "x-1.jar"},
		"flat":           {"x-1.jar", "x.html"},
	} {
		t.Run(layout, func(t *testing.T) {
			l := lockOf("", k)
			l.Target.Layout = layout
			if got := treePaths(t, l); !reflect.DeepEqual(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestKeepGlobsMatchPathsOfTheProduct(t *testing.T) {
	for glob, want := range map[string]bool{
		"server/default/conf/template/*.html": true,
		"server/**":                           true,
		"server/default/conf":                 true,
		"server/default/conf/":                true,
		"**/x.html":                           true,
		"x.html":                              false,
		"server/*":                            true, // the folder default, with all that is in it
		"server/*.html":                       false,
	} {
		k := sample("X", "1", "server/default/conf/template/x.html")
		k.Keep = []string{glob}
		l := lockOf("", k)
		l.Target.Layout = "server-profile" // globs are about the product, wherever it stands
		tree, err := l.Tree()
		if err != nil {
			t.Fatal(err)
		}
		if got := tree.Files[0].Keep; got != want {
			t.Errorf("%s: keep is %v; want %v", glob, got, want)
		}
	}
}

func TestTreeConflicts(t *testing.T) {
	same := sample("B", "2", deploy+"common-1.0.jar")
	other := sample("C", "3", "x", deploy+"common-1.0.jar") // another digest
	for name, test := range map[string]struct {
		lock *lockfile.Lock
		want []string // parts of the conflict; none: there is no conflict
	}{
		"alone":           {lockOf("", sample("A", "1", deploy+"a-1.jar", deploy+"b-2.jar")), nil},
		"the same file":   {lockOf("", sample("A", "1", deploy+"common-1.0.jar"), same), nil},
		"another content": {lockOf("", same, other), []string{deploy + "common-1.0.jar", "B 2", "C 3", "exclude"}},
		"versions of jar": {lockOf("", sample("A", "1", deploy+"common-1.0.jar"), sample("B", "2", deploy+"common-1.1.jar")), []string{"common-1.0.jar of A 1", "common-1.1.jar of B 2", "two versions"}},
		"in one kit":      {lockOf("", sample("A", "1", deploy+"common-1.0.jar", deploy+"common-1.1.jar")), []string{"two versions"}},
		"by case":         {lockOf("", sample("A", "1", deploy+"Common-1.0.jar"), sample("B", "2", deploy+"common-1.1.jar")), []string{"two versions"}},
		"across class path": {lockOf("", sample("A", "1", deploy+"common-1.0.jar"), sample("B", "2", "server/default/lib/common-1.1.jar")),
			[]string{"two versions"}},
		"version missing":                {lockOf("", sample("A", "1", deploy+"common.jar"), sample("B", "2", deploy+"common-1.1.jar")), []string{"two versions"}},
		"in other folders":               {lockOf("", sample("A", "1", "a/common-1.0.jar"), sample("B", "2", "b/common-1.1.jar")), nil},
		"no jars":                        {lockOf("", sample("A", "1", deploy+"page-1.0.html"), sample("B", "2", deploy+"page-1.1.html")), nil},
		"names by case":                  {lockOf("", sample("A", "1", "conf/Page.html"), sample("B", "2", "conf/page.html")), []string{"the same name to some file systems"}},
		"names by composition":           {lockOf("", sample("A", "1", "conf/\u00e9.html"), sample("B", "2", "conf/e\u0301.html")), []string{"the same name to some file systems"}},
		"jars by composition":            {lockOf("", sample("A", "1", deploy+"\u00e9-1.0.jar"), sample("B", "2", deploy+"e\u0301-1.1.jar")), []string{"two versions"}},
		"file and folder by composition": {lockOf("", sample("A", "1", "conf/\u00e9"), sample("B", "2", "conf/e\u0301/y")), []string{"is a file where"}},
		"file and folder":                {lockOf("", sample("A", "1", "conf/x"), sample("B", "2", "conf/x/y")), []string{"conf/x of A 1 is a file where conf/x/y of B 2 needs a folder"}},
		"flat names":                     {flat(sample("A", "1", "a/x.txt", "b/x.txt")), []string{"x.txt is another file"}},
		"flat jars":                      {flat(sample("A", "1", "a/common-1.0.jar"), sample("B", "2", "b/common-1.1.jar")), []string{"two versions"}},
		"two problems told":              {lockOf("", sample("A", "1", deploy+"p-1.jar", deploy+"q-1.jar"), sample("B", "2", deploy+"p-2.jar", deploy+"q-2.jar")), []string{"p-1.jar", "q-1.jar"}},
		"wrong SDK":                      {lockOf("13.1", sample("A", "1", deploy+"pf-authn-api-sdk-1.0.0.52.jar")), []string{"PingFederate 13.1 needs pf-authn-api-sdk 2.x", "A 1"}},
		"wrong SDK for older":            {lockOf("13.0.9", sample("A", "1", deploy+"pf-authn-api-sdk-2.0.jar")), []string{"PingFederate 13.0.9 needs pf-authn-api-sdk 1.x"}},
		"two SDKs, no target": {lockOf("", sample("A", "1", deploy+"pf-authn-api-sdk-1.0.jar"), sample("B", "2", deploy+"pf-authn-api-sdk-2.0.jar")),
			[]string{"two major versions", "target.version", "A 1, B 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.lock.Tree()
			var conflict *lockfile.ConflictError
			switch {
			case len(test.want) == 0 && err != nil:
				t.Fatal(err)
			case len(test.want) > 0 && !errors.As(err, &conflict):
				t.Fatalf("error is %v; want a conflict", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			}
		})
	}
}

func flat(kits ...lockfile.Kit) *lockfile.Lock {
	l := lockOf("", kits...)
	l.Target.Layout = "flat"
	return l
}

// Of the SDKs that kits bring, the one that the product needs is installed, in
// the newest version, and never another beside it.
func TestTreeChoosesSDK(t *testing.T) {
	sdk := func(version string) string { return deploy + "pf-authn-api-sdk-" + version + ".jar" }
	for name, test := range map[string]struct {
		target string
		bring  []string // a kit each
		want   string
		left   int
	}{
		"older server":      {"13.0.3", []string{"1.0.0.52", "2.0.1"}, "1.0.0.52", 1},
		"newer server":      {"13.1", []string{"1.0.0.52", "2.0.1"}, "2.0.1", 1},
		"much newer server": {"14.0", []string{"2.0.1", "1.0"}, "2.0.1", 1},
		"newest of several": {"12.2", []string{"1.0.0.52", "1.0.0.67", "1.0.0.9"}, "1.0.0.67", 2},
		"the same twice":    {"12.2", []string{"1.0.0.52", "1.0.0.52"}, "1.0.0.52", 0},
		"target unknown":    {"", []string{"1.0.0.52", "1.0.0.67"}, "1.0.0.67", 1},
	} {
		t.Run(name, func(t *testing.T) {
			var kits []lockfile.Kit
			for i, version := range test.bring {
				kits = append(kits, sample(string(rune('A'+i)), "1", sdk(version)))
			}
			tree, err := lockOf(test.target, kits...).Tree()
			if err != nil {
				t.Fatal(err)
			}
			if len(tree.Files) != 1 || tree.Files[0].Path != sdk(test.want) {
				t.Errorf("files are %+v; want %s", tree.Files, test.want)
			}
			if len(tree.Left) != test.left {
				t.Errorf("left are %+v; want %d", tree.Left, test.left)
			}
		})
	}
	access := lockOf("8.0", sample("A", "1", sdk("1.0")))
	access.Target.Product = "pingaccess"
	if got := treePaths(t, access); len(got) != 1 {
		t.Errorf("another product: %q", got)
	}
}

// The tree does not depend on the order of kits and files in memory.
func TestTreeDependsOnTheLockAlone(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	l := lockOf("13.1",
		sample("A", "1", deploy+"pf-authn-api-sdk-2.0.jar", deploy+"a.jar"),
		sample("B", "1", deploy+"pf-authn-api-sdk-2.1.jar", deploy+"b.jar", "x"),
		sample("C", "1", deploy+"pf-authn-api-sdk-1.0.jar", deploy+"y", "z"),
	)
	describe := func() (paths []string) {
		tree, err := l.Tree()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range tree.Files {
			paths = append(paths, f.Path+" "+f.SHA256+" "+l.Kits[f.Kit].Name)
		}
		for _, f := range tree.Left {
			paths = append(paths, f.Path+" "+f.Kit)
		}
		return paths
	}
	want := describe()
	for range 20 {
		random.Shuffle(len(l.Kits), func(i, j int) { l.Kits[i], l.Kits[j] = l.Kits[j], l.Kits[i] })
		if got := describe(); !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %q\nwant %q", got, want)
		}
	}
}
