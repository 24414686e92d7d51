//go:build integration

package promotion

import (
	"bufio"
	"errors"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// startRedis runs a redis-server of the test's own, on a free port of the
// loopback address, with a password and nothing on disk.
func startRedis(t *testing.T) (url string, stop func()) {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatalf("this test needs redis-server (Debian: apt-get install redis-server): %v", err)
	}
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := probe.Addr().(*net.TCPAddr).Port
	if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--requirepass", "hunter2", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
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
	return "redis://:hunter2@127.0.0.1:" + strconv.Itoa(port) + "/3", stop
}

func at(url string) func() (string, error) { return func() (string, error) { return url, nil } }

func TestIntegrationRedisStore(t *testing.T) {
	url, stop := startRedis(t)
	testClaims(t, NewStore(at(url)), NewStore(at(url)))

	wrong := strings.Replace(url, "hunter2", "hunter3", 1)
	if free, err := NewStore(at(wrong)).Claim(t.Context(), "plan/x", time.Minute); free || err == nil || strings.Contains(err.Error(), "hunter") {
		t.Errorf("a wrong password gives %t, %v", free, err)
	}
	s := NewStore(at(url))
	if free, err := s.Claim(t.Context(), "plan/y", time.Minute); !free || err != nil {
		t.Errorf("a claim gives %t, %v", free, err)
	}
	stop()
	start := time.Now()
	if free, err := s.Claim(t.Context(), "plan/z", time.Minute); free || err == nil || time.Since(start) > 2*redisTimeout {
		t.Errorf("a Redis that is gone gives %t, %v after %s", free, err, time.Since(start))
	}
}

// TestIntegrationRedisReplicas has replicas with a shared key and store carry
// out one plan at the same moment: the write is sent once among them.
func TestIntegrationRedisReplicas(t *testing.T) {
	url, stop := startRedis(t)
	f := newForeign(t)
	f.change(func() { f.before = func() { time.Sleep(50 * time.Millisecond) } })
	var replicas []*Service
	for range 4 {
		replicas = append(replicas, f.service(t, withSecret, withKey, func(o *Options) { o.Store = NewStore(at(url)) }))
	}
	r, token := sealed(t, replicas[0], ByPlan)
	_, other := sealed(t, replicas[1], ByPlan)
	var wg sync.WaitGroup
	var done atomic.Int32
	for i := range 16 {
		mine := []string{token, other}[i/8]
		wg.Go(func() {
			if _, err := carryOut(t, replicas[i%4], mine, caller, ByPlan, r); err == nil {
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if sent := f.writes(); len(sent) != 1 || done.Load() != 1 {
		t.Errorf("%d calls succeed, sent %v", done.Load(), sent)
	}

	stop()
	f.forget()
	_, late := sealed(t, replicas[2], ByPlan)
	var refused *RefusedError
	if _, err := carryOut(t, replicas[3], late, caller, ByPlan, r); !errors.As(err, &refused) || !strings.Contains(refused.Reason, "PINGKIT_PLAN_STORE") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("without its store a replica gives %v", err)
	}
	if sent := f.writes(); len(sent) > 0 {
		t.Errorf("without its store a replica sends %v", sent)
	}
}
