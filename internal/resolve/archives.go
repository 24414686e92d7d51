package resolve

import (
	"context"
	"errors"
	"example.com/pingkit/internal/lockfile"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
)

// ErrNotCached means that a kit is needed, must not be downloaded, and is not in
// the cache.
var ErrNotCached = errors.New("not in the cache")

// pinnedBy is who says which digest a locked kit has, in messages and results.
const pinnedBy = "the lock"

// kitID identifies a locked kit in the catalog of an environment that is chosen later.
func kitID(k lockfile.Kit) catalog.KitID {
	return catalog.KitID{IntegrationID: k.IntegrationID, VersionID: k.VersionID, Integration: k.Name, Version: k.Version}
}

// Archives opens the archives of kits, from the cache or, unless Offline is set, from
// PingOne. It is an install.Source. The caller closes it at the end.
type Archives struct {
	Cache       *download.Cache                       // nil: none
	Fetcher     *download.Fetcher                     // best with the same cache; not used when Offline
	Environment func(context.Context) (string, error) // the id of the catalog's environment, asked for when needed
	Offline     bool                                  // use the cache alone, and open no socket
	Progress    func(download.Progress)               // may be nil; called by one goroutine at a time

	mu          sync.Mutex
	temp        string            // of downloads that were not made for a target; empty: none yet
	tempInCache bool              // set with temp
	downloaded  map[string]string // digest to path below temp

	environmentMu, progressMu sync.Mutex
}

// Open returns the archive of a locked kit, verified, for the caller to close.
// dir is where a download goes, and not looked at otherwise. Offline the error
// matches ErrNotCached where the kit is missing; an archive that is no longer
// what was locked is a download.ErrIntegrity.
func (a *Archives) Open(ctx context.Context, k lockfile.Kit, dir string) (*os.File, error) {
	f, err := a.local(ctx, k.SHA256)
	if err == nil && f == nil && a.Offline {
		if err := a.altered(k.SHA256); err != nil {
			return nil, err
		}
		err = fmt.Errorf("%s (sha256 %s) is %w; run the same without --offline once, or make a cache with `pingkit mirror DIR` and name it with --cache-dir",
			k, k.SHA256, ErrNotCached)
	}
	if err != nil || f != nil {
		return f, err
	}
	result, err := a.download(ctx, download.Request{
		KitID: kitID(k), Dir: dir, Temporary: true, ExpectedSHA256: k.SHA256, PinnedBy: pinnedBy, Confirmed: true,
		MaxBytes: max(k.Size, a.Fetcher.MaxBytes()), // who locked it allowed its size
	})
	if err != nil {
		return nil, err
	}
	return os.Open(result.Path)
}

// altered says that an archive was in the cache, and was not what was locked.
func (a *Archives) altered(sha256 string) error {
	sum, err := download.ParseDigest(sha256)
	if err != nil {
		return err
	}
	return a.Cache.Altered(sum)
}

// local returns an archive that is on this machine, or nil.
func (a *Archives) local(ctx context.Context, sha256 string) (*os.File, error) {
	a.mu.Lock()
	path, here := a.downloaded[sha256]
	a.mu.Unlock()
	if here {
		return os.Open(path)
	}
	sum, err := download.ParseDigest(sha256)
	if err != nil {
		return nil, err
	}
	f, err := a.Cache.Open(ctx, sum)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
}

// keep is Open for a kit that is likely to be asked for again: what is not in
// the cache stays on the disk until a is closed.
func (a *Archives) keep(ctx context.Context, k lockfile.Kit) (*os.File, error) {
	f, err := a.local(ctx, k.SHA256)
	if err != nil || f != nil {
		return f, err
	}
	if a.Offline {
		return a.Open(ctx, k, "")
	}
	f, _, err = a.fetch(ctx, download.Request{
		KitID: kitID(k), ExpectedSHA256: k.SHA256, PinnedBy: pinnedBy, Confirmed: true, MaxBytes: max(k.Size, a.Fetcher.MaxBytes()),
	})
	return f, err
}

// fetch downloads a kit, whatever its digest is. The file stays on the disk until a is
// closed, so that an install in the same process neither downloads it again nor hashes
// the cache's entry again: its digest was computed while it was written.
func (a *Archives) fetch(ctx context.Context, req download.Request) (*os.File, download.Result, error) {
	dir, err := a.tempDir()
	if err != nil {
		return nil, download.Result{}, fmt.Errorf("make a temporary directory: %w: %w", download.ErrDisk, err)
	}
	req.Dir, req.Temporary = dir, true
	result, err := a.download(ctx, req)
	if err != nil {
		return nil, result, err
	}
	if a.tempInCache { // whoever can write the cache can exchange the file: hash it again
		if f, err := a.local(ctx, result.SHA256); err == nil && f != nil {
			return f, result, nil
		}
	}
	a.mu.Lock()
	a.downloaded[result.SHA256] = result.Path
	a.mu.Unlock()
	f, err := os.Open(result.Path)
	return f, result, err
}

// tempDir makes a directory for one download: kits may have equal names.
func (a *Archives) tempDir() (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.temp == "" {
		temp, err := a.newTempDir()
		if err != nil {
			return "", err
		}
		a.temp, a.downloaded = temp, make(map[string]string)
	}
	return os.MkdirTemp(a.temp, "kit-*")
}

// newTempDir prefers the system's directory to the cache, which other users may be able
// to write. A container whose root is read-only may have no other place.
func (a *Archives) newTempDir() (string, error) {
	temp, err := os.MkdirTemp("", "pingkit-*")
	if err == nil || a.Cache == nil {
		return temp, err
	}
	inCache, cacheErr := a.Cache.TempDir()
	if cacheErr != nil {
		return "", err
	}
	a.tempInCache = true
	return inCache, nil
}

// download fetches one kit into the request's Dir.
func (a *Archives) download(ctx context.Context, req download.Request) (download.Result, error) {
	environment, err := a.environment(ctx)
	if err != nil {
		return download.Result{}, err
	}
	req.EnvironmentID = environment
	req.Check = kitzip.CheckArchive // entries are judged by the files of the lock
	var progress func(download.Progress)
	if a.Progress != nil {
		progress = func(p download.Progress) {
			a.progressMu.Lock()
			defer a.progressMu.Unlock()
			a.Progress(p)
		}
	}
	return a.Fetcher.Fetch(ctx, req, progress)
}

// environment asks for the environment. Those who need it at the same time ask
// once: what was found out is remembered.
func (a *Archives) environment(ctx context.Context) (string, error) {
	a.environmentMu.Lock()
	defer a.environmentMu.Unlock()
	return a.Environment(ctx)
}

// Close removes temporary downloads.
func (a *Archives) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.temp == "" {
		return nil
	}
	temp := a.temp
	a.temp, a.downloaded = "", nil
	return os.RemoveAll(temp)
}
