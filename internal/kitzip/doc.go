// Package kitzip reads the zip archive of an integration kit as something hostile,
// knows the layouts in which kits come, and unpacks them.
//
// A kit goes through Open, Verify, Place and Extract. Open refuses an archive that
// harms people who unpack it with any program: names that lead elsewhere, links, too
// many entries, and a structure that programs read differently. Other faults make
// single entries unfit: names that some system cannot write, two contents under one
// name, headers that disagree, encryption, sizes beyond the limits. Verify inflates
// everything once, counting, and finds what only shows while inflating. Place
// refuses an unfit entry where its file would be installed; a sample or a notice that
// stays in the archive does no harm. Extract writes no unfit entry. Modes and owners
// in the archive are ignored.
//
// All paths in archives and destinations are relative and have forward slashes.
// A destination is relative to the product's root, such as
// server/default/deploy/pf-x-adapter-1.0.jar.
package kitzip
