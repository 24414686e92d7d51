package kitversion

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Every number stands before the next one.
var inOrder = []string{
	"beta", "x1", "",
	"0", "0.0", "0.1",
	"1", "1.0", "1.0.1-rc1", "1.0.1-rc2", "1.0.1", "1.1.1.2", "1.2", "1.10",
	"2.0-beta", "2.0-rc", "2.0-rc9", "2.0-rc10", "2.0-rc.1", "2.0-rc.a", "2", "2.0", "2.0.0", "2.0.0.1",
	"2.06", "2.6", "2.006.0", "2.9", "2.10", "2.24.0", "2.24.1",
	"3", "3.0", "52.137", "999999999999999999999", "1000000000000000000000.1",
}

func TestCompareOrdersEveryPair(t *testing.T) {
	for i, a := range inOrder {
		for j, b := range inOrder {
			got := Compare(a, b)
			if want := compareInts(i, j); got != want {
				t.Errorf("Compare(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestSortDoesNotDependOnTheStart(t *testing.T) {
	shuffled := slices.Clone(inOrder)
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		slices.SortFunc(shuffled, Compare)
		if !slices.Equal(shuffled, inOrder) {
			t.Fatalf("sorted to %q", shuffled)
		}
	}
}

func TestSame(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"3", "3.0", true},
		{"2.06", "2.6", true},
		{"v2.6", "2.6", true},
		{"2.6.Final", "2.6", true},
		{"2.6+7", "2.6", true},
		{"2.6-RC1", "2.6.0-rc1", true},
		{" 2.6 ", "2.6", true},
		{"2.60", "2.6", false},
		{"2.6-rc1", "2.6", false},
		{"1.1.1.2", "1.1.1", false},
		{"", "0", false},
	}
	for _, test := range tests {
		if got := Same(test.a, test.b); got != test.want {
			t.Errorf("Same(%q, %q) = %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func FuzzCompareNumbers(f *testing.F) {
	for i := 2; i < len(inOrder); i++ {
		f.Add(inOrder[i-2], inOrder[i-1], inOrder[i])
	}
	f.Add("1..2", "1.", ".1")
	f.Add("v1", "V1", "v")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		ab, ba := Compare(a, b), Compare(b, a)
		if ab != -ba {
			t.Errorf("%q against %q is %d, the other way %d", a, b, ab, ba)
		}
		if (ab == 0) != (a == b) {
			t.Errorf("%q against %q is %d", a, b, ab)
		}
		bc, ac := Compare(b, c), Compare(a, c)
		if ab <= 0 && bc <= 0 && ac > 0 {
			t.Errorf("%q <= %q <= %q, but the first is greater than the last", a, b, c)
		}
		if Same(a, b) && Same(b, c) && !Same(a, c) {
			t.Errorf("%q, %q and %q are not one number", a, b, c)
		}
	})
}

func compareInts(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}
