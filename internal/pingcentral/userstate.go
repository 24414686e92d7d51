package pingcentral

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/pingkit/internal/fsutil"
)

// UserState keeps the key of sealed plans, the used plans and their outcomes in a
// directory of the user's own, so that every process of that user knows them: some
// MCP clients start the server anew for each call. Nothing is read or written
// until a plan is sealed or carried out. Where the directory cannot be used, the
// memory of this process serves instead, and Problem says why.
type UserState struct {
	open func() userState
}

type userState struct {
	key     []byte
	store   PlanStore
	problem error
}

// NewUserState returns the state in the directory that dir names when it is first
// needed. The directory is made with mode 0700, its files with mode 0600.
func NewUserState(dir func() (string, error)) *UserState {
	return &UserState{sync.OnceValue(func() userState {
		path, err := dir()
		if err == nil {
			var s userState
			if s, err = openUserState(path); err == nil {
				return s
			}
		}
		return userState{key: randomKey(), store: NewMemoryStore(), problem: err}
	})}
}

// Key returns the key of sealed plans.
func (u *UserState) Key() []byte { return u.open().key }

// Store returns the store of used plans.
func (u *UserState) Store() PlanStore { return u.open().store }

// Problem returns why other processes do not know the key and the used plans, or
// nil.
func (u *UserState) Problem() error { return u.open().problem }

// UserKeyFile is the name of the key's file in the directory of a UserState.
const UserKeyFile = "plan.key"

func openUserState(dir string) (userState, error) {
	plans := filepath.Join(dir, "plans")
	if err := os.MkdirAll(plans, 0o700); err != nil {
		return userState{}, err
	}
	// A key without a place for the used plans would let a plan be used twice.
	probe, err := os.CreateTemp(plans, "tmp-")
	if err != nil {
		return userState{}, err
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return userState{}, err
	}
	key, err := userKey(dir)
	if err != nil {
		return userState{}, err
	}
	root, err := os.OpenRoot(plans)
	if err != nil {
		return userState{}, err
	}
	return userState{key: key, store: &fileStore{root: root, now: time.Now}}, nil
}

// userKey reads the key, and makes it if there is none. Of two processes that make
// it at once, one wins: a link is made only where there is no file yet.
func userKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, UserKeyFile)
	key, err := readUserKey(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	f, err := os.CreateTemp(dir, "tmp-") // mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(randomKey())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return readUserKey(path)
}

func readUserKey(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", path)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("users other than its owner may use %s (mode %#o): remove it, and a new key is made", path, info.Mode().Perm())
	case info.Size() != keySize:
		return nil, fmt.Errorf("%s has %d bytes instead of %d: remove it, and a new key is made", path, info.Size(), keySize)
	}
	return os.ReadFile(path)
}

// fileStore is a PlanStore in a directory, shared by the processes of one user.
//
// The holder of a claim is the process that created its file, which the file
// system lets only one do. A claim of a key that was held before gets a file with
// the next number, and counts if no file has a higher one, so that no file is
// replaced while another process may be looking at it. A file goes a day after its
// claim ended.
type fileStore struct {
	root *os.Root
	now  func() time.Time
}

// fileClaim is the content of a claim's file.
type fileClaim struct {
	Ends  time.Time `json:"ends"`
	Value string    `json:"value"`
}

// keptFor is how long a file stays after its claim ended.
const keptFor = 24 * time.Hour

func (s *fileStore) Claim(_ context.Context, key, value string, lifetime time.Duration) (bool, error) {
	last, held, err := s.newest(key)
	if err != nil || s.now().Before(held.Ends) {
		return false, err
	}
	mine := last + 1
	name := claimFile(key, mine)
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := s.write(f, fileClaim{s.now().Add(lifetime), value}); err != nil {
		return false, errors.Join(err, s.root.Remove(name))
	}
	if last, _, err = s.newest(key); err != nil || last != mine {
		return false, errors.Join(err, s.root.Remove(name))
	}
	s.prune()
	return true, nil
}

// write makes a claim durable.
func (s *fileStore) write(f *os.File, c fileClaim) error {
	text, err := json.Marshal(c)
	if err == nil {
		_, err = f.Write(text)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return fsutil.Folder(s.root, ".")
}

// newest returns the number of the newest claim of key, 0 where there is none, and
// that claim.
func (s *fileStore) newest(key string) (number int, c fileClaim, err error) {
	names, err := s.names()
	if err != nil {
		return 0, fileClaim{}, err
	}
	prefix := claimPrefix(key)
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, prefix)); err == nil && strings.HasPrefix(name, prefix) {
			number = max(number, n)
		}
	}
	if number > 0 {
		c, err = s.read(claimFile(key, number))
	}
	return number, c, err
}

func (s *fileStore) names() ([]string, error) {
	dir, err := s.root.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return dir.Readdirnames(-1)
}

// unwrittenFor is how long a file without its content is a claim: longer than a
// plan can be used. Its process is writing it, or was ended right before.
const unwrittenFor = 2 * PlanLifetime

// read returns a claim.
func (s *fileStore) read(name string) (fileClaim, error) {
	text, err := s.root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return fileClaim{}, nil // pruned meanwhile
	}
	if err != nil {
		return fileClaim{}, err
	}
	var c fileClaim
	if json.Unmarshal(text, &c) == nil {
		return c, nil
	}
	info, err := s.root.Stat(name)
	if err != nil {
		return fileClaim{}, err
	}
	return fileClaim{info.ModTime().Add(unwrittenFor), "unknown"}, nil
}

// Release ends a claim. Its file stays, so that its number is not given again.
func (s *fileStore) Release(_ context.Context, key, value string) error {
	number, c, err := s.newest(key)
	if err != nil || number == 0 || c.Value != value || !s.now().Before(c.Ends) {
		return err
	}
	c.Ends = s.now()
	return s.replace(claimFile(key, number), c)
}

// replace changes the file of a claim at once for all readers.
func (s *fileStore) replace(name string, c fileClaim) error {
	temporary := "tmp-" + name
	f, err := s.root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if err := s.write(f, c); err != nil {
		return errors.Join(err, s.root.Remove(temporary))
	}
	return s.root.Rename(temporary, name)
}

func (s *fileStore) Value(_ context.Context, key string) (string, error) {
	_, c, err := s.newest(key)
	if err != nil || !s.now().Before(c.Ends) {
		return "", err
	}
	return c.Value, nil
}

// prune removes the files of claims that ended a day ago. What cannot be read or
// removed stays.
func (s *fileStore) prune() {
	names, err := s.names()
	if err != nil {
		return
	}
	for _, name := range names {
		info, err := s.root.Stat(name)
		if err != nil || s.now().Sub(info.ModTime()) < keptFor {
			continue // no claim of it has ended a day ago
		}
		if c, err := s.read(name); err == nil && s.now().Sub(c.Ends) >= keptFor {
			_ = s.root.Remove(name)
		}
	}
}

// claimPrefix names the files of key. A key holds slashes and what callers chose.
func claimPrefix(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:]) + "."
}

func claimFile(key string, number int) string { return claimPrefix(key) + strconv.Itoa(number) }
