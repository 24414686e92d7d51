//go:build race

package main

// oneIn says which part of the troubles the default run tries: the race
// detector makes each of them many times as slow.
const oneIn = 8

// mostMemory is the most that the server may take for answers of any size. The
// race detector multiplies all of it, more on a slow machine; an answer of 1 GB
// that is held would still be more.
const mostMemory = 1 << 30
