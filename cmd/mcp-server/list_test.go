package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// toolsLimit is the budget for what every client pays on every request.
const toolsLimit = 10_000

// TestToolsAsClientsSeeThem reads tools/list over stdio.
func TestToolsAsClientsSeeThem(t *testing.T) {
	type hints struct{ ReadOnlyHint, DestructiveHint, IdempotentHint, OpenWorldHint *bool }
	yes, no := true, false
	reads := hints{&yes, &no, &yes, &yes}
	want := map[string]hints{
		"list_environments":   reads,
		"list_integrations":   reads,
		"list_versions":       reads,
		"download_asset":      {&no, &yes, &yes, &yes},
		"list_applications":   reads,
		"get_application":     reads,
		"promote_application": {&no, &yes, &no, &yes},
		"revert_application":  {&no, &yes, &no, &yes},
	}
	eras(t, func(t *testing.T, era string) {
		p := start(t, nil).greet(era, "{}")
		raw := p.result("tools/list", "{}")
		if len(raw) > toolsLimit {
			t.Errorf("tools/list has %d bytes, want at most %d", len(raw), toolsLimit)
		}
		t.Logf("tools/list: %d bytes", len(raw))
		var list struct {
			Tools []struct {
				Name, Title, Description  string
				InputSchema, OutputSchema json.RawMessage
				Annotations               hints
			}
		}
		decode(t, raw, &list)
		var names []string
		for _, tool := range list.Tools {
			names = append(names, tool.Name)
			if !reflect.DeepEqual(tool.Annotations, want[tool.Name]) {
				t.Errorf("%s has the hints %s", tool.Name, encode(t, tool.Annotations))
			}
			if tool.Title == "" || tool.Description == "" || len(tool.InputSchema) == 0 || len(tool.OutputSchema) == 0 {
				t.Errorf("%s lacks a title, a description or a schema", tool.Name)
			}
		}
		if len(names) != len(want) || !slices.IsSorted(names) {
			t.Errorf("the tools are %v", names)
		}
		if again := p.result("tools/list", "{}"); string(again) != string(raw) {
			t.Error("a second list differs from the first")
		}
	})
}

func TestUnknownToolIsAProtocolError(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		p := start(t, nil).greet(era, "{}")
		p.request("tools/call", callParams(t, "delete_everything", "{}"))
		if m := p.receive(); m.Error == nil || m.Error.Code != -32602 {
			t.Errorf("got %+v, want the error -32602", m)
		}
	})
}

// TestNothingSetUp calls each tool of a server without settings.
func TestNothingSetUp(t *testing.T) {
	p := start(t, nil).greet(legacy, "{}")
	ofPingOne := []string{"PINGONE_CLIENT_ID", "PINGONE_CLIENT_SECRET", "PINGONE_ENVIRONMENT_ID"}
	ofPingCentral := []string{"PINGCENTRAL_URL", "PINGCENTRAL_USERNAME", "PINGCENTRAL_TOKEN"}
	for _, test := range []struct {
		tool, args string
		want       []string
	}{
		{"list_environments", `{}`, append(slices.Clone(ofPingOne), ofPingCentral...)},
		{"list_environments", `{"system":"pingone"}`, ofPingOne},
		{"list_integrations", `{}`, ofPingOne},
		{"list_versions", `{"integration":"x"}`, ofPingOne},
		{"download_asset", `{"integration":"x"}`, ofPingOne},
		{"list_applications", `{}`, ofPingCentral},
		{"get_application", `{"application":"x"}`, ofPingCentral},
		{"promote_application", `{"application":"x","environment":"y"}`, ofPingCentral},
		{"revert_application", `{"application":"x","promotion":"previous"}`, ofPingCentral},
	} {
		a := p.call(test.tool, test.args)
		if !a.IsError {
			t.Errorf("%s worked", test.tool)
		}
		for _, name := range test.want {
			if !contains(a.text(), name) {
				t.Errorf("%s does not name %s: %s", test.tool, name, a.text())
			}
		}
	}
	// What is wrong with the arguments is said before any setting is missed.
	if a := p.call("list_versions", `{"integraton":"x"}`); !contains(a.text(), "did you mean integration?") || contains(a.text(), "PINGONE") {
		t.Errorf("a typo reads as %q", a.text())
	}
}
