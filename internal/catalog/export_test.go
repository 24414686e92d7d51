package catalog

// Known returns how many names of environments c remembers.
func Known(c *Catalog) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}

// MaxKnown is the bound of Known.
const MaxKnown = maxKnown
