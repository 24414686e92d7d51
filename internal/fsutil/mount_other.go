//go:build !linux && !darwin

package fsutil

import "os"

// Mount takes everything for one mount: a rename that crosses two fails.
func Mount(*os.File) (uint64, error) { return 0, nil }

// IsMount reports whether a file is a mount by itself, which this system has not.
func IsMount(*os.File) (bool, error) { return false, nil }
