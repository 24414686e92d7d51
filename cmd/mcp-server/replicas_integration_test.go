//go:build integration

package main

import (
	"testing"

	"example.com/pingkit/internal/testutil/redistest"
)

// TestIntegrationReplicas has the tests of approval, in which a plan is good
// once, speak to replicas that share a redis-server.
func TestIntegrationReplicas(t *testing.T) {
	store, _ := redistest.Start(t)
	behindProxy(t, store, map[string]func(*testing.T){
		"approval":        TestApprovalByTheUser,
		"sealed plans":    TestApprovalByPlan,
		"change":          TestChangeWhileTheUserThinks,
		"all tools":       TestAllToolsAgainstForeignForms,
		"shielded target": TestShieldedTakesAPerson,
	})
}
