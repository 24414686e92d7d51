package tools

import (
	"fmt"
	"testing"

	"example.com/pingkit/internal/pingcentral"
)

// TestOwnersAreCut: an application with a hundred owners costs no more than others.
func TestOwnersAreCut(t *testing.T) {
	t.Parallel()
	a := pingcentral.Application{ID: "a", OwnerGroups: []string{"admins"}}
	if row := rowOf(a, 5); len(row.Owners) != 1 || row.Owners[0] != "group admins" || row.MoreOwners != 0 {
		t.Errorf("one owner becomes %+v", row)
	}
	for i := range 99 {
		a.Owners = append(a.Owners, fmt.Sprint("owner ", i))
	}
	if row := rowOf(a, 5); len(row.Owners) != 5 || row.Owners[4] != "owner 4" || row.MoreOwners != 95 {
		t.Errorf("100 owners become %+v", row)
	}
}
