package fsutil

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

func TestWritesPass(t *testing.T) {
	var out bytes.Buffer
	w := NewBoundedWriter(&out, time.Hour)
	for _, line := range []string{"one\n", "two\n"} {
		if n, err := io.WriteString(w, line); n != len(line) || err != nil {
			t.Errorf("%q gives %d, %v", line, n, err)
		}
	}
	if out.String() != "one\ntwo\n" {
		t.Errorf("the output is %q", out.String())
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestErrorsPass(t *testing.T) {
	if n, err := NewBoundedWriter(failing{os.ErrClosed}, time.Hour).Write([]byte("x")); n != 0 || err != os.ErrClosed {
		t.Errorf("a closed output gives %d, %v", n, err)
	}
}

// TestPipeThatIsNotDrained: a write to it ends, and the output works again once
// its reader reads.
func TestPipeThatIsNotDrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader, out := io.Pipe()
		w := NewBoundedWriter(out, time.Second)
		begin := time.Now()
		for range 3 {
			if _, err := io.WriteString(w, "late\n"); !errors.Is(err, ErrStalled) {
				t.Fatalf("a pipe that is not drained gives %v", err)
			}
		}
		if waited := time.Since(begin); waited != time.Second {
			t.Errorf("three writes waited %s", waited)
		}
		got := make([]byte, 5)
		if _, err := io.ReadFull(reader, got); err != nil || string(got) != "late\n" {
			t.Fatalf("the reader gets %q, %v", got, err)
		}
		synctest.Wait()
		go io.ReadFull(reader, got)
		if _, err := io.WriteString(w, "next\n"); err != nil {
			t.Errorf("a drained pipe gives %v", err)
		}
	})
}
