package download

import (
	"errors"
	"fmt"
	"io/fs"

	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/kitzip"
)

// What went wrong with a download, for errors.Is. Failures of PingOne itself
// (credentials, network) are [*connect.Error]s of that system as they came.
var (
	// ErrIntegrity: the bytes are not the kit that was promised. A digest does
	// not match, two sources of it disagree, or no zip archive came.
	ErrIntegrity = kitzip.ErrIntegrity
	// ErrUnverified: nobody named a digest, and that was not allowed.
	ErrUnverified = errors.New("no digest to verify with")
	// ErrTooLarge: the kit exceeds the size limit.
	ErrTooLarge = errors.New("too large")
	// ErrNoKit: PingOne has no kit for this version.
	ErrNoKit = errors.New("no kit")
	// ErrExists: another file has the name already, and was not to be replaced.
	ErrExists = errors.New("file exists")
	// ErrDisk: the local disk failed, or refused.
	ErrDisk = fsutil.ErrDisk
	// ErrUnavailable: the storage did not deliver, however often it was asked:
	// its links had expired, it broke off or it answered with errors.
	ErrUnavailable = errors.New("storage unavailable")
	// ErrOutside: a directory lies outside the one that downloads may enter.
	ErrOutside = errors.New("outside the download directory")
	// ErrRequest: the request itself cannot be carried out, such as an expected
	// digest that is none.
	ErrRequest = errors.New("bad download request")
)

// Error is a failed download. Nothing of it was left on the disk, unless the
// text says so.
type Error struct {
	Name string // of the file
	Kind error  // one of the errors above, or nil where the cause says all
	Text string // what happened and what to do next; may be empty
	Err  error  // the cause, or nil

	clean bool // nothing was left behind, which the text does not say yet
}

func (e *Error) Error() string {
	text := "download of " + e.Name + " failed"
	if e.Text != "" {
		text += ": " + e.Text
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	if e.clean {
		text += "; nothing was left behind"
	}
	return text
}

// Unwrap returns the kind and the cause.
func (e *Error) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// failure is an Error that does not know the file's name yet.
func failure(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// diskError is a failure of the local disk. The paths of an *fs.PathError stay
// out of the text: temporary names mean nothing to the reader.
func diskError(doing string, err error) *Error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return &Error{Kind: ErrDisk, Text: doing, Err: err}
}
