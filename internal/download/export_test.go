package download

import "time"

// Hurry shortens the waits between two tries.
func (f *Fetcher) Hurry() { f.pause = 10 * time.Millisecond }
