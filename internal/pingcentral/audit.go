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

// Audit writes two lines of JSON for each write: one before it is sent, without
// which it is not sent, and one with its outcome.
type Audit struct {
	mu     sync.Mutex // one line at a time
	stream io.Writer
	file   string

	openMu sync.Mutex
	open   map[*entry]bool // writes without their second line
	closed bool
}

// NewAudit returns an audit that writes each line to stream, and appends it to
// file and syncs it before it goes on. Either may be left out (nil, ""); both
// left out, every write is refused. The file is opened for each line, so that it
// can be rotated, and made with mode 0600.
func NewAudit(stream io.Writer, file string) *Audit { return &Audit{stream: stream, file: file} }

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

// entry is the audit of one write under way.
type entry struct {
	audit *Audit
	line  record
}

// begin writes the line before a write. After abandon it writes none.
func (a *Audit) begin(line record) (*entry, error) {
	line.phase = "before"
	a.openMu.Lock()
	defer a.openMu.Unlock()
	if a.closed {
		return nil, errors.New("the audit is closed, as pingkit ends")
	}
	if err := a.write(line); err != nil {
		return nil, err
	}
	e := &entry{a, line}
	if a.open == nil {
		a.open = map[*entry]bool{}
	}
	a.open[e] = true
	return e, nil
}

// end writes the line after it, unless it was written.
func (e *entry) end(outcome Status, detail string) error {
	e.audit.openMu.Lock()
	open := e.audit.open[e]
	delete(e.audit.open, e)
	e.audit.openMu.Unlock()
	if !open {
		return nil
	}
	line := e.line
	line.phase, line.outcome, line.detail = "after", outcome, detail
	return e.audit.write(line)
}

// abandon ends every write under way.
func (a *Audit) abandon(detail string) error {
	a.openMu.Lock()
	a.closed = true
	left := slices.Collect(maps.Keys(a.open))
	a.openMu.Unlock()
	var failed []error
	for _, e := range left {
		failed = append(failed, e.end(StatusUnknown, detail))
	}
	return errors.Join(failed...)
}

func (a *Audit) write(r record) error {
	line, err := r.line(time.Now())
	if err != nil {
		return fmt.Errorf("the audit line cannot be made: %w", err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stream == nil && a.file == "" {
		return fmt.Errorf("there is no place for the audit")
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
		out.AddAttrs(slog.Group("environment",
			slog.String("id", r.target.ID), slog.String("name", r.target.Name), slog.Bool("shielded", r.target.Shielded)),
			slog.Any("redirect_uris", r.redirects), slog.String("client_secret_ref", r.secretRef))
	}
	if r.restores != nil {
		out.AddAttrs(slog.String("promotion", r.restores.ID))
	}
	out.AddAttrs(
		slog.Group("approved", slog.String("by", string(r.approval.By)), slog.String("how", sanitize.Line(r.approval.How, maxShown)),
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
