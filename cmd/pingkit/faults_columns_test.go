package main

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/chaos"
)

// The manifest before and after an upgrade.
const (
	manifestBefore = `apiVersion: pingkit/v1
target: {product: pingfederate, version: 11.3.2, layout: server-profile}
kits:
  - {name: PingID Integration Kit, version: 2.15.0}
`
	manifestAfter = `apiVersion: pingkit/v1
target: {product: pingfederate, version: 11.3.2, layout: server-profile}
kits:
  - {name: PingID Integration Kit, version: 2.24.0}
  - {name: Slack Connector, version: latest}
`
)

// column is a command of the matrix, and where it is run.
type column struct {
	name string
	// kind is what commands have in common. Where not all is tried, each trouble
	// meets one command of each kind.
	kind    string
	args    []string
	prepare func(t *testing.T, g *stage) // makes the working directory; nil: it is empty
	// units are the paths that it may change, each as a whole.
	units []string
	// stores are folders of kits, to which whole ones may be added.
	stores []string
	// writes is the operation that it sends, at most once.
	writes string
	// planned says that it carries out the plan of a dry run.
	planned bool

	template     fstest.MapFS       // the working directory before it
	before, done snapshot           // of the working directory, before and after a run without trouble
	operations   map[[2]string]bool // that such a run calls, with their systems
	systems      map[sandbox.System]bool
}

// columns are all commands that go upstream.
func columns() []*column {
	upgrade := func(t *testing.T, g *stage) {
		g.write(t, "kits.yaml", manifestBefore)
		g.must(t, "sync", "--target", "t")
		g.write(t, "kits.yaml", manifestAfter)
	}
	locked := func(t *testing.T, g *stage) {
		upgrade(t, g)
		g.must(t, "lock")
	}
	mirrored := func(t *testing.T, g *stage) {
		g.write(t, "kits.yaml", manifestBefore)
		g.must(t, "lock")
		g.must(t, "mirror", "m")
		g.write(t, "kits.yaml", manifestAfter)
		g.must(t, "lock")
	}
	promote := []string{"app", "promote", sandbox.Payroll, "--to", sandbox.Test, "--redirect-uri", "https://pay.example.com/cb"}
	revert := []string{"app", "revert", sandbox.Payroll, "--to", "previous"}
	with := func(args []string, more ...string) []string { return slices.Concat(args, more) }
	return []*column{
		{name: "integrations", kind: "catalog", args: []string{"integrations"}},
		{name: "versions", kind: "catalog", args: []string{"versions", "PingID Integration Kit"}},
		{name: "outdated", kind: "catalog", args: []string{"outdated"}, prepare: locked},

		{name: "pull", kind: "kits", args: []string{"pull", "PingID Integration Kit@2.24.0", "--dir", "new/kits"}, units: []string{"new"}},
		{name: "lock", kind: "kits", args: []string{"lock"}, prepare: upgrade, units: []string{"kits.lock.json"}},
		{name: "sync", kind: "kits", args: []string{"sync", "--target", "t"}, prepare: upgrade, units: []string{"kits.lock.json", "t"}},
		{name: "sync --locked", kind: "kits", args: []string{"sync", "--target", "t", "--locked"}, prepare: locked, units: []string{"t"}},
		{name: "mirror", kind: "kits", args: []string{"mirror", "m"}, prepare: mirrored, units: []string{"m/kits.lock.json"}, stores: []string{"m"}},

		{name: "app list", kind: "applications", args: []string{"app", "list"}},
		{name: "app get", kind: "applications", args: []string{"app", "get", sandbox.Payroll}},
		{name: "promote --dry-run", kind: "applications", args: with(promote, "--dry-run")},
		{name: "revert --dry-run", kind: "applications", args: with(revert, "--dry-run")},

		{name: "promote --yes", kind: "writes", args: with(promote, "--yes"), writes: "promoteApplication"},
		{name: "promote --plan", kind: "writes", args: with(promote, "--plan"), writes: "promoteApplication", planned: true},
		{name: "revert --yes", kind: "writes", args: with(revert, "--yes"), writes: "revertApplication"},
		{name: "revert --plan", kind: "writes", args: with(revert, "--plan"), writes: "revertApplication", planned: true},
	}
}

// rehearsals are kept: they are the same for every test.
var rehearsals = struct {
	sync.Mutex
	columns []*column
}{}

// rehearsed returns the commands of these kinds, or all of them, when each was
// rehearsed.
func rehearsed(t *testing.T, kinds ...string) []*column {
	t.Helper()
	rehearsals.Lock()
	defer rehearsals.Unlock()
	if rehearsals.columns == nil {
		all := columns()
		for _, c := range all {
			c.rehearse(t)
		}
		if t.Failed() {
			t.FailNow()
		}
		rehearsals.columns = all
	}
	return slices.DeleteFunc(slices.Clone(rehearsals.columns), func(c *column) bool {
		return len(kinds) > 0 && !slices.Contains(kinds, c.kind)
	})
}

// rehearse prepares the command once and runs it without trouble, to know what
// it calls and what it leaves.
func (c *column) rehearse(t *testing.T) {
	t.Helper()
	g := startStage(t, sandbox.Options{})
	if c.prepare != nil {
		c.prepare(t, g)
	}
	c.template = fstest.MapFS{}
	g.check(t, fs.WalkDir(os.DirFS(g.work), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(g.work, path))
		c.template[path] = &fstest.MapFile{Data: data, Mode: 0o644}
		return err
	}))
	c.before = snapshotOf(t, g.work)
	g.check(t, os.RemoveAll(g.path("cache"))) // as in the cells
	args := c.commandLine(t, g)
	seen := len(g.Requests())
	g.must(t, args...)
	c.operations, c.systems = map[[2]string]bool{}, map[sandbox.System]bool{}
	for _, r := range g.Requests()[seen:] {
		c.operations[[2]string{string(r.System), r.Operation}] = true
		c.systems[r.System] = true
	}
	if len(c.operations) == 0 {
		t.Errorf("%s: nothing goes upstream", c.name)
	}
	// A redirect by way of PingOne itself is a form of the asset's answer.
	if c.operations[[2]string{string(sandbox.PingOneAPI), "getIntegrationVersionAsset"}] {
		c.operations[[2]string{string(sandbox.PingOneAPI), "bounce"}] = true
	}
	c.done = snapshotOf(t, g.work)
}

// arrive makes the command's working directory.
func (c *column) arrive(t *testing.T, g *stage) {
	t.Helper()
	g.check(t, os.CopyFS(g.work, c.template))
}

// commandLine is what the command is run with, the plan of a dry run included.
func (c *column) commandLine(t *testing.T, g *stage) []string {
	t.Helper()
	args := append(slices.Clone(c.args), "--output", "json")
	if !c.planned {
		return args
	}
	at := slices.Index(args, "--plan")
	var rehearsed writeResult
	dry := slices.Clone(args)
	dry[at] = "--dry-run"
	if err := json.Unmarshal([]byte(g.must(t, dry...).stdout), &rehearsed); err != nil || rehearsed.Plan == "" {
		t.Fatalf("the dry run gave no plan: %v", err)
	}
	return slices.Insert(args, at+1, rehearsed.Plan)
}

// concerns reports whether the trouble befalls something that the command calls.
func (c *column) concerns(trouble chaos.FaultScenario) bool {
	switch {
	case trouble.Operation != "":
		return c.operations[[2]string{string(trouble.System), trouble.Operation}]
	case trouble.System != "":
		return c.systems[trouble.System]
	}
	return true
}
