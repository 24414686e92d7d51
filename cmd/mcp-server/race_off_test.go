//go:build !race

package main

const oneIn = 1

// mostMemory is the most that the server may take for answers of any size, of
// which it reads up to 16 MiB.
const mostMemory = 256 << 20
