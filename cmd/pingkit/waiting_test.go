package main

import (
	"bytes"
	"testing"
	"time"

	"example.com/pingkit/connect"
)

func TestWaitingNamesTheSystem(t *testing.T) {
	var stderr bytes.Buffer
	c := &cli{stderr: &stderr}
	var quiet func()
	begin := c.waiting(func(_ time.Duration, f func()) *time.Timer {
		quiet = f
		return time.NewTimer(time.Hour)
	})
	end := begin(t.Context(), connect.Attempt{System: connect.SystemPingCentral, Host: "central.example.com"})
	if stderr.Len() > 0 {
		t.Errorf("told at once: %q", stderr.String())
	}
	quiet()
	end(connect.AttemptEnd{})
	if got := stderr.String(); got != "waiting for PingCentral at central.example.com\n" {
		t.Errorf("got %q", got)
	}
}
