package pingcentral

import (
	"os"
	"strings"
	"testing"
)

// TestAuditIsOnTheDiskBeforeTheWrite has an audit file that takes a line and
// cannot be synced, as a disk that fails: one of Linux's own, which holds the
// name of this process.
func TestAuditIsOnTheDiskBeforeTheWrite(t *testing.T) {
	const file = "/proc/self/comm"
	name, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.WriteFile(file, name, 0); err != nil {
			t.Error(err)
		}
	}()
	f := newForeign(t)
	s := f.service(t, func(o *Options) { o.Audit = NewAudit(nil, file) })
	_, err = asUser(s, t.Context(), planned(t, s, toTest()))
	if err == nil || !strings.Contains(err.Error(), "audit") || len(f.writes()) > 0 {
		t.Errorf("an audit line that is not on the disk gives %v, sent %v", err, f.writes())
	}
}
