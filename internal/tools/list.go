package tools

import (
	"slices"
	"sync"
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
