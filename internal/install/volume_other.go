//go:build !linux && !darwin

package install

import (
	"os"
	"syscall"
)

const errNoSpace = syscall.ENOSPC

// This system is asked nothing in advance; a write that is not possible fails.

func mayNotWrite(*os.File) (string, error) { return "", nil }

func freeBytes(*os.File) (int64, error) { return -1, nil }
