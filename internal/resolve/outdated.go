package resolve

import (
	"context"
	"errors"
	"example.com/pingkit/internal/lockfile"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/sanitize"
)

// Outdated is what the catalog says of a locked kit.
type Outdated struct {
	Kit         string `json:"kit"`
	Locked      string `json:"locked"`
	Allowed     string `json:"allowed"` // the newest version that the constraint allows
	Latest      string `json:"latest"`  // the newest version with a kit
	EndOfLifeOn string `json:"end_of_life_on,omitempty"`
	EndOfLife   bool   `json:"end_of_life"` // that day has come
	WorksWith   string `json:"works_with,omitempty"`
	OutOfRange  bool   `json:"out_of_range"` // the target's version is not one that the kit works with
	Withdrawn   bool   `json:"withdrawn"`    // the catalog has the locked version no more
	NotAllowed  bool   `json:"not_allowed"`  // the constraint does not allow the locked version
}

// Current reports whether nothing is to be done about a kit.
func (o Outdated) Current() bool {
	newer := func(version string) bool { return version != "" && kitversion.Compare(version, o.Locked) > 0 }
	return !newer(o.Allowed) && !newer(o.Latest) && !o.EndOfLife && !o.OutOfRange && !o.Withdrawn && !o.NotAllowed
}

// Outdated asks the catalog about every kit of a lock: newer versions, the end
// of life of the locked one as of now, and whether it works with the target. The
// manifest says which versions are allowed and what the target is; nil: the lock does.
// The result is in the order of the lock. All errors are told.
func (r *Resolver) Outdated(ctx context.Context, m *lockfile.Manifest, l *lockfile.Lock, now time.Time) ([]Outdated, error) {
	target, constraints := l.Target, make(map[string]string)
	if m != nil {
		target = m.Target
		for _, e := range m.Kits {
			if k, found := l.Find(e); found {
				constraints[k.IntegrationID] = e.Version
			}
		}
	}
	workers := r.Workers
	if workers <= 0 {
		workers = download.DefaultWorkers
	}
	rows := make([]Outdated, len(l.Kits))
	failed := make([]error, len(l.Kits))
	var group errgroup.Group
	group.SetLimit(workers)
	for i, k := range l.Kits {
		group.Go(func() error {
			versions, err := r.Catalog.Versions(ctx, r.Environment, k.IntegrationID)
			if err == nil {
				if constraint, ok := constraints[k.IntegrationID]; ok {
					k.Constraint = constraint
				}
				rows[i], err = compare(k, target, versions, now)
			}
			if err != nil {
				failed[i] = fmt.Errorf("%s: %w", sanitize.Line(k.Name, maxName), err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return rows, errors.Join(failed...)
}

// compare tells how a locked kit stands among the versions of the catalog.
func compare(k lockfile.Kit, target lockfile.Target, versions []catalog.Version, now time.Time) (Outdated, error) {
	o := Outdated{Kit: k.Name, Locked: k.Version}
	c, err := kitversion.ParseConstraint(k.Constraint)
	if err != nil {
		return o, err
	}
	o.NotAllowed = !c.Allows(k.Version)
	kits := slices.DeleteFunc(slices.Clone(versions), func(v catalog.Version) bool { return !v.HasKit() })
	catalog.Newest(kits)
	for _, v := range kits {
		if o.Latest == "" && !kitversion.IsPrerelease(v.Number) {
			o.Latest = v.Number
		}
		if o.Allowed == "" && c.Allows(v.Number) {
			o.Allowed = v.Number
		}
	}
	i := slices.IndexFunc(kits, func(v catalog.Version) bool { return v.ID == k.VersionID })
	if i < 0 {
		i = slices.IndexFunc(kits, func(v catalog.Version) bool { return kitversion.Same(v.Number, k.Version) })
	}
	if i < 0 {
		o.Withdrawn = true
		return o, nil
	}
	v := kits[i]
	o.EndOfLifeOn, o.WorksWith = v.EndOfLifeOn, v.WorksWith
	// Dates are days of the calendar and compare as text; a longer form begins with the day.
	o.EndOfLife = len(v.EndOfLifeOn) >= len(time.DateOnly) && v.EndOfLifeOn[:len(time.DateOnly)] <= now.UTC().Format(time.DateOnly)
	o.OutOfRange = target.Version != "" && strings.EqualFold(v.Product.Name, target.Product) && !v.Product.Holds(target.Version)
	return o, nil
}
