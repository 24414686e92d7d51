package kitzip

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestJarNameIsPutTogetherAndTakenApart makes names as build tools do, and takes
// them apart again: the base is the same from version to version.
func TestJarNameIsPutTogetherAndTakenApart(t *testing.T) {
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range 5_000 {
		words := []string{pick("pf", "log4j", "x", "jackson", "PingID", "h2")}
		for range r.IntN(4) {
			words = append(words, pick("adapter", "api", "v2x", "oauth2", "core", "a1b", "Kit"))
		}
		base := strings.Join(words, "-")
		numbers := []string{pick("0", "1", "13", "2024")}
		for range r.IntN(4) {
			numbers = append(numbers, pick("0", "1", "06", "137"))
		}
		version := strings.Join(numbers, ".") + pick("", "", "", ".Final", ".RELEASE", "-SNAPSHOT", "-beta2", "-rc.1", "-jre8", "-20240102.030405-6")
		variant := pick("", "", "-all", "-shaded", "-jar-with-dependencies")
		ext := pick(".jar", ".war", ".JAR")
		if gotBase, gotVersion := SplitJarName(base + "-" + version + variant + ext); gotBase != base+variant || gotVersion != version {
			t.Fatalf("seed %d: %s%s of %s becomes %q and %q", seed, version, variant, base, gotBase, gotVersion)
		}
		if gotBase, gotVersion := SplitJarName(base + ext); gotBase != base || gotVersion != "" {
			t.Fatalf("seed %d: %s becomes %q and %q", seed, base, gotBase, gotVersion)
		}
	}
}
