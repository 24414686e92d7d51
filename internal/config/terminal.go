package config

import "os"

// DumbTerminal reports a terminal that can neither move its cursor nor colour
// text, as its type says.
func DumbTerminal() bool { return os.Getenv("TERM") == "dumb" }

// NoColor reports whether the user asked for output without colour
// (https://no-color.org).
func NoColor() bool { return os.Getenv("NO_COLOR") != "" }
