package resolve

import (
	"context"
	"errors"
	"example.com/pingkit/internal/lockfile"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// maxName bounds how much of a kit's name an error shows, in bytes.
const maxName = 300

// Resolver makes locks.
type Resolver struct {
	Catalog     *catalog.Catalog
	Environment string // whose catalog to read, by id or name; empty: the default
	Archives    *Archives
	Workers     int // how many kits at once; 0: four
}

// Options say what may change against the old lock. Nothing does that the
// manifest still allows, unless it is to be updated.
type Options struct {
	UpdateAll       bool     // take the newest allowed version of every kit
	Update          []string // or of these, by name or id as in the manifest
	AllowUnverified bool     // lock a kit for which nobody named a digest
}

// Resolution is a lock that was made for a manifest.
type Resolution struct {
	Lock    *lockfile.Lock
	Notices []string // what a person should know, such as rules that match nothing
}

// Resolve makes the lock for a manifest. Kits of the old lock (nil: none) whose
// version the manifest still allows stay as they are, without a request. The
// others are looked up, downloaded, verified, and hashed file by file.
//
// All errors are told, in the order of the manifest; names that mean nothing are
// found before the first download. A kit whose archive
// changed under its locked version is a download.ErrIntegrity; kits that cannot be
// installed together are a *ConflictError, entries that mean one kit are a
// *ManifestError; the others are those of packages catalog, download and kitzip.
func (r *Resolver) Resolve(ctx context.Context, m *lockfile.Manifest, old *lockfile.Lock, o Options) (*Resolution, error) {
	update, err := o.entries(m)
	if err != nil {
		return nil, err
	}
	// All names are looked up before the first download, so that a person can correct
	// all of them at once.
	choices := make([]choice, len(m.Kits))
	entry := func(i int) one { return one{r, m.Target, m.Kits[i], o} }
	err = r.each(ctx, m, func(ctx context.Context, i int) (err error) {
		choices[i], err = entry(i).choose(ctx, old, update[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	kits := make([]lockfile.Kit, len(m.Kits))
	for i, chosen := range choices {
		kits[i] = chosen.kit
	}
	if err := checkTwice(m, kits); err != nil {
		return nil, err
	}
	notices := make([][]string, len(m.Kits))
	err = r.each(ctx, m, func(ctx context.Context, i int) (err error) {
		kits[i], notices[i], err = entry(i).resolve(ctx, choices[i])
		return err
	})
	if err != nil {
		return nil, err
	}
	l := &lockfile.Lock{Target: m.Target, Kits: kits}
	if _, err := l.Tree(); err != nil {
		return nil, err
	}
	return &Resolution{Lock: l, Notices: slices.Concat(append([][]string{m.Notices}, notices...)...)}, nil
}

// each does work for every entry of the manifest, several at once. All errors are
// told, in the order of the manifest and with their lines. One that other entries
// would meet as well, such as a failed login, stops the rest.
func (r *Resolver) each(ctx context.Context, m *lockfile.Manifest, work func(ctx context.Context, i int) error) error {
	workers := r.Workers
	if workers <= 0 {
		workers = download.DefaultWorkers
	}
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make([]error, len(m.Kits))
	var group errgroup.Group
	group.SetLimit(workers)
	for i, e := range m.Kits {
		group.Go(func() error {
			err := work(stop, i)
			if err == nil {
				return nil
			}
			// Those that only stopped because of another one tell nothing.
			if ctx.Err() != nil || !errors.Is(err, context.Canceled) {
				failed[i] = fmt.Errorf("%s%s: %w", place(m, e), sanitize.Line(e.Request(), maxName), err)
			}
			if !ofEntry(err) {
				cancel()
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("stopped before the lock was made: %w", err)
	}
	return errors.Join(failed...)
}

// ofEntry reports whether an error is about what the entry says.
func ofEntry(err error) bool {
	for _, is := range []func(error) bool{as[*match.NotFoundError], as[*match.AmbiguousError], as[*catalog.NoKitError], as[*kitversion.ConstraintError]} {
		if is(err) {
			return true
		}
	}
	return false
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// place is where an entry stands, in front of an error.
func place(m *lockfile.Manifest, e lockfile.Entry) string {
	if m.File == "" || e.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", m.File, e.Line)
}

// entries tells for each kit of the manifest whether it is to be updated.
func (o Options) entries(m *lockfile.Manifest) ([]bool, error) {
	update := make([]bool, len(m.Kits))
	names := make([]string, len(m.Kits))
	for i, e := range m.Kits {
		update[i], names[i] = o.UpdateAll, e.Request()
	}
	for _, want := range o.Update {
		i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, want) })
		if i < 0 {
			return nil, &match.NotFoundError{Kind: "kit in the manifest", Want: want, Nearest: match.Nearest(want, names)}
		}
		update[i] = true
	}
	return update, nil
}

// checkTwice refuses two entries that turned out to mean one kit.
func checkTwice(m *lockfile.Manifest, kits []lockfile.Kit) error {
	file := m.File
	if file == "" {
		file = "the manifest"
	}
	var problems []lockfile.Problem
	first := make(map[string]int)
	for i, k := range kits {
		if j, twice := first[k.IntegrationID]; twice {
			message := fmt.Sprintf("%q and %q (line %d) are one kit, %s", m.Kits[i].Request(), m.Kits[j].Request(), m.Kits[j].Line, k.Name)
			problems = append(problems, lockfile.Problem{Line: m.Kits[i].Line, Message: sanitize.Line(message, 500)})
			continue
		}
		first[k.IntegrationID] = i
	}
	if len(problems) == 0 {
		return nil
	}
	return &lockfile.ManifestError{File: file, Problems: problems}
}

// one is the entry of a manifest while it is resolved.
type one struct {
	*Resolver
	target  lockfile.Target
	entry   lockfile.Entry
	options Options
}

// choice is what an entry turned out to mean.
type choice struct {
	constraint kitversion.Constraint
	kit        lockfile.Kit    // locked before, or without an archive
	locked     bool            // the kit is that of the old lock
	was        lockfile.Target // of the old lock
}

// choose finds the kit and the version that the entry means.
func (r one) choose(ctx context.Context, old *lockfile.Lock, update bool) (choice, error) {
	c, err := kitversion.ParseConstraint(r.entry.Version)
	if err != nil {
		return choice{}, err
	}
	locked, found := old.Find(r.entry)
	if found && c.Allows(locked.Version) && !update {
		return choice{c, locked, true, old.Target}, nil
	}
	if r.Archives.Offline {
		return choice{}, &lockfile.DriftError{
			What: fmt.Sprintf("no version that %s allows is locked, and looking for one takes the network", c),
			Next: "run `pingkit lock` where there is a network, and take the lock along",
		}
	}
	integration, err := r.Catalog.Integration(ctx, r.Environment, r.entry.Request())
	if err != nil {
		return choice{}, err
	}
	versions, err := r.Catalog.Versions(ctx, r.Environment, integration.ID)
	if err != nil {
		return choice{}, err
	}
	version, err := catalog.Select(versions, r.entry.Version)
	if err != nil {
		return choice{}, err
	}
	if found && locked.IntegrationID == integration.ID && kitversion.Same(version.Number, locked.Version) {
		locked.Name, locked.VersionID = integration.Name, version.ID
		return choice{c, locked, true, old.Target}, nil
	}
	k := lockfile.Kit{Name: integration.Name, IntegrationID: integration.ID, Version: version.Number, VersionID: version.ID}
	return choice{constraint: c, kit: k}, nil
}

// resolve locks what was chosen.
func (r one) resolve(ctx context.Context, chosen choice) (lockfile.Kit, []string, error) {
	k := chosen.kit
	if chosen.locked {
		return r.relock(ctx, k, chosen.was, chosen.constraint)
	}
	archive, result, err := r.Archives.fetch(ctx, download.Request{
		KitID: kitID(k), AllowUnverified: r.options.AllowUnverified,
	})
	if err != nil {
		return lockfile.Kit{}, nil, err
	}
	k.Size, k.SHA256 = result.Bytes, result.SHA256
	return r.lock(ctx, k, chosen.constraint, archive)
}

// relock keeps the locked version. Its archive is needed only where its files
// have to be placed anew.
func (r one) relock(ctx context.Context, locked lockfile.Kit, was lockfile.Target, c kitversion.Constraint) (lockfile.Kit, []string, error) {
	if locked.PlacedBy(r.entry) && was.Product == r.target.Product {
		return r.label(locked, c), nil, nil
	}
	archive, err := r.Archives.keep(ctx, locked)
	if err != nil {
		return lockfile.Kit{}, nil, err
	}
	return r.lock(ctx, locked, c, archive)
}

// label writes into a locked kit what the manifest says of it.
func (r one) label(k lockfile.Kit, c kitversion.Constraint) lockfile.Kit {
	k.Constraint = c.String()
	k.Request = ""
	if want := r.entry.Request(); !strings.EqualFold(want, k.Name) && want != k.IntegrationID {
		k.Request = want
	}
	k.Exclude, k.Rules, k.Keep = r.entry.Exclude, r.entry.Files, r.entry.Keep
	return k
}

// lock reads the kit's archive and closes it.
func (r one) lock(ctx context.Context, k lockfile.Kit, c kitversion.Constraint, archive *os.File) (_ lockfile.Kit, notices []string, err error) {
	defer func() { err = errors.Join(err, archive.Close()) }()
	info, err := archive.Stat()
	if err != nil {
		return lockfile.Kit{}, nil, err
	}
	a, err := kitzip.OpenReader(archive, info.Size())
	if err != nil {
		return lockfile.Kit{}, nil, err
	}
	digests, err := a.Verify(ctx)
	if err != nil {
		return lockfile.Kit{}, nil, err
	}
	placement, err := a.Place(kitzip.PlaceOptions{Product: r.target.Product, Exclude: r.entry.Exclude, Rules: r.entry.Files})
	if err != nil {
		return lockfile.Kit{}, nil, err
	}
	for _, rule := range placement.Unused {
		notices = append(notices, fmt.Sprintf("%s: no file of the kit matches the rule from %q to %q", k, rule.From, rule.To))
	}
	k = r.label(k, c)
	k.Layout = string(a.Layout())
	k.Files = make([]lockfile.File, len(placement.Files))
	for i, f := range placement.Files {
		k.Files[i] = lockfile.File{Path: f.To, From: f.From, Size: f.Size, SHA256: digests[f.From]}
	}
	return k, notices, nil
}
