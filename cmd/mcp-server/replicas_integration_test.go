//go:build integration

package main

import (
	"fmt"
	"net"
	"os/exec"
	"testing"
	"time"
)

// TestIntegrationReplicas has the tests of approval, in which a plan is good
// once, speak to replicas that share a redis-server.
func TestIntegrationReplicas(t *testing.T) {
	behindProxy(t, redisServer(t), map[string]func(*testing.T){
		"approval":        TestApprovalByTheUser,
		"sealed plans":    TestApprovalByPlan,
		"change":          TestChangeWhileTheUserThinks,
		"all tools":       TestAllToolsAgainstForeignForms,
		"shielded target": TestShieldedTakesAPerson,
	})
}

// redisServer runs redis-server on a free port and returns its URL.
func redisServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("redis-server", "--port", fmt.Sprint(address.Port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatalf("this test needs redis-server (Debian: apt-get install redis-server): %v", err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Error("redis-server ended by itself")
		}
	})
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if connection, err := net.Dial("tcp", address.String()); err == nil {
			connection.Close()
			return fmt.Sprintf("redis://127.0.0.1:%d/0", address.Port)
		}
		if time.Now().After(deadline) {
			t.Fatal("redis-server does not start")
		}
	}
}
