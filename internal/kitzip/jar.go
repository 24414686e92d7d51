package kitzip

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Jar is a jar by its name.
type Jar struct {
	Path    string `json:"path"`
	Name    string `json:"name"`              // without the version, such as pf-google-quickconnection
	Version string `json:"version,omitempty"` // such as 3.1.1; empty if the name has none
}

// ParseJar splits the name of a jar; ok is false for other files.
func ParseJar(file string) (jar Jar, ok bool) {
	if !strings.EqualFold(path.Ext(file), ".jar") {
		return Jar{}, false
	}
	name, version := SplitJarName(path.Base(file))
	return Jar{file, name, version}, true
}

var (
	// numberPart is a part of a version: numbers between dots, perhaps with a word at the end such as .Final.
	numberPart = lazily(`(?i)^\d+(\.\d+)*(\.(final|ga|release|sp\d*|alpha\d*|beta\d*|rc\d*|cr\d*|v\d+|jre\d*))?$`)
	// wordPart is a part of a version that follows a number.
	wordPart = lazily(`(?i)^(snapshot|release|final|ga|jre\d*|jdk\d*|android|alpha[.\d]*|beta[.\d]*|rc[.\d]*|cr\d*|m\d+|b\d+|sp\d*)$`)
	// variantPart tells builds of one version apart; it belongs to the name.
	variantPart = lazily(`(?i)-(jar-with-dependencies|shaded|all)$`)
)

// lazily compiles an expression when it is first used: not every start needs it.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// SplitJarName splits the name of a jar (or war) as build tools write them into
// a base, which stays from version to version, and a version of any number of
// parts: pf-google-quickconnection-3.1.1.jar gives pf-google-quickconnection
// and 3.1.1. The version is empty if the name has none.
func SplitJarName(name string) (base, version string) {
	stem := name
	if isDeployable(name) {
		stem = name[:len(name)-len(path.Ext(name))]
	}
	variant := variantPart().FindString(stem)
	parts := strings.Split(strings.TrimSuffix(stem, variant), "-")
	for i := 1; i < len(parts); i++ {
		if numberPart().MatchString(parts[i]) && !slices.ContainsFunc(parts[i+1:], func(part string) bool {
			return !numberPart().MatchString(part) && !wordPart().MatchString(part)
		}) {
			if base := strings.Join(parts[:i], "-"); base != "" {
				return base + variant, strings.Join(parts[i:], "-")
			}
		}
	}
	return stem, ""
}
