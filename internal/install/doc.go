// Package install keeps the files of locked kits in a directory: it installs and
// upgrades them, removes what it owned, and verifies what is there.
package install
