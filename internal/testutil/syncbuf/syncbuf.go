// Package syncbuf has a buffer for what several goroutines or processes write,
// such as logs, and a test reads meanwhile. Only tests import it.
package syncbuf

import (
	"bytes"
	"sync"
)

// Buffer is a [bytes.Buffer] for several goroutines. Its zero value is empty.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to the end.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String returns all that was written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
