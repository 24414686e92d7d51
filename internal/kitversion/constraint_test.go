package kitversion

import (
	"errors"
	"strings"
	"testing"
)

func TestConstraintAllows(t *testing.T) {
	tests := []struct {
		constraint string
		allowed    []string
		refused    []string
	}{
		{"latest", []string{"1", "52.137", "odd", "2.0.Final", "2.0+7"}, []string{"2.25-beta", "2.25rc1"}},
		{"Latest", []string{"1"}, nil},
		{"*", []string{"1"}, []string{"2.0-rc1"}},
		{"3.0-rc1", []string{"3.0-rc1", "3-RC1"}, []string{"3.0", "3.0-rc2"}},
		{">=3.0-rc1", []string{"3.0-rc1", "3.0-rc10", "3.0", "3.1"}, []string{"3.0-beta", "3.1-rc1"}},
		{">=2.24 <3", []string{"2.24"}, []string{"3.0-rc1", "2.25-beta", "3-alpha"}},
		{"!=3.0-rc1", []string{"3.0", "2"}, []string{"3.0-rc1", "3.0-rc2"}},
		{"2.x", []string{"2.25"}, []string{"2.25-beta"}},
		{"~2.24", []string{"2.24.1"}, []string{"2.24.1-rc1"}},
		{"2.24.0", []string{"2.24.0", "2.24", "02.24"}, []string{"2.24.1", "2.2", "2.24.0-rc1"}},
		{"=2.6", []string{"2.6", "2.06"}, []string{"2.60"}},
		{"== 2.6", []string{"2.6"}, []string{"2.7"}},
		{">=2.24 <3", []string{"2.24", "2.24.0", "2.99.1"}, []string{"2.23.9", "3", "3.0", "3.0.1"}},
		{">=2.24, <3", []string{"2.24"}, []string{"3"}},
		{">= 2.24 < 3", []string{"2.24"}, []string{"3"}},
		{">2.9", []string{"2.10"}, []string{"2.9", "2.9.0"}},
		{"<=2.9", []string{"2.9.0", "1"}, []string{"2.9.1"}},
		{"!=2.15.0 2.x", []string{"2.24.0", "2"}, []string{"2.15", "3"}},
		{"2.x", []string{"2", "2.0", "2.99.1"}, []string{"1.9", "3", "20.1"}},
		{"2.24.*", []string{"2.24", "2.24.7"}, []string{"2.240", "2.2"}},
		{"~2.24", []string{"2.24", "2.24.9"}, []string{"2.23", "2.25"}},
		{"~2.24.1", []string{"2.24.1", "2.24.9"}, []string{"2.24.0", "2.25"}},
		{"~1.1.1.2", []string{"1.1.1.2", "1.1.9"}, []string{"1.1.1.1", "1.2"}},
		{"~2", []string{"2.0", "2.99"}, []string{"1.9", "3"}},
		{"~2.24.x", []string{"2.24.0"}, []string{"2.25"}},
		{"v2.24", []string{"2.24"}, []string{"2.25"}},
		{">3 <2", nil, []string{"1", "2.5", "4"}},
	}
	for _, test := range tests {
		c, err := ParseConstraint(test.constraint)
		if err != nil {
			t.Errorf("ParseConstraint(%q): %v", test.constraint, err)
			continue
		}
		for _, number := range test.allowed {
			if !c.Allows(number) {
				t.Errorf("%q refuses %q", test.constraint, number)
			}
		}
		for _, number := range test.refused {
			if c.Allows(number) {
				t.Errorf("%q allows %q", test.constraint, number)
			}
		}
	}
}

func TestParseConstraintRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", ",", ">=", "2.24 >", "beta", ">=beta", "x", ">=2.x", "<*", "^2.24", "1 || 2", "2.24 - 3", "~2.0-rc1",
		"2..4", "2.", ">=2>3", "latest 2.0", strings.Repeat("1", 201), strings.Repeat("1 ", 17),
	} {
		_, err := ParseConstraint(text)
		var refused *ConstraintError
		if !errors.As(err, &refused) {
			t.Errorf("ParseConstraint(%q) = %v, want a ConstraintError", text, err)
		}
	}
}

func TestConstraintForms(t *testing.T) {
	tests := []struct {
		text, canonical, exact string
		any                    bool
	}{
		{"LATEST", "latest", "", true},
		{"==2.24", "2.24", "2.24", false},
		{">=2.24,<3", ">=2.24 <3", "", false},
		{"2.X", "2.x", "", false},
		{"~ 2.24", "~2.24", "", false},
	}
	for _, test := range tests {
		c, err := ParseConstraint(test.text)
		if err != nil {
			t.Errorf("ParseConstraint(%q): %v", test.text, err)
			continue
		}
		exact, _ := c.Exact()
		if c.String() != test.canonical || exact != test.exact || c.Any() != test.any {
			t.Errorf("%q is %q, exact %q, any %v", test.text, c, exact, c.Any())
		}
	}
}

func FuzzParseConstraint(f *testing.F) {
	for _, text := range []string{"latest", "2.24.0", ">=2.24 <3", "2.x", "~2.24", "!= 1, >2", "2.24.*", "v1", "1-rc1", "=", "~x"} {
		f.Add(text, "2.24.0")
	}
	f.Fuzz(func(t *testing.T, text, number string) {
		c, err := ParseConstraint(text)
		if err != nil {
			return
		}
		again, err := ParseConstraint(c.String())
		if err != nil {
			t.Fatalf("%q has the canonical form %q, which is refused: %v", text, c, err)
		}
		if again.String() != c.String() {
			t.Errorf("%q has the canonical form %q, and that %q", text, c, again)
		}
		if c.Allows(number) != again.Allows(number) {
			t.Errorf("%q and its canonical form %q differ on %q", text, c, number)
		}
		if exact, ok := c.Exact(); ok && !c.Allows(exact) {
			t.Errorf("%q names %q and refuses it", text, exact)
		}
	})
}
