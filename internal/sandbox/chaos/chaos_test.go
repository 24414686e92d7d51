package chaos

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func TestScenariosHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, scenario := range Scenarios() {
		if scenario.Name == "" || seen[scenario.Name] {
			t.Errorf("the name %q is empty or taken", scenario.Name)
		}
		seen[scenario.Name] = true
		if scenario.Options == nil && scenario.Begin == nil {
			t.Errorf("%s: nothing is troubled", scenario.Name)
		}
	}
}

// TestScenariosBefallEveryOperation looks for each operation with each kind of
// fault that fits it, once and for good.
func TestScenariosBefallEveryOperation(t *testing.T) {
	found := map[operation]int{}
	for _, scenario := range Scenarios() {
		found[operation{scenario.System, scenario.Operation}]++
	}
	all := operations()
	for _, o := range all {
		if found[o] < 2*len(faultStatuses) {
			t.Errorf("%s has %d scenarios", o, found[o])
		}
	}
}

// TestScenariosOrderEveryFault sets each field of Fault at least once, and finds
// what was ordered in the sandbox.
func TestScenariosOrderEveryFault(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	ordered := map[string]bool{}
	for _, scenario := range Scenarios() {
		if scenario.Operation == "" {
			continue
		}
		s.Calm()
		scenario.Begin(s)
		if len(s.Faults()) == 0 {
			t.Errorf("%s orders no fault", scenario.Name)
		}
		for _, f := range s.Faults() {
			fields := reflect.ValueOf(f)
			for n := range fields.NumField() {
				if !fields.Field(n).IsZero() {
					ordered[fields.Type().Field(n).Name] = true
				}
			}
			if once := f.Times == 1; once == scenario.Lasting && f.Before == nil && f.After == nil && reflect.ValueOf(s.Forms()).IsZero() {
				t.Errorf("%s: lasting %v, and ordered %d times", scenario.Name, scenario.Lasting, f.Times)
			}
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[sandbox.Fault]()) {
		if !ordered[field.Name] {
			t.Errorf("no scenario sets Fault.%s", field.Name)
		}
	}
}

// TestScenariosTakeEveryForm finds each field of Forms in the table, and each
// constant of the types of its fields among the values.
func TestScenariosTakeEveryForm(t *testing.T) {
	var fields []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[sandbox.Forms]()) {
		fields = append(fields, field.Name)
	}
	var listed []string
	for _, row := range formTable {
		listed = append(listed, row.field)
		kind := reflect.ValueOf(sandbox.Forms{}).FieldByName(row.field)
		if !kind.IsValid() {
			continue
		}
		if (kind.Kind() == reflect.Bool) != (row.values == nil) {
			t.Errorf("%s: values %v of a %s", row.field, row.values, kind.Kind())
		}
		for _, want := range constantsOf(t, kind.Type().Name()) {
			if !slices.ContainsFunc(row.values, func(v any) bool { return fmt.Sprint(v) == want }) && want != "" {
				t.Errorf("%s: the value %q is missing", row.field, want)
			}
		}
	}
	if !slices.Equal(fields, listed) {
		t.Errorf("the table has the fields\n%v, want\n%v", listed, fields)
	}
	changed := map[string]bool{}
	s := sandboxtest.New(t, sandbox.Options{})
	for _, scenario := range formScenarios() {
		s.Calm()
		scenario.Begin(s)
		forms := reflect.ValueOf(s.Forms())
		for _, name := range fields {
			changed[name] = changed[name] || !forms.FieldByName(name).IsZero()
		}
	}
	for _, name := range fields {
		if !changed[name] {
			t.Errorf("no scenario sets Forms.%s", name)
		}
	}
}

// constantsOf are the values of the constants of a type in forms.go.
func constantsOf(t *testing.T, typeName string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../forms.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != typeName {
			return true
		}
		for _, v := range spec.Values {
			text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, text)
		}
		return true
	})
	return values
}

// TestScenariosOfOptions starts with each of the options, and finds each option
// among them, but for those that a scenario has another way to.
func TestScenariosOfOptions(t *testing.T) {
	set := map[string]bool{
		"Addr": true, // where the systems are is no scenario
		"Now":  true, // MoveClock
		// LockAccount
		"LoginAttempts": true, "LockTime": true,
	}
	for _, scenario := range Scenarios() {
		if scenario.Options == nil {
			continue
		}
		var opts sandbox.Options
		scenario.Options(&opts)
		for _, field := range reflect.VisibleFields(reflect.TypeFor[sandbox.Options]()) {
			if field.Name != "Now" && !reflect.ValueOf(opts).FieldByName(field.Name).IsZero() {
				set[field.Name] = true
			}
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[sandbox.Options]()) {
		if !set[field.Name] {
			t.Errorf("no scenario sets Options.%s", field.Name)
		}
	}
}
