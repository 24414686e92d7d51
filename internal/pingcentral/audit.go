package pingcentral

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"example.com/pingkit/internal/sanitize"
)

// auditLimit is how long one line of the audit may take. A disk or a reader of
// stderr that stalls longer than this refuses the write.
const auditLimit = 5 * time.Second

// Audit writes two lines of JSON for each write: one before it is sent, without
// which it is not sent, and one with its outcome.
type Audit struct {
	stream io.Writer
	file   string
	limit  time.Duration
	turn   chan struct{} // held by the goroutine that writes a line

	mu       sync.Mutex      // never held while a line is written
	open     map[*entry]bool // writes without their second line
	draining bool
}

// NewAudit returns an audit that writes each line to stream, and appends it to
// file and syncs it before it goes on. Either may be left out (nil, ""); both
// left out, every write is refused. The file is opened for each line, so that it
// can be rotated, and made with mode 0600.
func NewAudit(stream io.Writer, file string) *Audit {
	return &Audit{stream: stream, file: file, limit: auditLimit, turn: make(chan struct{}, 1), open: map[*entry]bool{}}
}

// record is a line of the audit. None of its fields can hold a secret.
type record struct {
	phase       string // before, after
	kind        Kind
	plan        *Plan
	approval    Approval
	application Application
	target      *Environment
	restores    *Promotion
	secretRef   string
	redirects   []string
	transaction string
	outcome     Status // of the line after
	detail      string // likewise
}

// after returns the second line of a write.
func (r record) after(outcome Status, detail string) record {
	r.phase, r.outcome, r.detail = "after", outcome, detail
	return r
}

// entry is the audit of one write under way.
type entry struct {
	audit *Audit
	line  record
}

var (
	errDraining  = errors.New("pingkit is shutting down")
	errAuditSlow = errors.New("the audit did not take the line in time")
)

// begin writes the line before a write. It fails when ctx ends first, when the
// line takes longer than the limit, and after drain.
func (a *Audit) begin(ctx context.Context, line record) (*entry, error) {
	line.phase = "before"
	if err := a.drained(); err != nil {
		return nil, err
	}
	if err := a.write(ctx, line); err != nil {
		return nil, err
	}
	e := &entry{a, line}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open[e] = true
	return e, nil
}

// drained returns errDraining after drain.
func (a *Audit) drained() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.draining {
		return errDraining
	}
	return nil
}

// drain makes every later begin fail.
func (a *Audit) drain() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.draining = true
}

// end writes the line after a write, unless abandon wrote it.
func (e *entry) end(outcome Status, detail string) error {
	e.audit.mu.Lock()
	open := e.audit.open[e]
	delete(e.audit.open, e)
	e.audit.mu.Unlock()
	if !open {
		return nil
	}
	return e.audit.write(context.Background(), e.line.after(outcome, detail))
}

// abandon ends every write under way.
func (a *Audit) abandon(detail string) error {
	a.drain()
	a.mu.Lock()
	left := slices.Collect(maps.Keys(a.open))
	a.mu.Unlock()
	var failed []error
	for _, e := range left {
		failed = append(failed, e.end(StatusUnknown, detail))
	}
	return errors.Join(failed...)
}

// write writes one line within the limit. A stalled disk or pipe cannot be
// interrupted, so a goroutine writes and keeps its turn until it is done. If
// the caller has given up by then, a first line gets a second one that says that
// nothing was sent.
func (a *Audit) write(ctx context.Context, r record) error {
	line, err := r.line(time.Now())
	if err != nil {
		return fmt.Errorf("the audit line cannot be made: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, a.limit, errAuditSlow)
	defer cancel()
	select {
	case a.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	written := make(chan error)
	go func() {
		defer func() { <-a.turn }()
		err := a.put(line)
		select {
		case written <- err:
			return
		case <-ctx.Done():
		}
		if err != nil || r.phase != "before" {
			return
		}
		if line, err := r.after(statusNotSent, context.Cause(ctx).Error()).line(time.Now()); err == nil {
			_ = a.put(line) // no one is left to tell of a failure
		}
	}()
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (a *Audit) put(line []byte) error {
	if a.stream == nil && a.file == "" {
		return errors.New("there is no place for the audit")
	}
	if a.file != "" {
		if err := appendLine(a.file, line); err != nil {
			return fmt.Errorf("the audit file cannot be written: %w", err)
		}
	}
	if a.stream != nil {
		if _, err := a.stream.Write(line); err != nil {
			return fmt.Errorf("the audit line cannot be written: %w", err)
		}
	}
	return nil
}

// appendLine writes line in one call, which O_APPEND keeps whole between
// processes, and returns when it is on the disk. It ends what a full disk left
// of an earlier line first, which would spoil this one.
func appendLine(path string, line []byte) (err error) {
	// Looked at before it is opened, as opening a pipe would wait for a reader.
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if size := info.Size(); size > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	return f.Sync()
}

func (r record) line(now time.Time) ([]byte, error) {
	var b bytes.Buffer
	out := slog.NewRecord(now.UTC(), slog.LevelInfo, "audit", 0)
	out.AddAttrs(
		slog.String("phase", r.phase),
		slog.String("action", string(r.kind)),
		slog.Group("application", slog.String("id", r.application.ID), slog.String("name", r.application.Name)),
	)
	if r.target != nil {
		environment := []any{slog.String("id", r.target.ID), slog.String("name", r.target.Name)}
		if r.target.ID != "" { // else it is only what the caller named, and nothing was read of it
			environment = append(environment, slog.Bool("shielded", r.target.Shielded))
		}
		out.AddAttrs(slog.Group("environment", environment...),
			slog.Any("redirect_uris", r.redirects), slog.String("client_secret_ref", r.secretRef))
	}
	if r.restores != nil {
		out.AddAttrs(slog.String("promotion", r.restores.ID))
	}
	group := "approved"
	if r.phase == "asked" {
		group = "asked"
	}
	out.AddAttrs(
		slog.Group(group, slog.String("by", string(r.approval.By)), slog.String("how", sanitize.Line(r.approval.How, maxShown)),
			slog.String("caller", sanitize.Line(r.approval.Caller, maxShown))),
		slog.Group("plan", slog.String("id", r.plan.ID), slog.String("digest", r.plan.Digest)),
		slog.String("transaction_id", r.transaction),
	)
	if r.outcome != "" {
		out.AddAttrs(slog.String("outcome", string(r.outcome)), slog.String("detail", r.detail))
	}
	// The level says nothing here: every line of the audit is written.
	drop := func(groups []string, attr slog.Attr) slog.Attr {
		if len(groups) == 0 && attr.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return attr
	}
	err := slog.NewJSONHandler(&b, &slog.HandlerOptions{ReplaceAttr: drop}).Handle(context.Background(), out)
	return b.Bytes(), err
}
