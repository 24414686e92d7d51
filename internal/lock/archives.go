package lock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"pingkit/internal/fetch"
)

// ErrNotCached means that a kit is needed, must not be downloaded, and is not in
// the cache.
var ErrNotCached = errors.New("not in the cache")

// pinnedBy is who says which digest a locked kit has, in messages and results.
const pinnedBy = DefaultLock

// Archives hands out the archives of locked kits: from the cache, else, unless
// that is forbidden, from PingOne. It is a target.Source.
type Archives struct {
	Cache       *fetch.Cache   // nil: none
	Fetcher     *fetch.Fetcher // best with the same cache; not used when Offline
	Environment func(context.Context) (string, error)
	Offline     bool                 // use the cache alone, and open no socket
	Progress    func(fetch.Progress) // may be nil; called from several goroutines
}

// Open returns the archive of a locked kit, verified, for the caller to close.
// dir is where a download goes, and not looked at otherwise. Offline the error
// matches ErrNotCached where the kit is missing; an archive that has changed
// since it was locked is a fetch.ErrIntegrity.
func (a *Archives) Open(ctx context.Context, k Kit, dir string) (*os.File, error) {
	sum, err := fetch.ParseDigest(k.SHA256)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", k, err)
	}
	f, err := a.Cache.Open(ctx, sum)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if a.Offline {
		return nil, fmt.Errorf("%s (sha256 %s) is %w; run `pingkit sync` once with the network, or `pingkit mirror DIR` where there is one and give DIR as --cache-dir",
			k, k.SHA256, ErrNotCached)
	}
	result, err := a.download(ctx, fetch.Request{
		IntegrationID: k.IntegrationID, VersionID: k.VersionID, IntegrationName: k.Name, VersionNumber: k.Version,
		Dir: dir, ExpectedSHA256: k.SHA256, PinnedBy: pinnedBy,
	})
	if err != nil {
		return nil, err
	}
	return os.Open(result.Path)
}

// download fetches one kit into the request's Dir.
func (a *Archives) download(ctx context.Context, req fetch.Request) (fetch.Result, error) {
	environment, err := a.Environment(ctx)
	if err != nil {
		return fetch.Result{}, err
	}
	req.Environment = environment
	return a.Fetcher.Fetch(ctx, req, a.Progress)
}
