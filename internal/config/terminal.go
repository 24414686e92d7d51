package config

import "os"

// DumbTerminal reports a terminal that can neither move its cursor nor colour
// text, as its type says.
func DumbTerminal() bool { return os.Getenv("TERM") == "dumb" }
