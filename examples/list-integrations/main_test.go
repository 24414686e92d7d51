package main

import (
	"bytes"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func TestListsAllPages(t *testing.T) {
	s := sandboxtest.New(t, sandbox.Options{})
	for _, v := range s.Variables("") {
		t.Setenv(v.Name, v.Value)
	}

	var out bytes.Buffer
	if err := run(t.Context(), []string{sandbox.CatalogEnvironmentID}, &out); err != nil {
		t.Fatal(err)
	}
	// The catalog has at least 40 integrations on pages of 15.
	if n := strings.Count(out.String(), "\n"); n < 40 {
		t.Errorf("%d lines:\n%s", n, &out)
	}
	if want := `"PingID Integration Kit"` + "\t2.24.0\t"; !strings.Contains(out.String(), want) {
		t.Errorf("%q is not in\n%s", want, &out)
	}
	s.Inject(sandbox.Fault{Operation: "listIntegrations", Skip: 1, Status: 403})
	if err := run(t.Context(), []string{sandbox.CatalogEnvironmentID}, &out); err == nil {
		t.Error("a page that is refused is not told")
	}
	s.Reset()
	if err := run(t.Context(), []string{"another"}, &out); err == nil {
		t.Error("an environment that does not exist is listed")
	}
	if err := run(t.Context(), nil, &out); err == nil || !strings.Contains(err.Error(), "usage") {
		t.Errorf("without arguments: %v", err)
	}
}
