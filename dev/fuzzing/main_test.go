package main

import (
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	got := parse("FuzzA\nFuzzB\nok  \tpingkit/a\t0.1s\n?   \tpingkit/b\t[no test files]\nok  \tpingkit/c\t(cached)\nFuzzC\nok  \tpingkit/d\t0.1s\n")
	want := []test{{"pingkit/a", "FuzzA"}, {"pingkit/a", "FuzzB"}, {"pingkit/d", "FuzzC"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestTried(t *testing.T) {
	output := []byte("fuzz: elapsed: 3s, execs: 290 (97/sec)\nfuzz: elapsed: 6s, execs: 2335 (681/sec)\n--- FAIL: FuzzA\n    why\n")
	if n := tried(output); n != 2335 {
		t.Errorf("%d were tried", n)
	}
	if why := string(failure(output)); why != "--- FAIL: FuzzA\n    why" {
		t.Errorf("the failure is %q", why)
	}
	if n := tried(nil); n != 0 {
		t.Errorf("%d of nothing", n)
	}
}
