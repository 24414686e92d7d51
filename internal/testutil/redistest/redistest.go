// Package redistest runs redis-server for tests. Only tests import it, and only
// those that may need programs of others.
package redistest

import (
	"bufio"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/pingkit/internal/testutil/nettest"
)

// Start runs a redis-server of the test's own, on a free port of the loopback
// address, with a password and nothing on disk. It ends with the test, or when
// stop is called.
func Start(t testing.TB) (url string, stop func()) {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("this test needs redis-server (Debian: apt-get install redis-server): %v", err)
	}
	address := nettest.FreeAddress(t)
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--bind", host, "--port", port, "--requirepass", "hunter2", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
			// Killed, it does not end with success.
			if err := cmd.Wait(); err == nil {
				t.Error("redis-server ended by itself")
			}
		})
	}
	t.Cleanup(stop)
	ready := make(chan bool, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "Ready to accept connections") {
				ready <- true
			}
		}
	}()
	select {
	case <-ready:
	case <-time.After(10 * time.Second):
		t.Fatal("redis-server is not ready after 10 seconds")
	}
	return "redis://:hunter2@" + address + "/3", stop
}
