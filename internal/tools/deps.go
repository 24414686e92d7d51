package tools

import (
	"log/slog"
	"time"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/pingcentral"
)

// Deps are the services behind the tools.
type Deps struct {
	Catalog   *catalog.Catalog
	Kits      *download.Service
	Promotion *pingcentral.Service

	// HasPingOne and HasPingCentral report whether anything of the system is set
	// up. A system that is not set up is left out where nobody asked for it.
	HasPingOne, HasPingCentral bool
	// ReadOnly and PromoteTo are the policy, as far as the instructions tell it.
	ReadOnly  bool
	PromoteTo []string
	Logger    *slog.Logger // nil: none
	// ReadingTime is the least time in which a person answers a question; zero
	// means half a second.
	ReadingTime time.Duration
}
