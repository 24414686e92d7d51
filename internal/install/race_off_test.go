//go:build !race

package install_test

// slowdown is how much longer the race detector may make things take.
const slowdown = 1
