package download

import (
	"math/rand/v2"
	"testing"
)

// TestOrdinaryKitsHaveFilesOfTheirOwn: among names without hyphens, and numbers,
// of which all fits, no two kits share a file. (In general they may; the digest
// tells them apart.)
func TestOrdinaryKitsHaveFilesOfTheirOwn(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	type kit struct{ name, number string }
	owners := map[string]kit{}
	for range 20_000 {
		k := kit{name: pick("PingID", "Zürich", "東京", "a_b", "x.y", "Kit (old)", "con", "C+", "a\u0301")}
		for range r.IntN(4) {
			k.name += " " + pick("Integration", "Kit", "2", "MFA", "v1.0", "nul", "Ü")
		}
		k.number = pick("1", "2.06", "52.137", "10", "1.1.1.2")
		for range r.IntN(3) {
			k.number += "." + pick("0", "1", "06")
		}
		file := FileName(k.name, k.number)
		if owner, taken := owners[file]; taken && owner != k {
			t.Fatalf("seed %d: %+v and %+v are both %q", seed, owner, k, file)
		}
		owners[file] = k
		if !IsFileName(file) || file != FileName(k.name, k.number) {
			t.Fatalf("seed %d: %q is no safe name", seed, file)
		}
	}
}
