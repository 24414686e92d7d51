package tools

import (
	"log/slog"
	"time"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/quota"
)

// Deps is what the tools work on.
type Deps struct {
	Catalog   *catalog.Catalog
	Fetcher   *download.Fetcher
	Promotion *pingcentral.Service

	// DownloadDir is the only directory that downloads may enter, Downloads bounds
	// them; nil for one person's own machine.
	DownloadDir string
	Downloads   *quota.Quota
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
