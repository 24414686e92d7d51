package config

import (
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

// Not parallel: there is one collector.
func TestGoVariablesWin(t *testing.T) {
	const percent, limit = 100, 1 << 40 // as if the runtime had read them
	before, room := debug.SetGCPercent(percent), debug.SetMemoryLimit(limit)
	t.Cleanup(func() {
		debug.SetGCPercent(before)
		debug.SetMemoryLimit(room)
	})
	for _, test := range []struct {
		name           string
		variables      map[string]string
		percent, limit uint64
	}{
		{"neither", nil, garbage, roomy},
		{"empty", map[string]string{"GOGC": "", "GOMEMLIMIT": ""}, garbage, roomy},
		{"GOGC", map[string]string{"GOGC": "100"}, percent, limit},
		{"GOMEMLIMIT", map[string]string{"GOMEMLIMIT": "1TiB"}, garbage, limit},
		{"both", map[string]string{"GOGC": "100", "GOMEMLIMIT": "1TiB"}, percent, limit},
	} {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
		mustLoad(t, test.variables).CollectLater()
		now := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
		metrics.Read(now)
		if p, l := now[0].Value.Uint64(), now[1].Value.Uint64(); p != test.percent || l != test.limit {
			t.Errorf("%s: %d percent and %d bytes, want %d and %d", test.name, p, l, test.percent, test.limit)
		}
	}
}
