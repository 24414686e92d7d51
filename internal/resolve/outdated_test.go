package resolve_test

import (
	"testing"
	"time"

	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

func TestOutdated(t *testing.T) {
	b := newBench(t, t.TempDir())
	add := func(name, number, endOfLife, lowest, highest string) {
		b.sandbox.Publish(sandbox.Publication{Integration: name, Number: number, EndOfLifeOn: endOfLife, MinVersion: lowest, MaxVersion: highest,
			Kit: kits.Build(kits.Contents{Base: "pf-" + name, Version: number, Layout: kits.LayoutDistJars, Jars: []string{"pf-" + name + " " + number}})})
	}
	add("newer", "1.9", "", "", "")
	add("current", "1.0", "2026-01-01", "12.0", "13.0")
	add("ending", "1.0", "2025-06-30", "", "")
	add("misfit", "1.0", "", "11.0", "12.3")
	m := manifest(t, `
- {name: newer, version: "1.x"}
- {name: current, version: latest}
- {name: ending, version: latest}
- {name: misfit, version: latest}
`)
	l := b.resolve(m, nil, resolve.Options{})
	add("newer", "1.10", "", "", "")
	add("newer", "2.0", "", "", "")
	b.sandbox.Publish(sandbox.Publication{Integration: "newer", Number: "3.0"}) // of type SAML: no kit
	gone := lockfile.Kit{Name: "gone", IntegrationID: b.sandbox.IntegrationID("current"), Constraint: "latest", Version: "0.5", VersionID: "withdrawn"}
	l.Kits = append(l.Kits, gone)

	rows, err := b.resolver.Outdated(t.Context(), nil, l, time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	want := []resolve.Outdated{
		{Kit: "newer", Locked: "1.9", Allowed: "1.10", Latest: "2.0", WorksWith: "PINGFEDERATE"},
		{Kit: "current", Locked: "1.0", Allowed: "1.0", Latest: "1.0", EndOfLifeOn: "2026-01-01", WorksWith: "PINGFEDERATE 12.0 to 13.0"},
		{Kit: "ending", Locked: "1.0", Allowed: "1.0", Latest: "1.0", EndOfLifeOn: "2025-06-30", EndOfLife: true, WorksWith: "PINGFEDERATE"},
		{Kit: "misfit", Locked: "1.0", Allowed: "1.0", Latest: "1.0", WorksWith: "PINGFEDERATE 11.0 to 12.3", OutOfRange: true},
		{Kit: "gone", Locked: "0.5", Allowed: "1.0", Latest: "1.0", Withdrawn: true},
	}
	for i, row := range rows {
		if row != want[i] {
			t.Errorf("got  %+v\nwant %+v", row, want[i])
		}
		if row.Current() != (row.Kit == "current") {
			t.Errorf("%s: current is %v", row.Kit, row.Current())
		}
	}
}

// The manifest counts where it was edited since the lock was made.
func TestOutdatedFollowsTheManifest(t *testing.T) {
	b := newBench(t, t.TempDir())
	for _, number := range []string{"1.0", "2.0"} {
		b.sandbox.Publish(sandbox.Publication{Integration: "acme", Number: number, MinVersion: "13.0", MaxVersion: "13.0",
			Kit: kits.Build(kits.Contents{Base: "pf-acme", Version: number, Layout: kits.LayoutDistJars, Jars: []string{"pf-acme " + number}})})
	}
	m := manifest(t, `
- {name: acme, version: "1.x"}
`)
	l := b.resolve(m, nil, resolve.Options{})
	m.Kits[0].Version, m.Target.Version = "2.x", "14.0"
	rows, err := b.resolver.Outdated(t.Context(), m, l, time.Now())
	if err != nil || len(rows) != 1 || rows[0].Allowed != "2.0" || !rows[0].OutOfRange {
		t.Errorf("%+v, %v", rows, err)
	}
}
