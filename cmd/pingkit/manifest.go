package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.com/pingkit/internal/app"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
)

// lockPath is the lock's file: the one that was named, or the one beside the
// manifest.
func (c *cli) lockPath() string {
	if c.lockFile != "" {
		return c.lockFile
	}
	return filepath.Join(filepath.Dir(c.manifest), lockfile.DefaultLock)
}

// readManifest reads the manifest; a missing one is a wrong command line.
func (c *cli) readManifest() (*lockfile.Manifest, error) {
	m, err := lockfile.ReadManifest(c.manifest)
	if errors.Is(err, fs.ErrNotExist) {
		const artifacts = "artifact-list.json"
		beside := filepath.Join(filepath.Dir(c.manifest), artifacts)
		hint := "name it with --file, or write one as `pingkit help manifest` shows"
		if _, err := os.Stat(beside); err == nil && filepath.Base(c.manifest) != artifacts {
			hint = "to use " + beside + ", pass " + explain.Command("--file", beside)
		}
		return nil, failed(exitUsage, hint, "there is no manifest %s", c.manifest)
	}
	return m, err
}

// readLock reads the lock; nil where there is none.
func (c *cli) readLock() (*lockfile.Lock, error) {
	l, err := lockfile.Read(c.lockPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return l, err
}

// mustReadLock is readLock for commands that can do nothing without.
func (c *cli) mustReadLock() (*lockfile.Lock, error) {
	l, err := c.readLock()
	if err == nil && l == nil {
		return nil, failed(exitUsage, "name it with --lock-file, or create it with `pingkit lock`", "there is no lock %s", c.lockPath())
	}
	return l, err
}

// pinned returns the lock for a command that must not change it. It has to fit
// the manifest; where no manifest was named and there is none, as in a container
// that was given the lock alone, it stands by itself.
func (c *cli) pinned() (*lockfile.Lock, error) {
	l, err := c.readLock()
	if err != nil {
		return nil, err
	}
	if l == nil {
		m, err := c.readManifest()
		if err != nil {
			return nil, err
		}
		return nil, lockfile.Check(m, nil)
	}
	m, err := c.manifestIfAny()
	if err != nil || m == nil {
		return l, err
	}
	return l, lockfile.Check(m, l)
}

// manifestIfAny reads the manifest; nil where none was named and there is none.
func (c *cli) manifestIfAny() (*lockfile.Manifest, error) {
	if _, err := os.Stat(c.manifest); errors.Is(err, fs.ErrNotExist) && !c.manifestNamed {
		return nil, nil
	}
	return c.readManifest()
}

// supply is what a command gets kits with.
type supply struct {
	cli      *cli
	archives *resolve.Archives
	services *app.App // nil where no network may be used
	show     progress
}

// openSupply returns the supply of kits, to be closed. Offline no service is
// made, so that there is nothing that could open a socket.
func (c *cli) openSupply(offline bool) (*supply, error) {
	k := &supply{cli: c, show: c.progress()}
	k.archives = &resolve.Archives{Cache: download.NewCache(c.cacheDir), Offline: offline, Progress: k.show.step}
	if offline {
		return k, nil
	}
	services, err := c.services()
	if err != nil {
		return nil, err
	}
	k.services = services
	k.archives.Fetcher = services.Fetcher
	k.archives.Environment = func(ctx context.Context) (string, error) {
		return services.Catalog.EnvironmentID(ctx, c.environment)
	}
	return k, nil
}

// resolver makes locks and looks for newer versions.
func (k *supply) resolver() *resolve.Resolver {
	return &resolve.Resolver{Catalog: k.services.Catalog, Environment: k.cli.environment, Archives: k.archives}
}

// close ends the progress and removes what was downloaded for the moment.
func (k *supply) close() error {
	k.show.end()
	return k.archives.Close()
}

// notices tells what a person should know of a lock that was made.
func (c *cli) notices(r *resolve.Resolution) {
	for _, notice := range r.Notices {
		c.note("note: %s", notice)
	}
}

// versionChange is a lock.Change in words.
func versionChange(change lockfile.Change) string {
	switch {
	case change.From == "":
		return fmt.Sprintf("%s %s added", change.Kit, change.To)
	case change.To == "":
		return fmt.Sprintf("%s %s removed", change.Kit, change.From)
	}
	return fmt.Sprintf("%s %s -> %s", change.Kit, change.From, change.To)
}
