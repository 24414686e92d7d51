//go:build linux && (amd64 || arm64)

package install_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/testutil/iofault"
)

// allFaults has every error tried at every call, which takes minutes.
var allFaults = flag.Bool("faults", false, "fail every file-system call of a sync with every error")

// Whichever file-system call of an update fails, and with whichever error: a sync
// that exits 0 has made the tree the lock's, and the next sync repairs any other.
func TestSyncWithFailingCalls(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first, second, _ := updates(b)
	// Every path passes a link, which os.Root reads by calls that may fail too.
	if err := errors.Join(os.MkdirAll(filepath.Join(b.dir, "volume"), 0o755), os.Symlink("volume", filepath.Join(b.dir, "instance"))); err != nil {
		t.Fatal(err)
	}
	b.sync(first)
	b.write(deployDir+"own.jar", "own")
	b.remove(templateDir + "pf-one.html") // is restored
	prepared := b.dir
	lockPath := filepath.Join(t.TempDir(), lockfile.DefaultLock)
	if _, err := lockfile.Save(lockPath, second); err != nil {
		t.Fatal(err)
	}
	fresh := func() {
		t.Helper()
		b.dir = filepath.Join(filepath.Dir(prepared), "failing")
		if err := errors.Join(os.RemoveAll(b.dir), os.CopyFS(b.dir, os.DirFS(prepared))); err != nil {
			t.Fatal(err)
		}
	}
	fresh()
	b.sync(second)
	want := snapshot(t, b.dir)

	fresh()
	calls, _, err := b.syncFailing(t, lockPath, iofault.Fault{})
	if err != nil || calls < 100 {
		t.Fatalf("without a fault: %d calls, %v", calls, err)
	}
	same(t, snapshot(t, b.dir), want)
	faults, quiet := 0, 0
	for _, kind := range faultsOf(*allFaults) {
		for at := kind.At; at <= calls; at += kind.step {
			fault := kind.Fault
			fault.At = at
			fresh()
			_, failed, err := b.syncFailing(t, lockPath, fault)
			faults += len(failed)
			where := fmt.Sprintf("%v from call %d on, lasting %t: %s failed: %v", fault.Errno, at, fault.On, strings.Join(failed[:min(1, len(failed))], ", "), err)
			if err == nil {
				quiet++
				same(t, snapshot(t, b.dir), want)
			}
			if t.Failed() {
				t.Fatal(where)
			}
			b.sync(second)
			same(t, snapshot(t, b.dir), want)
			if t.Failed() {
				t.Fatal("the next sync: " + where)
			}
		}
	}
	t.Logf("an update makes %d calls; %d were failed, and %d syncs succeeded all the same", calls, faults, quiet)
}

// A file system that lacks what a sync can do without is a target all the same.
func TestSyncOfPoorFileSystems(t *testing.T) {
	t.Parallel()
	chmod := []string{"fchmod", "fchmodat", "fchmodat2"}
	for _, test := range []struct {
		what  string
		calls []string
		errno syscall.Errno
	}{
		{"modes belong to the mount", chmod, syscall.EPERM},
		{"no modes", chmod, syscall.EOPNOTSUPP},
		{"no locks: ENOSYS", []string{"flock"}, syscall.ENOSYS},
		{"no locks: ENOLCK", []string{"flock"}, syscall.ENOLCK},
		{"no locks: EOPNOTSUPP", []string{"flock"}, syscall.EOPNOTSUPP},
		{"no reading ahead", []string{"sync_file_range"}, syscall.ENOSYS},
	} {
		t.Run(test.what, func(t *testing.T) {
			b := newBench(t)
			first, second, _ := updates(b)
			b.sync(first)
			lockPath := filepath.Join(t.TempDir(), lockfile.DefaultLock)
			if _, err := lockfile.Save(lockPath, second); err != nil {
				t.Fatal(err)
			}
			_, failed, err := b.syncFailing(t, lockPath, iofault.Fault{Only: test.calls, At: 1, On: true, Errno: test.errno})
			if err != nil || len(failed) == 0 {
				t.Errorf("%d calls failed: %v", len(failed), err)
			}
			if _, err := install.Verify(t.Context(), b.dir, second); err != nil {
				t.Error(err)
			}
		})
	}
}

// faultKind is an error, and the calls that it is tried at.
type faultKind struct {
	iofault.Fault
	step int
}

// faultsOf returns what is tried: of all faults so many that each call fails
// several times, or some of each kind.
func faultsOf(all bool) []faultKind {
	once, lasting := 97, 397
	if all {
		once, lasting = 3, 13
	}
	var kinds []faultKind
	for i, errno := range []syscall.Errno{syscall.EIO, syscall.ESTALE, syscall.EMFILE, syscall.ENOMEM, syscall.ENOSPC, syscall.EACCES} {
		kinds = append(kinds,
			faultKind{iofault.Fault{At: 1 + i, Errno: errno}, once},
			faultKind{iofault.Fault{At: 1 + i, Errno: errno, On: true}, lasting})
	}
	return kinds
}

// syncFailing syncs the target in a process of its own, whose calls fail.
func (b *bench) syncFailing(t *testing.T, lockPath string, f iofault.Fault) (calls int, failed []string, err error) {
	t.Helper()
	f.Below = b.dir
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = slices.Concat(os.Environ(), b.childEnvironment(lockPath))
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	cmd.Stderr = out
	w, err := f.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	calls, failed, watchErr := w.End()
	if watchErr != nil {
		t.Fatal(watchErr)
	}
	if err != nil {
		text, readErr := os.ReadFile(out.Name())
		err = errors.Join(err, readErr, errors.New(string(text)))
		if cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("the child ended with %v", err)
		}
	}
	return calls, failed, err
}
