package lockfile_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

// manifestOf is what sampleLock was made from.
func manifestOf(edit func(m *lockfile.Manifest)) *lockfile.Manifest {
	l := sampleLock()
	m := &lockfile.Manifest{Target: l.Target, Kits: []lockfile.Entry{
		{Name: "pingid integration KIT", Version: "latest"},
		{Name: "slack", Version: ">=3, <4", Exclude: l.Kits[1].Exclude, Files: l.Kits[1].Rules, Keep: l.Kits[1].Keep},
	}}
	edit(m)
	return m
}

func TestDiff(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(m *lockfile.Manifest)
		want []string // a part of each difference
	}{
		"none": {func(m *lockfile.Manifest) {}, nil},
		"by id": {func(m *lockfile.Manifest) {
			m.Kits[0] = lockfile.Entry{ID: "id-of-PingID Integration Kit", Version: "latest"}
		}, nil},
		"range spelt anew": {func(m *lockfile.Manifest) { m.Kits[1].Version = ">= 3 < 4" }, nil},
		"target":           {func(m *lockfile.Manifest) { m.Target.Version = "13.1" }, []string{"target: the manifest says pingfederate 13.1 server-profile, the lock pingfederate 13.0.3"}},
		"layout":           {func(m *lockfile.Manifest) { m.Target.Layout = "flat" }, []string{"target"}},
		"new kit":          {func(m *lockfile.Manifest) { m.Kits = append(m.Kits, lockfile.Entry{Name: "New", Version: "1"}) }, []string{"New: not in the lock"}},
		"kit gone":         {func(m *lockfile.Manifest) { m.Kits = m.Kits[:1] }, []string{"Slack Connector: in the lock, but not in the manifest"}},
		"other kit":        {func(m *lockfile.Manifest) { m.Kits[0].Name = "X" }, []string{"PingID Integration Kit: in the lock", "X: not in the lock"}},
		"version excluded": {func(m *lockfile.Manifest) { m.Kits[1].Version = ">=4" }, []string{"3.0.2 is locked, and the manifest asks for >=4"}},
		"constraint":       {func(m *lockfile.Manifest) { m.Kits[1].Version = "3.0.2" }, []string{"the constraint was >=3 <4 and is 3.0.2"}},
		"exclude":          {func(m *lockfile.Manifest) { m.Kits[1].Exclude = nil }, []string{"exclude or files have changed"}},
		"rules":            {func(m *lockfile.Manifest) { m.Kits[1].Files = nil }, []string{"exclude or files have changed"}},
		"keep":             {func(m *lockfile.Manifest) { m.Kits[1].Keep = nil }, []string{"keep has changed"}},
		"one kit twice": {func(m *lockfile.Manifest) {
			m.Kits = append(m.Kits, lockfile.Entry{Name: "Slack Connector", Version: "latest"})
		}, []string{"lists Slack Connector more than once", "constraint"}},
		"control characters": {func(m *lockfile.Manifest) { m.Kits = append(m.Kits, lockfile.Entry{Name: "a\x1b[31m", Version: "1"}) }, []string{"not in the lock"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, l := manifestOf(test.edit), sampleLock()
			got := lockfile.Diff(m, l)
			if len(got) != len(test.want) {
				t.Fatalf("differences are %q; want %q", got, test.want)
			}
			for _, want := range test.want {
				if text := strings.Join(got, "\n"); !strings.Contains(text, want) || strings.Contains(text, "\x1b") {
					t.Errorf("differences are %q; want %q", got, want)
				}
			}
			var drift *lockfile.DriftError
			if err := lockfile.Check(m, l); errors.As(err, &drift) != (len(test.want) > 0) {
				t.Errorf("Check gives %v", err)
			}
		})
	}
	var drift *lockfile.DriftError
	if err := lockfile.Check(manifestOf(func(*lockfile.Manifest) {}), nil); !errors.As(err, &drift) || !strings.Contains(err.Error(), "pingkit lock") {
		t.Errorf("without a lock: %v", err)
	}
}

func TestCompare(t *testing.T) {
	old := &lockfile.Lock{Kits: []lockfile.Kit{sample("a", "1"), sample("B", "1"), sample("c", "1")}}
	updated := &lockfile.Lock{Kits: []lockfile.Kit{sample("c", "1"), sample("B", "2"), sample("d", "4")}}
	want := []lockfile.Change{{Kit: "a", From: "1"}, {Kit: "B", From: "1", To: "2"}, {Kit: "d", To: "4"}}
	if got := lockfile.Compare(old, updated); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v; want %+v", got, want)
	}
	if got := lockfile.Compare(nil, old); len(got) != 3 || got[0] != (lockfile.Change{Kit: "a", To: "1"}) {
		t.Errorf("from nothing: %+v", got)
	}
	if got := lockfile.Compare(old, old); got == nil || len(got) != 0 {
		t.Errorf("from itself: %#v", got)
	}
}
