package kitzip

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"unicode/utf8"
)

// ReadText returns the text of an entry, at most limit bytes of it; whole says
// whether that was all. It may end before limit so as not to cut a character.
// The error is [fs.ErrNotExist], [ErrNotText] if what was read is not UTF-8 or
// has control characters, [ErrUnsafe] or [ErrDamaged]. The text is third-party
// text: nothing in it is clean or trusted.
func (a *Archive) ReadText(path string, limit int64) (text string, whole bool, err error) {
	entry := a.entries[path]
	if bad := a.unfitAt(path); bad.err != nil {
		return "", false, bad.err
	}
	if entry == nil {
		return "", false, fmt.Errorf("entry %s: %w", quote(path), fs.ErrNotExist)
	}
	limit = min(max(limit, 0), MaxBytes)
	r, err := entry.Open()
	if err != nil {
		return "", false, readError(entry, err)
	}
	defer func() {
		if closeErr := r.Close(); closeErr != nil {
			err = errors.Join(err, closeErr)
		}
	}()
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return "", false, readError(entry, err)
	}
	whole = int64(len(data)) <= limit
	if !whole {
		data = data[:limit]
	}
	if !isText(data) || whole && !utf8.Valid(data) {
		return "", false, fmt.Errorf("entry %s: %w", quote(path), ErrNotText)
	}
	for !utf8.Valid(data) { // a character was cut
		data = data[:len(data)-1]
	}
	return string(data), whole, nil
}
