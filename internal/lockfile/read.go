package lockfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/sanitize"
)

// The sizes of a lock file are bounded, for it may come from anyone's branch.
const (
	maxLock     = 32 << 20
	maxKits     = 2000
	maxKitFiles = 10_000 // as many as an archive may have
	maxText     = 300
)

// InvalidError says why a lock file cannot be used.
type InvalidError struct {
	File   string
	Reason string
}

func (e *InvalidError) Error() string {
	return fmt.Sprintf("%s cannot be used: %s; restore it from version control, or remove it and run `pingkit lock`", e.File, e.Reason)
}

// Read reads a lock file. The error matches fs.ErrNotExist where there is none,
// and is an *InvalidError where the file holds what pingkit would not write.
func Read(path string) (*Lock, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	l, err := Decode(data)
	if err != nil {
		return nil, invalid(path, err)
	}
	return l, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the lock: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxLock+1))
	if err != nil {
		return nil, fmt.Errorf("read the lock: %w", err)
	}
	return data, nil
}

func invalid(path string, err error) *InvalidError {
	return &InvalidError{File: filepath.Base(path), Reason: sanitize.Line(err.Error(), 500)}
}

// Decode reads what Encode wrote. It refuses everything else except other white
// space: keys that are unknown, stand twice or are spelled otherwise, items out
// of order, digests that are none, and paths that lead anywhere but into the
// product. So what a reviewer reads in a lock is what a sync does.
func Decode(data []byte) (*Lock, error) {
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	if len(data) > maxLock {
		return nil, fmt.Errorf("it is larger than %d bytes", maxLock)
	}
	var w wire
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("it ends too early")
		}
		return nil, err
	}
	if w.LockVersion != lockVersion {
		return nil, fmt.Errorf("its lock_version is %d; this pingkit reads %d", w.LockVersion, lockVersion)
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	canonical, err := w.Lock.Encode()
	if err != nil {
		return nil, err
	}
	var have, want bytes.Buffer
	if err := json.Compact(&have, data); err != nil {
		return nil, err
	}
	if err := json.Compact(&want, canonical); err != nil {
		return nil, err
	}
	if !bytes.Equal(have.Bytes(), want.Bytes()) {
		return nil, errors.New("it is not in the form that pingkit writes (sorted, each key once)")
	}
	for i := range w.Kits {
		w.Kits[i].Tree = ""
	}
	return &w.Lock, nil
}

// byteOrderMark begins texts that some editors on Windows write.
const byteOrderMark = "\xef\xbb\xbf"

// check refuses values that Encode of an honest lock cannot hold.
func (l *Lock) check() error {
	if !slices.Contains(products, l.Target.Product) {
		return errors.New(unknown("product", l.Target.Product, products))
	}
	if !slices.Contains(layouts, l.Target.Layout) {
		return errors.New(unknown("layout", l.Target.Layout, layouts))
	}
	if l.Target.Version != "" && !isNumber(l.Target.Version) {
		return fmt.Errorf("target version %q is no version", l.Target.Version)
	}
	if len(l.Kits) > maxKits {
		return fmt.Errorf("it lists more than %d kits", maxKits)
	}
	ids := make(map[string]bool)
	for _, k := range l.Kits {
		if err := k.check(); err != nil {
			return fmt.Errorf("kit %q: %w", k.Name, err)
		}
		if ids[k.IntegrationID] {
			return fmt.Errorf("kit %q is listed twice", k.Name)
		}
		ids[k.IntegrationID] = true
	}
	return nil
}

