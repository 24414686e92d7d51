// Package lockfile turns a manifest of kits (kits.yaml, or Ping's artifact-list.json)
// into kits.lock.json, which pins each kit to a version, a digest and files.
package lockfile
