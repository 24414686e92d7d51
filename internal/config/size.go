package config

import (
	"math"
	"strconv"
	"strings"
)

// units are those of a size, in the order in which they are looked for.
var units = []struct {
	name  string
	bytes int64
}{{"MIB", 1 << 20}, {"GIB", 1 << 30}, {"MB", 1e6}, {"GB", 1e9}, {"", 1}}

// size reads a number of bytes, such as 500MB, 1 GiB or 200000000; empty is 0.
func (c *Config) size(name string, p *problems) int64 {
	text := strings.ToUpper(c.values[name])
	if text == "" {
		return 0
	}
	for _, unit := range units {
		number, found := strings.CutSuffix(text, unit.name)
		if !found {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n <= 0 || n > math.MaxInt64/unit.bytes {
			break
		}
		return n * unit.bytes
	}
	p.add("%s is %q: use a number of bytes, such as 500MB", name, c.values[name])
	return 0
}
