package pingcentral

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// process returns the state of another process of the same user.
func process(t *testing.T, dir string) *UserState {
	t.Helper()
	u := NewUserState(func() (string, error) { return dir, nil })
	t.Cleanup(func() {
		if s, ok := u.Store().(*fileStore); ok {
			s.root.Close()
		}
	})
	return u
}

func TestUserStateIsSharedByProcesses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pingkit")
	one, two := process(t, dir), process(t, dir)
	if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 0 {
		t.Fatalf("before it is needed there is %v, %v", entries, err)
	}
	testClaims(t, one.Store(), two.Store())
	testKept(t, one.Store(), two.Store())
	if !bytes.Equal(one.Key(), two.Key()) || len(one.Key()) != keySize || one.Problem() != nil || two.Problem() != nil {
		t.Errorf("the keys differ, or %v, %v", one.Problem(), two.Problem())
	}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
			t.Errorf("%s has the mode %#o", path, mode)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestUserKeyIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	var keys [8][]byte
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() { keys[i] = process(t, dir).Key() })
	}
	all.Wait()
	for _, key := range keys {
		if !bytes.Equal(key, keys[0]) {
			t.Fatal("processes that start together have different keys")
		}
	}
}

func TestUserStateThatCannotBeUsed(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, dir string) error
		problem string
	}{
		{"a file in the way", func(_ *testing.T, dir string) error { return os.WriteFile(dir, nil, 0o600) }, "not a directory"},
		{"a key for all to read", func(_ *testing.T, dir string) error {
			return writeKey(dir, bytes.Repeat([]byte{1}, keySize), 0o644)
		}, "users other than its owner"},
		{"a key cut off", func(_ *testing.T, dir string) error { return writeKey(dir, []byte{1}, 0o600) }, "has 1 bytes"},
		{"a link to a key", func(_ *testing.T, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Symlink("/dev/zero", filepath.Join(dir, UserKeyFile))
		}, "is not a file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "pingkit")
			if err := test.prepare(t, dir); err != nil {
				t.Fatal(err)
			}
			u := process(t, dir)
			if err := u.Problem(); err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("the problem is %v", err)
			}
			if _, ok := u.Store().(*memoryStore); !ok || len(u.Key()) != keySize || bytes.Equal(u.Key(), process(t, dir).Key()) {
				t.Error("the memory of the process does not serve")
			}
		})
	}
}

func writeKey(dir string, key []byte, mode os.FileMode) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, UserKeyFile), key, mode)
}

func TestFileStore(t *testing.T) {
	open := func(t *testing.T, now *time.Time) *fileStore {
		t.Helper()
		root, err := os.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { root.Close() })
		return &fileStore{root: root, now: func() time.Time { return *now }}
	}
	t.Run("a claim that ended leaves later", func(t *testing.T) {
		now := time.Now()
		s := open(t, &now)
		for _, after := range []time.Duration{0, time.Hour, 2 * time.Hour, 48 * time.Hour} {
			now = now.Add(after)
			if free, err := s.Claim(t.Context(), "write/a", "me", time.Minute); !free || err != nil {
				t.Fatal(free, err)
			}
		}
		if names, err := s.names(); len(names) != 1 || err != nil {
			t.Errorf("the directory holds %q, %v", names, err)
		}
	})
	t.Run("a file that was cut off holds until a plan has expired", func(t *testing.T) {
		now := time.Now()
		s := open(t, &now)
		if err := s.root.WriteFile(claimFile("plan/a", 1), []byte(`{"en`), 0o600); err != nil {
			t.Fatal(err)
		}
		if free, err := s.Claim(t.Context(), "plan/a", "", time.Minute); free || err != nil {
			t.Errorf("the claim gives %t, %v", free, err)
		}
		now = now.Add(unwrittenFor + time.Second)
		if free, err := s.Claim(t.Context(), "plan/a", "", time.Minute); !free || err != nil {
			t.Errorf("after it, the claim gives %t, %v", free, err)
		}
	})
	t.Run("a lower number never counts", func(t *testing.T) {
		now := time.Now()
		s := open(t, &now)
		// As left by a process that looked before, and creates its file after, others.
		if err := s.root.WriteFile(claimFile("write/a", 7), []byte(`{}`), 0o600); err != nil {
			t.Fatal(err)
		}
		if free, err := s.Claim(t.Context(), "write/a", "me", time.Minute); !free || err != nil {
			t.Fatal(free, err)
		}
		if last, _, err := s.newest("write/a"); last != 8 || err != nil {
			t.Errorf("the newest claim is %d, %v", last, err)
		}
	})
}
