// Package buildinfo says which build of pingkit runs.
package buildinfo

import "runtime/debug"

// value is set by the linker; see the Makefile.
var value string

// String returns the version of this build: what the linker was told, else the
// module's version, else "devel".
func String() string {
	if value != "" {
		return value
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}
