//go:build !linux

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "bench: this needs Linux: memory and CPU times of other processes are read from /proc")
	os.Exit(1)
}
