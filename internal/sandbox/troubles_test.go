package sandbox

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestTroublesHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, trouble := range Troubles() {
		if trouble.Name == "" || seen[trouble.Name] {
			t.Errorf("the name %q is empty or taken", trouble.Name)
		}
		seen[trouble.Name] = true
		if trouble.Options == nil && trouble.Begin == nil {
			t.Errorf("%s: nothing is troubled", trouble.Name)
		}
	}
}

// TestTroublesBefallEveryOperation looks for each operation with each kind of
// fault that fits it, once and for good.
func TestTroublesBefallEveryOperation(t *testing.T) {
	found := map[operation]int{}
	for _, trouble := range Troubles() {
		found[operation{trouble.System, trouble.Operation}]++
	}
	all := operations()
	if want := len(pingOneOperations) + len(centralOperations) + 3; len(all) != want {
		t.Errorf("%d operations, want %d", len(all), want)
	}
	for _, o := range all {
		if found[o] < 2*len(faultStatuses) {
			t.Errorf("%s has %d troubles", o, found[o])
		}
	}
}

// TestTroublesOrderEveryFault sets each field of Fault at least once, and finds
// what was ordered in the sandbox.
func TestTroublesOrderEveryFault(t *testing.T) {
	somewhere, err := listen("127.0.0.1:0", true)
	if err != nil {
		t.Fatal(err)
	}
	defer somewhere.close()
	ordered := map[string]bool{}
	for _, trouble := range Troubles() {
		s := &Sandbox{opts: Options{}.withDefaults()}
		if trouble.Operation == "" {
			continue
		}
		s.listeners = somewhere
		trouble.Begin(s)
		if len(s.faults.faults) == 0 {
			t.Errorf("%s orders no fault", trouble.Name)
		}
		for _, f := range s.faults.faults {
			fields := reflect.ValueOf(*f)
			for n := range fields.NumField() {
				if !fields.Field(n).IsZero() {
					ordered[fields.Type().Field(n).Name] = true
				}
			}
			if once := f.Times == 1; once == trouble.Lasting && f.Before == nil && f.After == nil && reflect.ValueOf(s.forms.get()).IsZero() {
				t.Errorf("%s: lasting %v, and ordered %d times", trouble.Name, trouble.Lasting, f.Times)
			}
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Fault]()) {
		if !ordered[field.Name] {
			t.Errorf("no trouble sets Fault.%s", field.Name)
		}
	}
}

// TestTroublesTakeEveryForm finds each field of Forms in the table, and each
// constant of the types of its fields among the values.
func TestTroublesTakeEveryForm(t *testing.T) {
	var fields []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Forms]()) {
		fields = append(fields, field.Name)
	}
	var listed []string
	for _, row := range formTable {
		listed = append(listed, row.field)
		kind := reflect.ValueOf(Forms{}).FieldByName(row.field)
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
	for _, trouble := range formTroubles() {
		s := &Sandbox{opts: Options{}.withDefaults()}
		trouble.Begin(s)
		forms := reflect.ValueOf(s.forms.get())
		for _, name := range fields {
			changed[name] = changed[name] || !forms.FieldByName(name).IsZero()
		}
	}
	for _, name := range fields {
		if !changed[name] {
			t.Errorf("no trouble sets Forms.%s", name)
		}
	}
}

// constantsOf are the values of the constants of a type in forms.go.
func constantsOf(t *testing.T, typeName string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "forms.go", nil, 0)
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

// TestTroublesOfOptions starts with each of the options, and finds each option
// among them, but for those that a trouble has another way to.
func TestTroublesOfOptions(t *testing.T) {
	set := map[string]bool{
		"Addr": true, // where the systems are is no trouble
		"Now":  true, // MoveClock
		// lockAccount
		"LoginAttempts": true, "LockTime": true,
	}
	for _, trouble := range Troubles() {
		if trouble.Options == nil {
			continue
		}
		var opts Options
		trouble.Options(&opts)
		for _, field := range reflect.VisibleFields(reflect.TypeFor[Options]()) {
			if field.Name != "Now" && !reflect.ValueOf(opts).FieldByName(field.Name).IsZero() {
				set[field.Name] = true
			}
		}
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Options]()) {
		if !set[field.Name] {
			t.Errorf("no trouble sets Options.%s", field.Name)
		}
	}
}

func TestMoveClock(t *testing.T) {
	c := newClock()
	s := start(t, Options{Now: c.Now, LinkLifetime: time.Minute})
	p := newPingOne(t, s)
	location := p.asset(PingIDKit, "2.24.0").Header.Get("Location")
	s.MoveClock(2 * time.Minute)
	if r := do(t, p.client, "GET", location, ""); r.StatusCode != 403 {
		t.Errorf("after its time the link answers %d", r.StatusCode)
	}
	s.MoveClock(2 * time.Hour)
	if r := p.get("/environments"); r.StatusCode != 401 {
		t.Errorf("after its time the token is good for %d", r.StatusCode)
	}
	s.MoveClock(-2*time.Hour - 2*time.Minute)
	if r := do(t, p.client, "GET", location, ""); r.StatusCode != 200 {
		t.Errorf("the clock was set back, and the link answers %d", r.StatusCode)
	}
	s.MoveClock(time.Hour)
	s.Reset()
	if !s.now().Equal(c.Now()) {
		t.Errorf("Reset left the clock at %v, want %v", s.now(), c.Now())
	}
}
