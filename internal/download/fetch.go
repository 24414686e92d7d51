package download

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download/inflight"
)

// DefaultMaxBytes is the size limit of a kit: 200 MB. PingOne documents 50.
const DefaultMaxBytes = 200_000_000

// DefaultWorkers is how many kits are downloaded at once.
const DefaultWorkers = 4

// Options configure a Fetcher. The zero value is good.
type Options struct {
	Cache    *Cache       // nil: none
	MaxBytes int64        // 0: DefaultMaxBytes
	Private  bool         // files for their owner only (0600 instead of 0644)
	Logger   *slog.Logger // nil: silence

	// Check returns an error for contents that are refused although their digest is
	// right. It runs before a file gets its name or enters the cache, unless
	// Request.Describe reads the contents anyway; nil refuses none.
	Check func(content io.ReaderAt, size int64) error
}

// Fetcher downloads kits. It is safe for concurrent use.
type Fetcher struct {
	api     func() (*connect.PingOne, error)
	options Options
	running inflight.Group[jobKey, Result, Progress]
	pause   time.Duration // longest pause before the second request for an asset
}

// New returns a Fetcher. A download that needs PingOne calls api, and returns its
// error.
func New(api func() (*connect.PingOne, error), options Options) *Fetcher {
	if options.MaxBytes <= 0 {
		options.MaxBytes = DefaultMaxBytes
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	return &Fetcher{api: api, options: options, pause: firstPause}
}

// MaxBytes returns the size limit of a kit.
func (f *Fetcher) MaxBytes() int64 { return f.options.MaxBytes }

// Request says which kit to fetch, and where to put it.
type Request struct {
	catalog.KitID

	Dir       string // where the file goes; created if absent
	Base      string // if not empty, Dir lies in it, and no symbolic link leads out of it. See [Within]
	FileName  string // must satisfy [IsFileName]; empty: the name that [FileName] makes
	Temporary bool   // the caller removes the file soon: it need not survive a power loss, and may share its bytes with the cache
	Describe  bool   // read the whole archive before the file gets its name, and fill Result.Contents

	ExpectedSHA256  string // in any form that [ParseDigest] reads; empty: only PingOne and its storage name digests
	Confirmed       bool   // PingOne named ExpectedSHA256 for this version before, as when a lock was made: the disk may serve it without a request
	PinnedBy        string // where ExpectedSHA256 comes from, for messages and results; default "expected_sha256"
	AllowUnverified bool   // accept a kit without any digest
	Overwrite       bool   // replace another file of the name
	MaxBytes        int64  // 0: the Fetcher's

	// Check replaces the Fetcher's, for a caller who judges the contents by
	// what it takes from them; nil: the Fetcher's.
	Check func(content io.ReaderAt, size int64) error
}

// Result is a kit on the disk.
type Result struct {
	Path       string
	Bytes      int64
	SHA256     string    // hexadecimal
	VerifiedBy []string  // the sources whose digests the file has; empty: none
	Reused     bool      // the file was there already
	Cached     bool      // the bytes came from the cache
	Contents   *Contents // nil without Request.Describe
}

// Progress is one step of a download. Events come every 256 KiB or less.
type Progress struct {
	Name  string // of the file
	Done  int64  // bytes; less than before if the download had to start over
	Total int64  // bytes; -1 if unknown
}

// Fetch downloads one kit. The file gets its name when all its bytes are synced to
// the disk and match every known digest: those in the headers of PingOne and of
// the storage, and the expected one. Until then the bytes are in a temporary file
// beside it, which Fetch removes on any failure.
//
// Fetch reuses a file of the name, or an entry of the cache, after PingOne named its digest for this version (now, or when a
// lock was made): an expected digest alone may be that of another kit. Equal requests at the same time share one download; ctx
// ends only the caller's own wait for it.
//
// progress may be nil. It is called by one goroutine at a time, not after Fetch
// has returned, and blocks the download. The error is an [*Error], which wraps
// failures of PingOne and of ctx.
func (f *Fetcher) Fetch(ctx context.Context, req Request, progress func(Progress)) (Result, error) {
	job, err := f.newJob(req)
	if err != nil {
		return Result{}, named(req, err)
	}
	result, err := f.running.Do(ctx, job.key, progress, func(ctx context.Context, notify func(Progress)) (Result, error) {
		return f.run(ctx, job, notify)
	})
	if end := ctx.Err(); end != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)) && !errors.Is(err, ErrDisk) {
		err = stopped(end)
	}
	if err != nil {
		return Result{}, named(req, err)
	}
	result.VerifiedBy = slices.Clone(result.VerifiedBy) // callers that share a download do not share memory
	return result, nil
}

