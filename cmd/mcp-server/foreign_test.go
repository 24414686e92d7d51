package main

import (
	"fmt"
	"reflect"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// TestAllToolsAgainstForeignForms has all eight tools work with answers in the
// forms that the documents leave open, over stdio and in both eras, and checks
// every result against the tool's own schema.
func TestAllToolsAgainstForeignForms(t *testing.T) {
	forms := map[string]sandbox.Forms{
		"as documented": {},
		"bare lists": {
			Lists: sandbox.ListBare, History: sandbox.ListBare, LatestVersion: sandbox.LatestObject, ThirdPartyOld: true,
			RedirectStatus: 302, DigestEncoding: sandbox.DigestHex, DigestOn: sandbox.OnStorage, Times: sandbox.TimeMillis, NoCounts: true,
		},
		"new values": {
			UnknownValues: true, UnknownFields: true, LatestVersion: sandbox.LatestList, NoSingleApplication: 405,
			DigestEncoding: sandbox.DigestPrefixedBase64, PageSize: 7, CentralPageSize: 3, EmptyPage: true, Next: sandbox.NextRelative,
			NewestFirst: true, Times: sandbox.TimeOffset,
		},
		"nothing extra": {
			LatestVersion: sandbox.EmbedsNothing, IgnoreRange: true, NoContentLength: true, DirectAsset: true, IgnoreLimit: true,
			NoEmptyLists: true, DigestEncoding: sandbox.DigestBase64,
		},
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			eras(t, func(t *testing.T, era string) {
				box := newSandbox(t)
				box.SetForms(form)
				p := against(t, box).greet(era, asking)
				schemas := p.outputSchemas()
				for _, call := range []struct{ tool, args, want string }{
					{"list_environments", `{}`, `"Production"`},
					{"list_environments", `{"system":"pingone"}`, `"Workforce"`},
					{"list_integrations", `{"query":"pingid","limit":"10"}`, `"PingID Integration Kit"`},
					{"list_versions", `{"integration":"PingID Integration Kit"}`, `"2.24.0"`},
					{"download_asset", `{"integration":"pingid integration kit","version":2.24,"extract":"true"}`, `"2.24.0"`},
					{"list_applications", `{"query":"payroll"}`, `"Payroll"`},
					{"get_application", `{"application":"payroll"}`, `"can_revert":true`},
					{"promote_application", promoteArgs, `"promoted"`},
					{"revert_application", `{"application":"Payroll","promotion":"previous"}`, `"reverted"`},
				} {
					a := p.asked(call.tool, call.args, approving)
					if a.IsError || !contains(a.text(), call.want) {
						t.Errorf("%s %s: %s", call.tool, call.args, a.text())
						continue
					}
					var structured, text any
					decode(t, a.Structured, &structured)
					decode(t, []byte(a.text()), &text)
					if !reflect.DeepEqual(structured, text) {
						t.Errorf("%s: the text differs from the structured content", call.tool)
					}
					conform(t, call.tool, schemas[call.tool], structured)
					spare(t, call.tool, structured, map[string]string{})
				}
				// A resource_link ends the agents of LangChain, so the text has the URI.
				content := p.call("download_asset", `{"integration":"PingID Integration Kit"}`).Content
				if len(content) != 1 || !contains(content[0].Text, `"contents_uri":"pingkit://kits/`) {
					t.Errorf("a download is answered with %+v", content)
				}
				if n := writes(box); n != 2 {
					t.Errorf("%d writes, want 2", n)
				}
				for _, r := range box.RequestsOf("storage") {
					if r.Authorization != "" {
						t.Errorf("the storage got an Authorization header: %+v", r)
					}
				}
			})
		})
	}
}

type schema struct {
	Type       string
	Properties map[string]*schema
	Items      *schema
}

func (p *process) outputSchemas() map[string]*schema {
	p.t.Helper()
	var list struct {
		Tools []struct {
			Name         string
			OutputSchema *schema
		}
	}
	decode(p.t, p.result("tools/list", "{}"), &list)
	schemas := map[string]*schema{}
	for _, tool := range list.Tools {
		schemas[tool.Name] = tool.OutputSchema
	}
	return schemas
}

// conform checks that value is what the schema says, and holds nothing more.
func conform(t *testing.T, where string, s *schema, value any) {
	t.Helper()
	kind := "null"
	switch v := value.(type) {
	case string:
		kind = "string"
	case bool:
		kind = "boolean"
	case float64:
		kind = "integer"
	case []any:
		kind = "array"
		for i, item := range v {
			conform(t, fmt.Sprintf("%s[%d]", where, i), s.Items, item)
		}
	case map[string]any:
		kind = "object"
		for name, property := range v {
			if s.Properties[name] == nil {
				t.Errorf("%s has %s, which its schema does not know", where, name)
				continue
			}
			conform(t, where+"."+name, s.Properties[name], property)
		}
	}
	if kind != s.Type {
		t.Errorf("%s is %s, not the %s of its schema", where, encode(t, value), s.Type)
	}
}
