package install

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/sanitize"
)

// What a sync keeps in a target besides the files of kits. The receipt stays;
// the others are there only while a sync runs, or was interrupted. (Where a
// directory cannot be locked there is a lockFile, too.)
const (
	receiptName = ".pingkit-receipt.json"
	journalName = ".pingkit-journal.json"
	stageName   = ".pingkit-stage"
)

const (
	receiptVersion = 1
	maxState       = 64 << 20 // of a receipt or journal, in bytes
)

// receipt records what sync wrote into a target, so that a later one removes
// what it owned and nothing else. It holds no times: the same syncs leave the
// same receipt.
type receipt struct {
	Version int         `json:"receipt_version"`
	Kits    []ownedKit  `json:"kits"`
	Files   []ownedFile `json:"files"`
	// Folders are those that sync created; it removes them once they are empty.
	Folders []string `json:"folders"`
}

// ownedKit is an installed kit, for people who look into the receipt.
type ownedKit struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
}

// ownedFile is a file as sync last wrote it.
type ownedFile struct {
	Path   string `json:"path"`
	Kit    string `json:"kit"` // name and version
	SHA256 string `json:"sha256"`
	Keep   bool   `json:"keep,omitempty"` // local edits win
}

// ReceiptError says that the receipt of a target cannot be read. Without it
// nobody knows which files are sync's own.
type ReceiptError struct{ Err error }

func (e *ReceiptError) Error() string {
	return fmt.Sprintf("%s cannot be read: %v; restore it, or delete it: then files that differ from the lock count as not sync's own",
		receiptName, e.Err)
}

// Unwrap returns the cause.
func (e *ReceiptError) Unwrap() error { return e.Err }

// readReceipt returns the receipt in root, or an empty one where there is none.
func readReceipt(root *os.Root) (r *receipt, raw []byte, err error) {
	raw, err = readState(root, receiptName)
	if errors.Is(err, fs.ErrNotExist) {
		return &receipt{Version: receiptVersion}, nil, nil
	}
	if err != nil {
		return nil, nil, diskError("reading the receipt", err)
	}
	r = &receipt{}
	if err := decodeStrict(raw, r); err != nil {
		return nil, nil, &ReceiptError{err}
	}
	if err := r.check(); err != nil {
		return nil, nil, &ReceiptError{err}
	}
	return r, raw, nil
}

// readState reads one of sync's own files.
func readState(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxState {
		return nil, fmt.Errorf("%s is not a file that sync wrote", name)
	}
	return root.ReadFile(name)
}

func decodeStrict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if len(bytes.TrimSpace(data[dec.InputOffset():])) > 0 {
		return errors.New("something follows after its end")
	}
	return nil
}

// check refuses paths and names that no sync can have written.
func (r *receipt) check() error {
	if r.Version != receiptVersion {
		return fmt.Errorf("its receipt_version is %d; this pingkit reads %d", r.Version, receiptVersion)
	}
	for _, k := range r.Kits {
		if err := errors.Join(checkName(k.Name), checkName(k.Version)); err != nil {
			return err
		}
	}
	for _, f := range r.Files {
		if err := errors.Join(lockfile.CheckPath(f.Path), checkName(f.Kit)); err != nil {
			return err
		}
	}
	for _, folder := range r.Folders {
		if err := lockfile.CheckPath(folder); err != nil {
			return err
		}
	}
	return nil
}

// checkName refuses the name of a kit that cannot be shown as it is: it goes to
// a terminal.
func checkName(s string) error {
	if sanitize.Line(s, 0) != s {
		return fmt.Errorf("%.80q is not the name of a kit", s)
	}
	return nil
}

// encode returns the canonical form.
func (r *receipt) encode() ([]byte, error) {
	sorted := receipt{
		Version: receiptVersion,
		Kits:    append([]ownedKit{}, r.Kits...),
		Files:   append([]ownedFile{}, r.Files...),
		Folders: append([]string{}, r.Folders...),
	}
	slices.SortFunc(sorted.Kits, func(a, b ownedKit) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.SHA256, b.SHA256))
	})
	slices.SortFunc(sorted.Files, func(a, b ownedFile) int { return cmp.Compare(a.Path, b.Path) })
	slices.Sort(sorted.Folders)
	return encodeJSON(sorted)
}

func encodeJSON(value any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// files returns the owned files by path.
func (r *receipt) files() map[string]ownedFile {
	files := make(map[string]ownedFile, len(r.Files))
	for _, f := range r.Files {
		files[f.Path] = f
	}
	return files
}

// restate corrects what stands at a path as sync wrote it.
func (r *receipt) restate(path, sha256 string) {
	for i := range r.Files {
		if r.Files[i].Path == path {
			r.Files[i].SHA256 = sha256
		}
	}
}
