package download

import (
	"errors"
	"fmt"
	"io/fs"

	"example.com/pingkit/internal/fsutil"
	"example.com/pingkit/internal/kitzip"
)

// Kinds of failed downloads, for errors.Is. Failures of PingOne itself, such as
// wrong credentials, are [*connect.Error]s.
var (
	// ErrIntegrity: the bytes are not the expected kit. A digest does not match,
	// two sources of it disagree, or the body is not a sound zip archive.
	ErrIntegrity = kitzip.ErrIntegrity
	// ErrUnverified: no source names a digest, and the request requires one.
	ErrUnverified = errors.New("no digest to verify with")
	// ErrTooLarge: the kit exceeds the size limit.
	ErrTooLarge = errors.New("too large")
	// ErrNoKit: PingOne has no kit for this version.
	ErrNoKit = errors.New("no kit")
	// ErrExists: another file has the name, and the request does not replace it.
	ErrExists = errors.New("file exists")
	// ErrDisk: the local disk failed, or refused.
	ErrDisk = fsutil.ErrDisk
	// ErrUnavailable: the storage did not deliver after all retries: its links
	// expired, it closed the connection or it answered with errors.
	ErrUnavailable = errors.New("storage unavailable")
	// ErrOutside: a directory lies outside the one that downloads may enter.
	ErrOutside = errors.New("outside the download directory")
	// ErrRequest: the request is invalid, such as an expected digest that is not
	// a SHA-256.
	ErrRequest = errors.New("bad download request")
)

// Error is a failed download. It left nothing on the disk, unless its text says
// so.
type Error struct {
	Name string // of the file
	Kind error  // one of the errors above, or nil where the cause says all
	Text string // what failed and what to do next; may be empty
	Err  error  // the cause, or nil

	clean bool // nothing was left behind, and the text does not say so
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

// failure returns an Error that lacks the name of the file.
func failure(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// diskError returns a failure of the local disk. It leaves out the path of an
// *fs.PathError, because temporary names mean nothing to the reader.
func diskError(doing string, err error) *Error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		err = pathError.Err
	}
	return &Error{Kind: ErrDisk, Text: doing, Err: err}
}
