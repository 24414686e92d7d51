package tools

import (
	"testing"

	"example.com/pingkit/internal/pingcentral"
)

// TestAvailabilityThatIsNotGiven: nothing is claimed where PingCentral is silent.
func TestAvailabilityThatIsNotGiven(t *testing.T) {
	t.Parallel()
	if row := pingCentralRow(pingcentral.Environment{ID: "e", Available: true}); row.Available != nil {
		t.Errorf("the row is %+v", row)
	}
	if row := pingCentralRow(pingcentral.Environment{ID: "e", Availability: "offline"}); row.Available == nil || *row.Available {
		t.Errorf("the row is %+v", row)
	}
}