// job is a validated request.
type job struct {
	Request
	key    jobKey
	pinned []expectedDigest
	limit  int64
}

// jobKey is equal for requests that share a download.
type jobKey struct {
	environment, integration, version string
	base, path                        string
	expected                          Sum
	unverified, overwrite, temporary  bool
	confirmed, checked                bool
	describe                          bool
	limit                             int64
}

func (f *Fetcher) newJob(req Request) (*job, error) {
	if req.FileName == "" {
		req.FileName = FileName(req.Integration, req.Version)
	}
	if !IsFileName(req.FileName) {
		return nil, failure(ErrRequest, "%.80q is not a safe name for its file", req.FileName)
	}
	for what, id := range map[string]string{"environment": req.EnvironmentID, "integration": req.IntegrationID, "version": req.VersionID} {
		if err := connect.CheckID(id); err != nil {
			return nil, failure(ErrRequest, "the ID of its %s %v", what, err)
		}
	}
	if req.Dir == "" {
		return nil, failure(ErrRequest, "no directory was given")
	}
	dir, err := filepath.Abs(req.Dir)
	if err != nil {
		return nil, diskError("finding the directory", err)
	}
	req.Dir = dir
	if req.Base != "" {
		if req.Base, err = filepath.Abs(req.Base); err != nil {
			return nil, diskError("finding the directory", err)
		}
	}
	j := &job{Request: req, limit: f.options.MaxBytes}
	if req.MaxBytes > 0 {
		j.limit = req.MaxBytes
	}
	j.key = jobKey{
		environment: req.EnvironmentID, integration: req.IntegrationID, version: req.VersionID,
		base: req.Base, path: filepath.Join(dir, req.FileName), limit: j.limit,
		unverified: req.AllowUnverified, overwrite: req.Overwrite, temporary: req.Temporary,
		confirmed: req.Confirmed, checked: req.Check != nil,
		describe: req.Describe,
	}
	if req.ExpectedSHA256 == "" {
		return j, nil
	}
	sum, err := ParseDigest(req.ExpectedSHA256)
	source := req.PinnedBy
	if source == "" {
		source = "expected_sha256"
	}
	if err != nil {
		return nil, failure(ErrRequest, "%s is %v", source, err)
	}
	j.pinned = []expectedDigest{{source, sum}}
	j.key.expected = sum
	return j, nil
}

// run does a job and removes its temporary file.
func (f *Fetcher) run(ctx context.Context, job *job, notify func(Progress)) (Result, error) {
	destination := &destination{
		base: job.Base, dir: job.Dir, file: job.FileName,
		private: f.options.Private, temporary: job.Temporary, overwrite: job.Overwrite,
	}
	d := &delivery{fetcher: f, job: job, destination: destination, notify: notify, expected: job.pinned}
	defer d.close()
	result, err := f.deliver(ctx, d)
	if err == nil {
		return result, nil
	}
	placed := d.part != nil && d.part.name == ""
	if left := d.abandon(); left != nil {
		return Result{}, errors.Join(err, left)
	}
	if e, ok := err.(*Error); ok && e.Kind == ErrDisk {
		e.clean = !placed
	}
	return Result{}, err
}

// deliver is d.run, but returns an error instead of a panic: a fault in the reading
// of a hostile archive must not end the program. The log gets the stack without the
// value of the panic, which may hold anything.
func (f *Fetcher) deliver(ctx context.Context, d *delivery) (result Result, err error) {
	defer func() {
		if recover() != nil {
			f.options.Logger.ErrorContext(ctx, "panic", "in", "download", "stack", string(debug.Stack()))
			err = &Error{Text: "a fault in pingkit, whose log has the stack; nothing was kept"}
		}
	}()
	return d.run(ctx)
}

// named puts the file's name into err.
func named(req Request, err error) error {
	name := FileName(req.Integration, req.Version)
	if IsFileName(req.FileName) {
		name = req.FileName
	}
	name = strings.TrimSuffix(name, extension)
	if e, ok := err.(*Error); ok {
		clone := *e
		clone.Name = name
		return &clone
	}
	return &Error{Name: name, Err: err}
}

// stopped is the error of a caller whose context ended.
func stopped(err error) error {
	return &Error{Text: "it was stopped, and nothing was left behind", Err: err}
}
