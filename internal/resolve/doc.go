// Package resolve turns a manifest into a lock. It is the network half of
// [lockfile]: it looks kits up in the catalog, downloads and verifies their archives,
// reports newer versions, and copies locked kits into a mirror.
//
// A [Resolver] makes locks and reports newer versions. [Archives] opens the archive of
// a locked kit, from the cache or from PingOne, for package install.
package resolve
