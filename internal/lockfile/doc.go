// Package lockfile holds the formats of kits that are installed by a list: the manifest
// (kits.yaml, or Ping's artifact-list.json), the lock (kits.lock.json), the differences
// between the two, and the tree of files that a lock puts into a target.
//
// Nothing in it uses the network. Package resolve makes a lock from a manifest, and
// package install puts a lock into a target.
package lockfile
