package install_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/lockfile"
	"example.com/pingkit/internal/resolve"
	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/testutil/iofault"
)

// The variables by which a test tells the test binary, started anew, what to
// sync.
const (
	childTarget = "PINGKIT_TEST_TARGET"
	childLock   = "PINGKIT_TEST_LOCK"
	childCache  = "PINGKIT_TEST_CACHE"
)

func TestMain(m *testing.M) {
	iofault.Launch()
	if dir := os.Getenv(childTarget); dir != "" {
		if err := child(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child syncs once, and says when it begins and ends.
func child(dir string) error {
	l, err := lockfile.Read(os.Getenv(childLock))
	if err != nil {
		return err
	}
	fmt.Println("begin")
	_, err = install.Sync(context.Background(), install.Options{
		Dir: dir, Lock: l, Source: &resolve.Archives{Cache: download.NewCache(os.Getenv(childCache)), Offline: true}, Wait: -1,
	})
	fmt.Println("end")
	return err
}

// childEnvironment is what a child reads.
func (b *bench) childEnvironment(lockPath string) []string {
	return []string{childTarget + "=" + b.dir, childLock + "=" + lockPath, childCache + "=" + b.cache,
		"GORACE=atexit_sleep_ms=0"} // or every process takes a second to end under the race detector
}

// startChild starts a sync in a process of its own and waits until it begins.
func (b *bench) startChild(lockPath string) (*exec.Cmd, *bufio.Scanner) {
	b.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), b.childEnvironment(lockPath)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		b.t.Fatal("the sync did not begin")
	}
	return cmd, lines
}

// Killed at any moment of an update of ten kits, a sync is completed by the next
// one, which leaves the tree of an undisturbed one.
func TestSyncKilled(t *testing.T) {
	t.Parallel()
	const moments = 50
	b := newBench(t)
	work := memoryDir(t)
	old, updated, other := tenKits(b, "1.0"), tenKits(b, "2.0"), tenKits(b, "1.5")
	lockPath := filepath.Join(t.TempDir(), lockfile.DefaultLock)
	if _, err := lockfile.Save(lockPath, updated); err != nil {
		t.Fatal(err)
	}
	prepared := filepath.Join(work, "prepared")
	b.dir = prepared
	b.sync(old)
	b.write("instance/server/default/deploy/own-1.0.jar", "own")
	b.write(templateDir+"pf-kit3.html", "edited")

	again := func(dir string, l *lockfile.Lock) map[string]string {
		b.dir = dir
		b.sync(l)
		return snapshot(t, dir)
	}
	fresh := func(name string) string {
		dir := filepath.Join(work, name)
		if err := os.CopyFS(dir, os.DirFS(prepared)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	// What undisturbed syncs leave: of the update, and of another one instead of it.
	wantUpdated := again(fresh("updated"), updated)
	wantOther := again(fresh("other"), other)

	b.dir = fresh("timed")
	undisturbed, lines := b.startChild(lockPath)
	start := time.Now()
	lines.Scan()
	lasts := time.Since(start)
	if err := undisturbed.Wait(); err != nil {
		t.Fatal(err)
	}

	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	var early, staged, journaled, late int
	missing := func() bool { return staged == 0 || journaled == 0 }
	for i := 0; i < moments || missing() && i < 4*moments; i++ {
		dir := fresh("killed")
		b.dir = dir
		cmd, _ := b.startChild(lockPath)
		time.Sleep(time.Duration(random.Int64N(int64(lasts))))
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		killed := cmd.Wait() != nil
		switch {
		case !killed:
			late++
			lasts = lasts * 9 / 10
		case exists(t, dir, ".pingkit-journal.json"):
			journaled++
		case exists(t, dir, ".pingkit-stage"):
			staged++
		default:
			early++
			lasts = lasts * 11 / 10
		}
		// Mostly the same sync is run again; sometimes the lock has moved on.
		l, want := updated, wantUpdated
		if i%5 == 4 {
			l, want = other, wantOther
		}
		got := again(dir, l)
		same(t, got, want)
		if t.Failed() {
			t.Fatalf("after the kill number %d", i+1)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("killed before anything %d times, while staging %d, with a journal %d, too late %d; an update takes %v", early, staged, journaled, late, lasts)
	if missing() {
		t.Error("the kills did not hit both halves of a sync")
	}
}

func tenKits(b *bench, number string) *lockfile.Lock {
	var all []lockfile.Kit
	for i := range 10 {
		name := fmt.Sprintf("pf-kit%d", i)
		all = append(all, b.kit(name, number, func(c *kits.Contents) {
			c.Jars = append(c.Jars, name+"-core "+number)
			c.Languages = []string{name + "-" + number}
		}))
	}
	return lockOf(all...)
}

func exists(t *testing.T, dir, name string) bool {
	t.Helper()
	_, err := os.Lstat(filepath.Join(dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return err == nil
}
