package tools

import (
	"pingkit/internal/catalog"
	"pingkit/internal/fetch"
	"pingkit/internal/promotion"
	"pingkit/internal/quota"
)

// Deps is what the tools work on.
type Deps struct {
	Catalog   *catalog.Catalog
	Fetcher   *fetch.Fetcher
	Promotion *promotion.Service

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
}
