package main

import (
	"encoding/json"
	"strings"
	"testing"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/install"
	"example.com/pingkit/internal/pingcentral"
)

func TestJSONFields(t *testing.T) {
	for name, test := range map[string]struct {
		result result
		want   string
	}{
		"flat":   {&writeResult{}, "status, message, next, application, environment, shielded, promotion, changed[], notes[], plan, plan_expires, transaction_id"},
		"nested": {&versionsResult{}, "integration, integration_id, versions[]\nversions[]: id, number, has_kit, type, released_on, end_of_life_on, works_with, release_notes, note\nversions[].works_with: product, min, max"},
		"embedded": {&appGetResult{}, "id, name, type, owners[], environment, modified, description, owner_groups[], template_id, outdated_template, " +
			"created, enabled, promotions[], older_promotions\npromotions[]: id, environment, environment_gone, promoted, can_revert, why_not"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := jsonFields(test.result); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// Lists that are documented are there, also when they are empty.
func TestEmptyListsAreLists(t *testing.T) {
	for _, r := range []result{
		&integrationsResult{catalog.IntegrationPage{Integrations: present[catalog.Integration](nil)}},
		newAppGetResult(pingcentral.ApplicationView{}),
		&verifyResult{Verification: install.Verification{Differences: present[install.Difference](nil), Kept: present[install.Kept](nil)}},
	} {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "null") {
			t.Errorf("%s", data)
		}
	}
}
