// Package sandboxtest starts sandboxes for tests. Only tests import it.
package sandboxtest

import (
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// New starts a sandbox, and closes it when the test has ended and what it
// registered later is cleaned up.
func New(t testing.TB, o sandbox.Options) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing the sandbox: %v", err)
		}
	})
	return s
}
