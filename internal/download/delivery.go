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
	fetcher     *Fetcher
	job         *job
	destination *destination
	notify      func(Progress)
	part        *part            // nil until bytes are to be written
	expected    []expectedDigest // every digest that is known
	contents    *Contents        // nil until the archive is described
}

// run returns the kit from the first of these that has it: the file of the name,
// the cache, PingOne. The disk serves only what PingOne named for this version.
func (d *delivery) run(ctx context.Context) (Result, error) {
	if len(d.expected) > 0 {
		if result, done, err := d.local(ctx, d.job.Confirmed); done || err != nil {
			return result, err
		}
	}
	api, err := d.fetcher.api()
	if err != nil {
		return Result{}, err
	}
	// The disk was checked above for a digest that PingOne confirmed.
	t := &transfer{delivery: d, api: api, size: -1, checked: len(d.expected) > 0 && d.job.Confirmed}
	if result, done, err := t.run(ctx); done || err != nil {
		return result, err
	}
	sum := d.part.sum()
	if err := mismatch(sum, d.expected); err != nil {
		return Result{}, err
	}
	if err := d.inspect(ctx); err != nil {
		return Result{}, err
	}
	d.remember(ctx, sum)
	return d.finish(ctx, sum, false)
}

// inspect refuses an archive that must not get the kit's name, and describes the
// others if the job asks for it.
func (d *delivery) inspect(ctx context.Context) (err error) {
	check := d.job.Check
	if check == nil {
		check = d.fetcher.options.Check
	}
	switch {
	case d.job.Describe:
		d.contents, err = describe(ctx, d.part.file, d.part.size)
	case check != nil:
		err = check(d.part.file, d.part.size)
	}
	if err == nil || ctx.Err() != nil {
		return d.readable(ctx, err)
	}
	return &Error{Kind: ErrIntegrity, Text: "the archive is refused, and nothing was left behind", Err: err}
}

// local delivers the kit without a transfer if its digest is known, PingOne
// confirmed it, and the disk has it. Another file of the name is an error unless it
// may be replaced.
func (d *delivery) local(ctx context.Context, confirmed bool) (result Result, done bool, err error) {
	sum, size, found, err := d.destination.existing(ctx)
	if err != nil {
		return Result{}, false, d.readable(ctx, err)
	}
	if found {
		switch {
		case len(d.expected) > 0 && sum == d.expected[0].sum:
			if confirmed {
				result, err := d.reuse(ctx, sum, size)
				return result, err == nil, err
			}
		case !d.job.Overwrite:
			return Result{}, false, d.taken()
		}
	}
	if !confirmed || len(d.expected) == 0 || d.fetcher.options.Cache == nil {
		return Result{}, false, nil
	}
	return d.fromCache(ctx, d.expected[0].sum)
}

// readable returns err, or that the download was stopped if ctx has ended.
func (d *delivery) readable(ctx context.Context, err error) error {
	if end := ctx.Err(); end != nil {
		return stopped(end)
	}
	return err
}

func (d *delivery) taken() error {
	return failure(ErrExists, "%s exists and is another file; allow to overwrite it, or choose another directory", d.destination.path())
}

// reuse returns the file that has the name and the digest already.
func (d *delivery) reuse(ctx context.Context, sum Sum, size int64) (Result, error) {
	if d.job.Describe && d.contents == nil {
		file, err := d.destination.root.Open(d.job.FileName)
		if err != nil {
			return Result{}, diskError("opening the file that exists", err)
		}
		d.contents, err = describe(ctx, file, size)
		if err = errors.Join(err, file.Close()); err != nil {
			return Result{}, d.readable(ctx, &Error{Kind: ErrIntegrity, Text: d.destination.path() + " exists, has the right digest, and is refused", Err: err})
		}
	}
	d.notify(Progress{Name: d.job.FileName, Done: size, Total: size})
	result := d.result(sum, size)
	result.Reused = true
	return result, nil
}

func (d *delivery) result(sum Sum, size int64) Result {
	return Result{Path: d.destination.path(), Bytes: size, SHA256: sum.String(), VerifiedBy: sources(d.expected), Contents: d.contents}
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
	if err := d.inspect(ctx); err != nil {
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
	part, err := d.destination.newPart()
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
	// A file that stays is copied: editing it in place must not change the cache.
	if d.destination.temporary && d.fetcher.options.Cache.link(sum, filepath.Join(d.destination.dir, d.part.name)) {
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
		// Another process was faster. Its file serves if it is the same.
		other, size, found, err := d.destination.existing(ctx)
		if err != nil {
			return Result{}, d.readable(ctx, err)
		}
		if !found || other != sum {
			return Result{}, d.taken()
		}
		if err := d.part.discard(); err != nil {
			return Result{}, err
		}
		return d.reuse(ctx, sum, size)
	}
	if err != nil {
		return Result{}, err
	}
	result := d.result(sum, size)
	result.Cached = cached
	return result, nil
}

// abandon removes what was written.
func (d *delivery) abandon() error {
	if d.part == nil {
		return nil
	}
	return d.part.discard()
}

func (d *delivery) close() {
	if err := d.destination.close(); err != nil {
		d.warn(context.Background(), "the directory could not be closed", err)
	}
}
