package pingcentral

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/pingkit/internal/sanitize"
)

// The shortest and longest client secret taken, in bytes. Shorter ones could not
// be kept out of error messages without garbling them (connect.WithSecret).
const (
	minSecret = 4
	maxSecret = 4096
)

// SecretSource is where a client_secret_ref may point. Nothing else is read.
type SecretSource struct {
	// Variable looks up an environment variable; asked for names that start with
	// PINGKIT_SECRET_ alone. Nil has none.
	Variable func(name string) (string, bool)
	// Dir is the one directory of secret files; empty has none. A link inside it
	// is followed as long as it stays inside it.
	Dir string
	// Reserved are files that serve pingkit itself, such as the key of sealed plans.
	// They are not read, wherever a link to them is.
	Reserved []string
}

// secretVariable is the form of the variables that may hold a client secret.
var secretVariable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^PINGKIT_SECRET_[A-Za-z0-9_]+$`) })

// check says whether ref can be read, without keeping what it holds. The time is
// when the file changed last, so that a plan notices a swapped secret; it is
// zero for a variable, which does not change while a process runs.
func (s SecretSource) check(ref string) (time.Time, error) {
	_, changed, err := s.read(ref)
	return changed, err
}

// lookup returns the secret. Only the sending of an approved write asks.
func (s SecretSource) lookup(ref string) (string, error) {
	secret, _, err := s.read(ref)
	return secret, err
}

func (s SecretSource) read(ref string) (secret string, changed time.Time, err error) {
	kind, name, _ := strings.Cut(ref, ":")
	if sanitize.Line(ref, maxShown) != ref {
		kind = "" // the plan would show another reference than this one
	}
	switch {
	case kind == "env" && secretVariable().MatchString(name):
		secret, err = s.variable(name)
	case kind == "file" && name != "":
		secret, changed, err = s.file(name)
	default:
		// Perhaps the secret itself stands there: it is not repeated.
		return "", changed, &RefusedError{
			Policy: true,
			Reason: "the client secret's reference is not of an allowed form",
			Next:   "give env:NAME with a NAME that starts with PINGKIT_SECRET_, or file:PATH with a path in the directory of secrets, written plainly and of at most 200 characters; never the secret itself",
		}
	}
	if err != nil {
		return "", changed, &RefusedError{
			Reason: fmt.Sprintf("the client secret %s cannot be used: %v", quoted(ref), err),
			Next:   "put it there on the machine where pingkit runs, or give another reference",
		}
	}
	return secret, changed, nil
}

func (s SecretSource) variable(name string) (string, error) {
	if s.Variable == nil {
		return "", errors.New("no variables can be read here")
	}
	value, found := s.Variable(name)
	if !found {
		return "", errors.New("the variable is not set")
	}
	return cleanSecret(value)
}

func (s SecretSource) file(path string) (string, time.Time, error) {
	var never time.Time
	if s.Dir == "" {
		return "", never, errors.New("no directory of secrets is set")
	}
	if filepath.IsAbs(path) {
		if relative, err := filepath.Rel(s.Dir, path); err == nil {
			path = relative
		}
	}
	if !filepath.IsLocal(path) {
		return "", never, errors.New("the path is outside the directory of secrets")
	}
	root, err := os.OpenRoot(s.Dir)
	if err != nil {
		return "", never, errors.New("the directory of secrets cannot be opened")
	}
	defer root.Close()
	// Looked at before it is opened, as opening a pipe would wait for a writer.
	if info, err := root.Stat(path); err != nil {
		return "", never, reason(err)
	} else if !info.Mode().IsRegular() {
		return "", never, errors.New("it is not a file")
	}
	f, err := root.Open(path)
	if err != nil {
		return "", never, reason(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", never, reason(err)
	}
	switch {
	case !info.Mode().IsRegular():
		return "", never, errors.New("it is not a file")
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o022 != 0:
		return "", never, errors.New("others than its owner may write the file")
	case s.reserved(info):
		return "", never, errors.New("the file serves pingkit itself")
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSecret+3))
	if err != nil {
		return "", never, reason(err)
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	value, err = cleanSecret(value)
	return value, info.ModTime(), err
}

func (s SecretSource) reserved(file os.FileInfo) bool {
	return slices.ContainsFunc(s.Reserved, func(path string) bool {
		own, err := os.Stat(path)
		return err == nil && os.SameFile(own, file)
	})
}

// cleanSecret refuses what JSON or a form cannot carry as it is, without saying
// what it found.
func cleanSecret(value string) (string, error) {
	switch {
	case strings.TrimSpace(value) == "":
		return "", errors.New("it is empty")
	case len(value) < minSecret:
		return "", fmt.Errorf("it is shorter than %d bytes", minSecret)
	case len(value) > maxSecret:
		return "", fmt.Errorf("it is longer than %d bytes", maxSecret)
	case strings.HasPrefix(value, "\ufeff"):
		return "", errors.New("it begins with a byte order mark: save it without one")
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl):
		return "", errors.New("it is not text on one line")
	}
	return value, nil
}

// reason is err without the path, which the reference already names.
func reason(err error) error {
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("it may not be read")
	case errors.As(err, &at):
		return at.Err
	}
	return err
}
