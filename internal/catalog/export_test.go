package catalog

// Waiting returns how many callers wait for a reading of c.
func Waiting(c *Catalog) int {
	c.shared.mu.Lock()
	defer c.shared.mu.Unlock()
	waiting := 0
	for _, r := range c.shared.running {
		waiting += r.waiting
	}
	return waiting
}

// Kept returns how many answers c keeps, and their size.
func Kept(c *Catalog) (answers int, bytes int64) {
	c.shared.mu.Lock()
	defer c.shared.mu.Unlock()
	return len(c.shared.order), c.shared.bytes
}

// Known returns how many spellings of environments c remembers.
func Known(c *Catalog) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.known)
}

// MaxKnown is the bound of Known.
const MaxKnown = maxKnown

// The bounds of what Kept returns.
const (
	MaxKept      = maxKept
	MaxKeptBytes = maxKeptBytes
)
