package download

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
)

// delivery is the work on one job.
type delivery struct {
	fetcher *Fetcher
	job     *job
	place   *place
	notify  func(Progress)
	part    *part   // nil until bytes are to be written
	told    []claim // every digest that is known
}

// run returns the kit from the first place that has it: the file of the name,
// the cache, PingOne. The disk serves only what PingOne named for this version.
func (d *delivery) run(ctx context.Context) (Result, error) {
	if len(d.told) > 0 {
		if result, done, err := d.local(ctx, d.job.Confirmed); done || err != nil {
			return result, err
		}
	}
	api, err := d.fetcher.api()
	if err != nil {
		return Result{}, err
	}
	// A digest that PingOne confirmed was looked for on the disk already.
	t := &transfer{delivery: d, api: api, size: -1, checked: len(d.told) > 0 && d.job.Confirmed}
	if result, done, err := t.run(ctx); done || err != nil {
		return result, err
	}
	sum := d.part.sum()
	if err := mismatch(sum, d.told); err != nil {
		return Result{}, err
	}
	if err := d.check(); err != nil {
		return Result{}, err
	}
	d.remember(ctx, sum)
	return d.finish(ctx, sum, false)
}

// check refuses contents that nobody should find under the kit's name.
func (d *delivery) check() error {
	check := d.job.Check
	if check == nil {
		check = d.fetcher.options.Check
	}
	if check == nil {
		return nil
	}
	if err := check(d.part.file, d.part.size); err != nil {
		return &Error{Kind: ErrIntegrity, Text: "what came is refused, and nothing was left behind", Err: err}
	}
	return nil
}

// local delivers the kit without a transfer, if the digest is known, PingOne
// confirmed it, and the disk has it. An existing file that is not to be replaced is
// an error.
func (d *delivery) local(ctx context.Context, confirmed bool) (result Result, done bool, err error) {
	sum, size, found, err := d.place.existing(ctx)
	if err != nil {
		return Result{}, false, d.readable(ctx, err)
	}
	if found {
		switch {
		case len(d.told) > 0 && sum == d.told[0].sum:
			if confirmed {
				return d.reuse(sum, size), true, nil
			}
		case !d.job.Overwrite:
			return Result{}, false, d.taken()
		}
	}
	if !confirmed || len(d.told) == 0 || d.fetcher.options.Cache == nil {
		return Result{}, false, nil
	}
	return d.fromCache(ctx, d.told[0].sum)
}

// readable passes on err, which says that ctx ended in the way of this package.
func (d *delivery) readable(ctx context.Context, err error) error {
	if end := ctx.Err(); end != nil {
		return stopped(end)
	}
	return err
}

func (d *delivery) taken() error {
	return failure(ErrExists, "%s exists and is another file; allow to overwrite it, or choose another directory", d.place.path())
}

func (d *delivery) reuse(sum Sum, size int64) Result {
	d.notify(Progress{Name: d.job.FileName, Done: size, Total: size})
	return Result{Path: d.place.path(), Bytes: size, SHA256: sum.String(), VerifiedBy: sources(d.told), Reused: true}
}

// fromCache copies the cache's entry. An altered one is an error.
func (d *delivery) fromCache(ctx context.Context, sum Sum) (Result, bool, error) {
	cache := d.fetcher.options.Cache
	entry, err := cache.open(sum)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			d.warn(ctx, "the cache could not be read", err)
		}
		return Result{}, false, nil
	}
	defer entry.Close()
	if err := d.begin(); err != nil {
		return Result{}, false, err
	}
	err = copyChunks(ctx, d.part, entry)
	switch {
	case ctx.Err() != nil:
		return Result{}, false, stopped(ctx.Err())
	case errors.Is(err, ErrDisk):
		return Result{}, false, err
	case err != nil:
		d.warn(ctx, "the cache could not be read", err)
		return Result{}, false, d.part.restart()
	case d.part.sum() != sum:
		return Result{}, false, &Error{Kind: ErrIntegrity, Err: cache.setAside(sum, d.part.sum())}
	}
	if err := d.check(); err != nil {
		return Result{}, false, err
	}
	d.notify(Progress{Name: d.job.FileName, Done: d.part.size, Total: d.part.size})
	result, err := d.finish(ctx, sum, true)
	return result, err == nil, err
}

// begin makes sure that there is a temporary file.
func (d *delivery) begin() error {
	if d.part != nil {
		return nil
	}
	part, err := d.place.newPart()
	if err != nil {
		return err
	}
	d.part = part
	return nil
}

// remember puts the bytes of the temporary file into the cache. A download does
// not fail because of the cache.
func (d *delivery) remember(ctx context.Context, sum Sum) {
	if d.fetcher.options.Cache == nil {
		return
	}
	// A file that stays is copied: whoever edits it in place must not edit the cache.
	if d.place.temporary && d.fetcher.options.Cache.link(sum, filepath.Join(d.place.dir, d.part.name)) {
		return
	}
	if err := d.fetcher.options.Cache.take(ctx, sum, d.part.file); err != nil {
		d.warn(ctx, "the cache could not be written", err)
	}
}

func (d *delivery) warn(ctx context.Context, message string, err error) {
	d.fetcher.options.Logger.LogAttrs(ctx, slog.LevelWarn, message, slog.String("file", d.job.FileName), slog.String("error", err.Error()))
}

// finish gives the verified bytes their name.
func (d *delivery) finish(ctx context.Context, sum Sum, cached bool) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, stopped(err)
	}
	size := d.part.size
	err := d.part.commit()
	if errors.Is(err, errTaken) {
		// Another process was faster. Its file is as good if it is the same.
		other, size, found, err := d.place.existing(ctx)
		if err != nil {
			return Result{}, d.readable(ctx, err)
		}
		if !found || other != sum {
			return Result{}, d.taken()
		}
		if err := d.part.discard(); err != nil {
			return Result{}, err
		}
		return d.reuse(sum, size), nil
	}
	if err != nil {
		return Result{}, err
	}
	return Result{Path: d.place.path(), Bytes: size, SHA256: sum.String(), VerifiedBy: sources(d.told), Cached: cached}, nil
}

// abandon removes what was written.
func (d *delivery) abandon() error {
	if d.part == nil {
		return nil
	}
	return d.part.discard()
}

func (d *delivery) close() {
	if err := d.place.close(); err != nil {
		d.warn(context.Background(), "the directory could not be closed", err)
	}
}
