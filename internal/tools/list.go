package tools

import (
	"slices"
	"sync"

	"pingkit/internal/catalog"
	"pingkit/internal/fetch"
	"pingkit/internal/promotion"
	"pingkit/internal/quota"
)

// All returns every tool, in the order of the documentation: the kit's way
// first, then the application's.
func All() []Tool { return slices.Clone(all()) }

// all declares the tools when they are first asked for: every command of a
// program would wait for it at its start.
var all = sync.OnceValue(func() []Tool {
	return []Tool{
		listEnvironmentsTool(),
		listIntegrationsTool(),
		listVersionsTool(),
		downloadAssetTool(),
		listApplicationsTool(),
		getApplicationTool(),
		promoteApplicationTool(),
		revertApplicationTool(),
	}
})

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
