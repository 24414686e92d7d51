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

func TestHistoryIsPrintedInEachForm(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, s.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, v := range s.Variables(ca) {
		t.Setenv(v.Name, v.Value)
	}
	s.Promote(sandbox.Payroll, sandbox.Production)

	for name, forms := range map[string]sandbox.Forms{
		"items":        {},
		"bare list":    {History: sandbox.ListBare},
		"milliseconds": {Times: sandbox.TimeMillis},
	} {
		s.SetForms(forms)
		var out bytes.Buffer
		if err := run(t.Context(), []string{sandbox.PayrollID}, &out); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows := s.Promotions(sandbox.Payroll)
		if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != len(rows) {
			t.Errorf("%s: %d lines for %d promotions:\n%s", name, len(lines), len(rows), &out)
		}
		for _, row := range rows {
			if !strings.Contains(out.String(), `"`+*row.ID+`"`) {
				t.Errorf("%s: promotion %s is missing in\n%s", name, *row.ID, &out)
			}
		}
	}
	if err := run(t.Context(), []string{"another"}, &bytes.Buffer{}); err == nil {
		t.Error("an application that does not exist has a history")
	}
}
