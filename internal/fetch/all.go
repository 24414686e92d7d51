package fetch

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"
)

// DefaultWorkers is how many kits are downloaded at once.
const DefaultWorkers = 4

// FetchAll downloads several kits, workers of them at once (0: four). The
// results stand in the order of the requests. The first error stops the
// downloads that are under way, and the returned error tells all that failed by
// themselves; results of downloads that did not end are zero. progress is
// called by one goroutine at a time.
func (f *Fetcher) FetchAll(ctx context.Context, requests []Request, workers int, progress func(Progress)) ([]Result, error) {
	if workers <= 0 {
		workers = DefaultWorkers
	}
	if progress != nil {
		var mu sync.Mutex
		each := progress
		progress = func(p Progress) {
			mu.Lock()
			defer mu.Unlock()
			each(p)
		}
	}
	all, stop := context.WithCancel(ctx)
	defer stop()
	results, errs := make([]Result, len(requests)), make([]error, len(requests))
	var group errgroup.Group
	group.SetLimit(workers)
	for i, request := range requests {
		group.Go(func() error {
			var err error
			if results[i], err = f.Fetch(all, request, progress); err == nil {
				return nil
			}
			// Those that only stopped because of another one tell nothing.
			if ctx.Err() != nil || !errors.Is(err, context.Canceled) {
				errs[i] = err
			}
			stop()
			return err
		})
	}
	if group.Wait() == nil {
		return results, nil
	}
	if err := ctx.Err(); err != nil {
		return results, stoppedAll(err)
	}
	return results, errors.Join(errs...)
}

// stoppedAll says once what each of the downloads would say.
func stoppedAll(err error) error {
	return &Error{Name: "several kits", Text: "it was stopped, and nothing unfinished was left behind", Err: err}
}
