package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func TestPromotesOnce(t *testing.T) {
	const uri = "https://payroll.example.com/callback"
	for name, test := range map[string]struct {
		args      []string
		fault     sandbox.Fault
		promotes  int
		sends     int
		want, not string // in the output or the error
	}{
		"whole names":            {args: []string{sandbox.Payroll, sandbox.Test, uri}, promotes: 1, sends: 1, want: `promoted "Payroll" to "Test"`},
		"an ID":                  {args: []string{sandbox.PayrollID, sandbox.Test, uri}, promotes: 1, sends: 1, want: "promoted"},
		"a part of a name":       {args: []string{sandbox.Payroll, "produ", uri}, want: "write the names out"},
		"no redirect URI":        {args: []string{sandbox.Payroll, sandbox.Test}, sends: 1, want: "422"},
		"no such application":    {args: []string{"Nothing", sandbox.Test, uri}, want: "there is no application"},
		"without an environment": {args: []string{sandbox.Payroll}, want: "usage"},
		"an answer that is lost": {
			args: []string{sandbox.Payroll, sandbox.Test, uri}, fault: sandbox.Fault{Operation: "promoteApplication", AfterEffect: true, Status: 503, Times: 1},
			promotes: 1, sends: 1, want: "may have happened", not: "promoted \"Payroll\"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sandboxtest.New(t, sandbox.Options{})
			setenv(t, s)
			if test.fault.Operation != "" {
				s.Inject(test.fault)
			}
			before := len(s.Promotions(sandbox.Payroll))
			var out bytes.Buffer
			err := run(t.Context(), test.args, &out)
			text := out.String()
			if err != nil {
				text += err.Error()
			}
			if !strings.Contains(text, test.want) || test.not != "" && strings.Contains(text, test.not) {
				t.Errorf("got %q, want %q", text, test.want)
			}
			if made := len(s.Promotions(sandbox.Payroll)) - before; made != test.promotes {
				t.Errorf("%d promotions, want %d", made, test.promotes)
			}
			if sent := len(s.RequestsOf("promoteApplication")); sent != test.sends {
				t.Errorf("%d requests, want %d", sent, test.sends)
			}
		})
	}
}

// setenv points the variables at a sandbox.
func setenv(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range s.Variables(ca) {
		t.Setenv(v.Name, v.Value)
	}
}
