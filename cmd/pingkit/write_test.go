package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// What became of a write decides the exit code, and stands on stdout either way.
func TestOutcomes(t *testing.T) {
	request := pingcentral.PromoteRequest{Application: sandbox.Payroll, Environment: sandbox.Test, RedirectURIs: []string{"https://pay.example.com/cb"}}
	for name, test := range map[string]struct {
		faults []sandbox.Fault
		status pingcentral.Status
		want   int
		sent   int
	}{
		"done":        {nil, pingcentral.StatusPromoted, exitDone, 1},
		"answer lost": {[]sandbox.Fault{{Operation: "promoteApplication", DropAfter: true}}, pingcentral.StatusPromoted, exitDone, 1},
		"failed":      {[]sandbox.Fault{{Operation: "promoteApplication", Status: 500}}, pingcentral.StatusNotPromoted, exitOther, 1},
		"nobody knows": {[]sandbox.Fault{{Operation: "promoteApplication", Status: 502},
			{Operation: "listPromotions", Skip: 2, Status: 500}}, pingcentral.StatusUnknown, exitOther, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sandboxtest.New(t, sandbox.Options{})
			client, err := connect.NewPingCentral(s.PingCentral(), connect.WithRetryBudget(0))
			if err != nil {
				t.Fatal(err)
			}
			service := pingcentral.New(func() (*connect.PingCentral, error) { return client, nil }, pingcentral.Options{
				Audit:    pingcentral.NewAudit(&bytes.Buffer{}, ""),
				Patience: pingcentral.Patience{Settle: 300 * time.Millisecond, Confirm: 100 * time.Millisecond},
			})
			for _, fault := range test.faults {
				s.Inject(fault)
			}
			var stdout, stderr bytes.Buffer
			c := &cli{stdin: os.Stdin, stdout: &stdout, stderr: &stderr, output: "json", config: &config.Config{}}
			w := writing{cli: c, services: service, request: request, flags: writeFlags{yes: true}}
			w.plan = func(ctx context.Context) (*pingcentral.Plan, error) { return service.PlanPromotion(ctx, request) }
			err = w.run(t.Context())
			if got := exitCode(err); got != test.want {
				t.Errorf("exit code %d (%v), want %d", got, err, test.want)
			}
			var result writeResult
			if err := json.Unmarshal(stdout.Bytes(), &result); err != nil {
				t.Fatalf("%v: %s", err, &stdout)
			}
			if result.Status != string(test.status) {
				t.Errorf("status %s, want %s", result.Status, test.status)
			}
			if got := len(s.RequestsOf("promoteApplication")); got != test.sent {
				t.Errorf("%d promotions were sent, want %d", got, test.sent)
			}
		})
	}
}

// A person who does not answer before the deadline has not approved.
func TestAskingEndsWithTheContext(t *testing.T) {
	keyboard, typed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(typed.Close(), keyboard.Close()); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	c := &cli{stdin: keyboard, stderr: &bytes.Buffer{}}
	if answer, err := c.ask(ctx, "Promote? "); !errors.Is(err, context.DeadlineExceeded) || answer != "" {
		t.Errorf("ask() = %q, %v", answer, err)
	}
}
