package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTableThatNobodyTakes writes to a file that is closed: a soak whose figures
// nobody sees is not a good one.
func TestTableThatNobodyTakes(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "table"))
	if err == nil {
		err = out.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	s := &soak{book: newBook(), weather: &weather{}}
	if err := s.show(out); !errors.Is(err, os.ErrClosed) {
		t.Errorf("showing gives %v", err)
	}
	s.samples = course(func(float64) float64 { return 60 })
	if grown := s.grew(out); !slices.ContainsFunc(grown, func(what string) bool { return strings.Contains(what, os.ErrClosed.Error()) }) {
		t.Errorf("the comparison gives %q", grown)
	}
}
