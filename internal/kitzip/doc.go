// Package kitzip reads the zip archive of an integration kit as something hostile,
// knows the layouts in which kits come, and unpacks them.
//
// The way of an archive is Open, then Verify, then Place, then Extract. Open
// refuses what the archive's directory already gives away: names that lead
// elsewhere, links, duplicates, encryption, too many entries, and a structure
// that different programs would read differently. Verify inflates everything
// once, counting, and refuses what only shows while inflating. Extract verifies
// first where that has not been done, so nothing of a refused archive is ever
// written. Modes and owners in the archive are ignored.
//
// All paths in archives and destinations are relative and have forward slashes.
// A destination is relative to the product's root, such as
// server/default/deploy/pf-x-adapter-1.0.jar.
package kitzip
