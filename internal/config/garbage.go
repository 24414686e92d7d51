package config

import "runtime/debug"

const (
	// garbage is how much may gather before it is collected, in percent of what
	// is in use. With Go's own 100, a server, which holds little between its calls,
	// collects after every 80 of them.
	garbage = 200
	// roomy is the size of a process, in bytes, from which on garbage is collected
	// sooner, so that the longest answers do not take three times their room. What
	// is in use must stay below it: above, collections follow each other closely,
	// up to half of the CPU time. The longest answers take turns, and sessions are
	// small; a server that holds more all the same needs GOMEMLIMIT.
	roomy = 128 << 20
)

// CollectLater has garbage collected less often, where Go's own variables GOGC
// and GOMEMLIMIT do not say how often. That takes a tenth off the CPU time of a
// call, for four megabytes once there are calls.
func (c *Config) CollectLater() {
	if value, _ := c.getenv("GOGC"); value != "" {
		return
	}
	debug.SetGCPercent(garbage)
	if value, _ := c.getenv("GOMEMLIMIT"); value == "" {
		debug.SetMemoryLimit(roomy)
	}
}
