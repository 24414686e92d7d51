//go:build race

package main

// oneIn says which part of the troubles the default run tries: the race
// detector makes each of them many times as slow.
const oneIn = 8
