//go:build unix

package main

import (
	"os"
	"syscall"
)

// shellCode is the exit code as a shell tells it.
func shellCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