func (k Kit) check() error {
	for name, text := range map[string]string{"name": k.Name, "integration_id": k.IntegrationID,
		"constraint": k.Constraint, "version": k.Version, "version_id": k.VersionID} {
		if text == "" || !isPlain(text) {
			return fmt.Errorf("its %s %q is no name", name, text)
		}
	}
	if !isPlain(k.Request) {
		return fmt.Errorf("its request %q is no name", k.Request)
	}
	if c, err := kitversion.ParseConstraint(k.Constraint); err != nil {
		return err
	} else if c.String() != k.Constraint {
		return fmt.Errorf("its constraint %q is not in canonical spelling (%s)", k.Constraint, c)
	}
	if err := checkDigest(k.SHA256); err != nil {
		return err
	}
	if k.Size <= 0 {
		return fmt.Errorf("its size is %d", k.Size)
	}
	if len(k.Layout) != 1 || !strings.Contains("ABCDEF", k.Layout) {
		return fmt.Errorf("its layout %q is none of A to F", k.Layout)
	}
	for _, glob := range slices.Concat(k.Exclude, k.Keep) {
		if err := kitzip.CheckPattern(glob); err != nil {
			return err
		}
	}
	for _, rule := range k.Rules {
		if err := errors.Join(kitzip.CheckPattern(rule.From), checkDestination(rule.To)); err != nil {
			return err
		}
	}
	return k.checkFiles()
}

func (k Kit) checkFiles() error {
	if len(k.Files) > maxKitFiles {
		return fmt.Errorf("it lists more than %d files", maxKitFiles)
	}
	seen := make(map[string]bool)
	for _, f := range k.Files {
		if err := CheckPath(f.Path); err != nil {
			return err
		}
		if folded := kitzip.Fold(f.Path); seen[folded] {
			return fmt.Errorf("the path %q is listed twice", f.Path)
		} else {
			seen[folded] = true
		}
		if err := CheckPath(f.From); err != nil {
			return fmt.Errorf("in the archive, %w", err)
		}
		if f.Size < 0 {
			return fmt.Errorf("the size of %q is %d", f.Path, f.Size)
		}
		if err := checkDigest(f.SHA256); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return nil
}

// isPlain reports whether s can be shown to a person as it is.
func isPlain(s string) bool { return sanitize.Line(s, maxText) == s }

func checkDigest(s string) error {
	if len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return fmt.Errorf("%q is not a sha256 in lower-case hexadecimal", s)
	}
	return nil
}

// ReadToReplace is [Read] for the command that makes the lock. An empty file is no
// lock; of a file with the conflict marks of a merge, the versions of one side count.
// notice tells what became of such a file. A file with other contents may be no lock at
// all, and is an *InvalidError.
func ReadToReplace(path string) (l *Lock, notice string, err error) {
	l, err = Read(path)
	unusable, ok := errors.AsType[*InvalidError](err)
	if !ok {
		return l, "", err
	}
	data, err := readFile(path)
	if err != nil {
		return nil, "", err
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte(byteOrderMark)))) == 0 {
		return nil, unusable.File + " was empty; it is made again from the manifest alone", nil
	}
	sides := conflictSides(data)
	if sides == nil {
		return nil, "", unusable
	}
	for _, side := range sides {
		if l, err := Decode(side); err == nil {
			return l, unusable.File + " has the conflict marks of a merge; it is made again from the manifest and the versions of one side", nil
		}
	}
	return nil, unusable.File + " has the conflict marks of a merge, and neither side can be used; it is made again from the manifest alone", nil
}

// conflictSides returns the two sides of a file with the conflict marks of Git, or
// nothing where it has none.
func conflictSides(data []byte) [][]byte {
	const both, ours, base, theirs = 0, 1, 2, 3
	var sides [2][]byte
	part, marked := both, false
	for line := range bytes.Lines(data) {
		next := both
		switch {
		case bytes.HasPrefix(line, []byte("<<<<<<<")):
			next = ours
		case bytes.HasPrefix(line, []byte("|||||||")):
			next = base
		case bytes.HasPrefix(line, []byte("=======")):
			next = theirs
		case bytes.HasPrefix(line, []byte(">>>>>>>")):
		default:
			if part == both || part == ours {
				sides[0] = append(sides[0], line...)
			}
			if part == both || part == theirs {
				sides[1] = append(sides[1], line...)
			}
			continue
		}
		part, marked = next, true
	}
	if !marked {
		return nil
	}
	return sides[:]
}
