package install

import (
	"errors"
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/lockfile"
)

func TestFilesThatDoNotFitAreRefusedWithTheirSize(t *testing.T) {
	j := &journal{Writes: []operation{
		{Path: "a", file: lockfile.TreeFile{Size: 600}},
		{Path: "b", file: lockfile.TreeFile{Size: 500}},
		{Path: "volume/c", StageIn: "volume", file: lockfile.TreeFile{Size: 9000}},
	}}
	if err := j.checkSpace("/opt/in", 1100); err != nil {
		t.Errorf("1100 bytes suffice: %v", err)
	}
	err := j.checkSpace("/opt/in", 1099)
	if !errors.Is(err, download.ErrDisk) || !strings.Contains(err.Error(), "/opt/in") || !strings.Contains(err.Error(), "need 1100 bytes, and 1099 are free") {
		t.Errorf("got %v", err)
	}
}
