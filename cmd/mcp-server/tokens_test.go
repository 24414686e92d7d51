package main

import (
	"context"
	"os"
	"testing"
	"time"

	"pingkit/internal/tokens"
)

// TestTokensOfTheDemo holds the demo's conversation and counts it.
func TestTokensOfTheDemo(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	rows, err := tokens.Measure(ctx, executable)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range rows {
		t.Logf("%6d tokens %6d bytes  %s", r.Tokens, r.Bytes, r.What)
		if r.Tokens == 0 || r.Bytes <= r.Tokens || seen[r.What] {
			t.Errorf("%+v is no figure, or is there twice", r)
		}
		seen[r.What] = true
	}
	if last := rows[len(rows)-1]; last.What != tokens.Conversation || last.Tokens > 6000 {
		t.Errorf("the last row is %+v", last)
	}
}
