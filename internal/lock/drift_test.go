package lock_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pingkit/internal/lock"
)

// manifestOf is what sampleLock was made from.
func manifestOf(edit func(m *lock.Manifest)) *lock.Manifest {
	l := sampleLock()
	m := &lock.Manifest{Target: l.Target, Kits: []lock.Entry{
		{Name: "pingid integration KIT", Version: "latest"},
		{Name: "slack", Version: ">=3, <4", Exclude: l.Kits[1].Exclude, Files: l.Kits[1].Rules, Keep: l.Kits[1].Keep},
	}}
	edit(m)
	return m
}

func TestDiff(t *testing.T) {
	for name, test := range map[string]struct {
		edit func(m *lock.Manifest)
		want []string // a part of each difference
	}{
		"none":             {func(m *lock.Manifest) {}, nil},
		"by id":            {func(m *lock.Manifest) { m.Kits[0] = lock.Entry{ID: "id-of-PingID Integration Kit", Version: "latest"} }, nil},
		"range spelt anew": {func(m *lock.Manifest) { m.Kits[1].Version = ">= 3 < 4" }, nil},
		"target":           {func(m *lock.Manifest) { m.Target.Version = "13.1" }, []string{"target: the manifest says pingfederate 13.1 server-profile, the lock pingfederate 13.0.3"}},
		"layout":           {func(m *lock.Manifest) { m.Target.Layout = "flat" }, []string{"target"}},
		"new kit":          {func(m *lock.Manifest) { m.Kits = append(m.Kits, lock.Entry{Name: "New", Version: "1"}) }, []string{"New: not in the lock"}},
		"kit gone":         {func(m *lock.Manifest) { m.Kits = m.Kits[:1] }, []string{"Slack Connector: in the lock, but not in the manifest"}},
		"other kit":        {func(m *lock.Manifest) { m.Kits[0].Name = "X" }, []string{"PingID Integration Kit: in the lock", "X: not in the lock"}},
		"version excluded": {func(m *lock.Manifest) { m.Kits[1].Version = ">=4" }, []string{"3.0.2 is locked, and the manifest asks for >=4"}},
		"constraint":       {func(m *lock.Manifest) { m.Kits[1].Version = "3.0.2" }, []string{"the constraint was >=3 <4 and is 3.0.2"}},
		"exclude":          {func(m *lock.Manifest) { m.Kits[1].Exclude = nil }, []string{"exclude or files have changed"}},
		"rules":            {func(m *lock.Manifest) { m.Kits[1].Files = nil }, []string{"exclude or files have changed"}},
		"keep":             {func(m *lock.Manifest) { m.Kits[1].Keep = nil }, []string{"keep has changed"}},
		"one kit twice": {func(m *lock.Manifest) {
			m.Kits = append(m.Kits, lock.Entry{Name: "Slack Connector", Version: "latest"})
		}, []string{"lists Slack Connector more than once", "constraint"}},
		"control characters": {func(m *lock.Manifest) { m.Kits = append(m.Kits, lock.Entry{Name: "a\x1b[31m", Version: "1"}) }, []string{"not in the lock"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, l := manifestOf(test.edit), sampleLock()
			got := lock.Diff(m, l)
			if len(got) != len(test.want) {
				t.Fatalf("differences are %q; want %q", got, test.want)
			}
			for _, want := range test.want {
				if text := strings.Join(got, "\n"); !strings.Contains(text, want) || strings.Contains(text, "\x1b") {
					t.Errorf("differences are %q; want %q", got, want)
				}
			}
			var drift *lock.DriftError
			if err := lock.Check(m, l); errors.As(err, &drift) != (len(test.want) > 0) {
				t.Errorf("Check gives %v", err)
			}
		})
	}
	var drift *lock.DriftError
	if err := lock.Check(manifestOf(func(*lock.Manifest) {}), nil); !errors.As(err, &drift) || !strings.Contains(err.Error(), "pingkit lock") {
		t.Errorf("without a lock: %v", err)
	}
}

func TestCompare(t *testing.T) {
	old := &lock.Lock{Kits: []lock.Kit{sample("a", "1"), sample("B", "1"), sample("c", "1")}}
	updated := &lock.Lock{Kits: []lock.Kit{sample("c", "1"), sample("B", "2"), sample("d", "4")}}
	want := []lock.Change{{Kit: "a", From: "1"}, {Kit: "B", From: "1", To: "2"}, {Kit: "d", To: "4"}}
	if got := lock.Compare(old, updated); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v; want %+v", got, want)
	}
	if got := lock.Compare(nil, old); len(got) != 3 || got[0] != (lock.Change{Kit: "a", To: "1"}) {
		t.Errorf("from nothing: %+v", got)
	}
	if got := lock.Compare(old, old); got == nil || len(got) != 0 {
		t.Errorf("from itself: %#v", got)
	}
}
