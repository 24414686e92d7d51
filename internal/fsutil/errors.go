package fsutil

import "errors"

// ErrDisk means that the local disk failed or refused, and not the network.
var ErrDisk = errors.New("local disk")
