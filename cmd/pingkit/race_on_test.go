//go:build race

package main

// oneIn says which part of the kinds of faults the default run tries of each
// operation: the race detector makes each of them many times as slow.
const oneIn = 24
