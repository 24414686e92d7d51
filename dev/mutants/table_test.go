package main

import "testing"

// TestTableIsUpToDate finds a table that no longer fits the code without trying
// the mutants, which takes minutes.
func TestTableIsUpToDate(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sections() {
		for _, m := range s.mutants {
			if err := m.check(); err != nil {
				t.Errorf("%s: %s: %v", s.rule, m.what, err)
			}
			if _, err := m.mutated("../.."); err != nil {
				t.Errorf("%s: %s: %v", s.rule, m.what, err)
			}
			if seen[s.rule+m.what] {
				t.Errorf("%s: %s stands there twice", s.rule, m.what)
			}
			seen[s.rule+m.what] = true
		}
	}
}
