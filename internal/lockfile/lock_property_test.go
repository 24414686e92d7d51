package lockfile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"example.com/pingkit/internal/lockfile"
)

// locks makes any lock that can be written.
type locks struct{ *rand.Rand }

func (r locks) pick(from ...string) string { return from[r.IntN(len(from))] }

func (r locks) digest() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d", r.Uint64()))
	return sum[:]
}

func (r locks) kit(i int) lockfile.Kit {
	constraint := r.pick("latest", "2.24.0", ">=2.24 <3", "2.x", "~2.24", "!=1 >2")
	k := lockfile.Kit{
		Name: fmt.Sprintf("%s %d", r.pick("Kit", "kit", "Größe & <Kit>", "日本", "a\"b"), r.IntN(5)), IntegrationID: fmt.Sprint("i", i),
		Constraint: constraint, Version: r.pick("2.24.0", "2.06", "52.137"), VersionID: fmt.Sprint("v", i), Size: 1 + r.Int64N(1<<40),
		SHA256: hex.EncodeToString(r.digest()), Layout: r.pick("A", "B", "C", "D", "E", "F"),
	}
	if r.IntN(2) == 0 {
		k.Request, k.Exclude, k.Keep = "pf-kit", []string{"sample/**", "b"}, []string{"**/*.html"}
		k.Rules = []lockfile.Rule{{From: "dist/*.jar", To: "server/default/deploy/"}}
	}
	k.Files = []lockfile.File{}
	for j := range r.IntN(6) {
		k.Files = append(k.Files, lockfile.File{
			Path: fmt.Sprintf("%s/%d%d.jar", r.pick("deploy", "conf/ä", "Z"), j, i), From: "dist/x.jar", Size: r.Int64N(1 << 30), SHA256: hex.EncodeToString(r.digest()),
		})
	}
	return k
}

// A lock that is written is read as the same, its bytes do not depend on the
// order that it was made in, and writing it again changes nothing.
func TestLockComesBack(t *testing.T) {
	seed := rand.Uint64()
	r := locks{rand.New(rand.NewPCG(seed, 0))}
	path := filepath.Join(t.TempDir(), lockfile.DefaultLock)
	for range 200 {
		l := &lockfile.Lock{Target: lockfile.Target{Product: r.pick("pingfederate", "pingaccess"), Version: r.pick("", "13.0.3"), Layout: r.pick("flat", "instance")}}
		for i := range r.IntN(6) {
			l.Kits = append(l.Kits, r.kit(i))
		}
		data := encode(t, l)
		mixed := &lockfile.Lock{Target: l.Target, Kits: append([]lockfile.Kit{}, l.Kits...)}
		r.Shuffle(len(mixed.Kits), func(i, j int) { mixed.Kits[i], mixed.Kits[j] = mixed.Kits[j], mixed.Kits[i] })
		for _, k := range mixed.Kits {
			r.Shuffle(len(k.Files), func(i, j int) { k.Files[i], k.Files[j] = k.Files[j], k.Files[i] })
		}
		if !bytes.Equal(encode(t, mixed), data) {
			t.Fatalf("seed %d: the order matters:\n%s", seed, data)
		}
		if _, err := lockfile.Save(path, mixed); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		read, err := lockfile.Read(path)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if stands, err := os.ReadFile(path); err != nil || !bytes.Equal(stands, data) || !bytes.Equal(encode(t, read), data) {
			t.Fatalf("seed %d: %v, and what was read is\n%s", seed, err, encode(t, read))
		}
		if again, err := lockfile.Decode(data); err != nil || !reflect.DeepEqual(again, read) {
			t.Fatalf("seed %d: %+v and %+v, %v", seed, again, read, err)
		}
		if changed, err := lockfile.Save(path, l); err != nil || changed {
			t.Fatalf("seed %d: written again: %v, %v", seed, changed, err)
		}
	}
}
