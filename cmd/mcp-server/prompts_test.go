package main

import (
	"fmt"
	"path"
	"slices"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

func TestPrompts(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		p := start(t, nil).greet(era, "{}")
		var list struct {
			Prompts []struct {
				Name, Title, Description string
				Arguments                []struct {
					Name     string
					Required bool
				}
			}
		}
		decode(t, p.result("prompts/list", "{}"), &list)
		var names []string
		for _, prompt := range list.Prompts {
			names = append(names, prompt.Name)
			if prompt.Title == "" || prompt.Description == "" || len(prompt.Arguments) == 0 {
				t.Errorf("%+v lacks something", prompt)
			}
		}
		if !slices.Equal(names, []string{"promote_application", "retrieve_kit", "revert_application"}) {
			t.Errorf("the prompts are %v", names)
		}
		for _, test := range []struct {
			params string
			want   []string
		}{
			{`{"name":"retrieve_kit","arguments":{"integration":"PingID Integration Kit"}}`, []string{`"PingID Integration Kit"`, "version latest", "download_asset"}},
			{`{"name":"promote_application","arguments":{"application":"Payroll\nand more","environment":"PROD"}}`, []string{`"Payroll and more"`, `"PROD"`, "promote_application"}},
			{`{"name":"revert_application"}`, []string{"(ask me which)", "previous", "revert_application"}},
		} {
			var got struct {
				Messages []struct {
					Role    string
					Content struct{ Text string }
				}
			}
			decode(t, p.result("prompts/get", test.params), &got)
			if len(got.Messages) != 1 || got.Messages[0].Role != "user" {
				t.Fatalf("%s: %+v", test.params, got)
			}
			for _, part := range test.want {
				if !contains(got.Messages[0].Content.Text, part) {
					t.Errorf("%s: %q does not say %q", test.params, got.Messages[0].Content.Text, part)
				}
			}
		}
	})
}

func TestCompletion(t *testing.T) {
	const (
		kits         = `{"type":"ref/prompt","name":"retrieve_kit"}`
		reverts      = `{"type":"ref/prompt","name":"revert_application"}`
		promotes     = `{"type":"ref/prompt","name":"promote_application"}`
		application  = `{"type":"ref/resource","uri":"pingkit://applications/{id}/history"}`
		kitsResource = `{"type":"ref/resource","uri":"pingkit://kits/{integration}/{version}"}`
	)
	tests := []struct{ ref, name, value, given, first string }{
		{kits, "integration", "pingid integration", "", "PingID Integration Kit"},
		{kits, "version", "", "", "latest"},
		{kits, "version", "2.2", `{"integration":"PingID Integration Kit"}`, "2.24.0"},
		{kitsResource, "version", "2.1", `{"integration":"PingID Integration Kit"}`, "2.15.0"},
		{promotes, "application", "payr", "", sandbox.Payroll},
		{application, "id", "benef", "", sandbox.Benefits},
		{promotes, "environment", "prod", "", sandbox.Production},
		{reverts, "promotion", "prev", `{"application":"Payroll"}`, "previous"},
		{promotes, "application", "no such application", "", ""},
		{promotes, "nothing", "", "", ""},
	}
	complete := func(p *process, ref, name, value, given string) (values []string) {
		if given == "" {
			given = "{}"
		}
		var got struct {
			Completion struct {
				Values []string
				Total  int
			}
		}
		decode(p.t, p.result("completion/complete", fmt.Sprintf(`{"ref":%s,"argument":{"name":%q,"value":%q},"context":{"arguments":%s}}`, ref, name, value, given)), &got)
		if got.Completion.Total < len(got.Completion.Values) || len(got.Completion.Values) > 100 {
			p.t.Errorf("%s %q: %+v", name, value, got)
		}
		return got.Completion.Values
	}
	eras(t, func(t *testing.T, era string) {
		p := against(t, newSandbox(t)).greet(era, "{}")
		for _, test := range tests {
			values := complete(p, test.ref, test.name, test.value, test.given)
			if test.first == "" && len(values) == 0 {
				continue
			}
			if len(values) == 0 || values[0] != test.first {
				t.Errorf("%s %q of %s: %v, want %s first", test.name, test.value, test.ref, values, test.first)
			}
		}
	})
	t.Run("nothing set up", func(t *testing.T) {
		p := start(t, nil).greet(legacy, "{}")
		for _, test := range tests {
			if test.name != "version" && test.name != "promotion" {
				if values := complete(p, test.ref, test.name, test.value, ""); len(values) > 0 {
					t.Errorf("%s: %v", test.name, values)
				}
			}
		}
	})
}

func TestResources(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		p := against(t, newSandbox(t)).greet(era, "{}")
		var list struct {
			ResourceTemplates []struct{ URITemplate, Name, Title, Description, MIMEType string }
		}
		decode(t, p.result("resources/templates/list", "{}"), &list)
		if len(list.ResourceTemplates) != 4 {
			t.Errorf("the templates are %+v", list)
		}
		read := func(uri string, v any) {
			t.Helper()
			var got struct {
				Contents []struct{ URI, MIMEType, Text string }
			}
			decode(t, p.result("resources/read", fmt.Sprintf(`{"uri":%q}`, uri)), &got)
			if len(got.Contents) != 1 || got.Contents[0].URI != uri || got.Contents[0].MIMEType != "application/json" {
				t.Fatalf("%s: %+v", uri, got)
			}
			decode(t, []byte(got.Contents[0].Text), v)
		}
		var application struct {
			Name       string
			Promotions []struct{ Environment string }
		}
		for _, uri := range []string{"pingkit://applications/" + sandbox.PayrollID, "pingkit://applications/Payroll", "pingkit://applications/Payroll/history"} {
			application.Name, application.Promotions = "", nil
			read(uri, &application)
			if application.Name != sandbox.Payroll || len(application.Promotions) == 0 {
				t.Errorf("%s: %+v", uri, application)
			}
		}
		var kit struct {
			Integration, Version, Layout, SHA256 string
			Files                                []struct {
				Path string
				Size int64
			}
		}
		read("pingkit://kits/PingID%20Integration%20Kit/2.24.0", &kit)
		if kit.Integration != "PingID Integration Kit" || kit.Version != "2.24.0" || kit.Layout != "files below dist/pingfederate, merged into the product" || len(kit.Files) < 10 || len(kit.SHA256) != 64 {
			t.Errorf("the kit is %+v", kit)
		}
		paths := map[string]string{}
		for _, file := range kit.Files {
			paths[path.Base(file.Path)] = "pingkit://kits/PingID%20Integration%20Kit/2.24.0/files/" + file.Path
		}
		var file struct {
			Contents []struct{ URI, MIMEType, Text string }
		}
		decode(t, p.result("resources/read", fmt.Sprintf(`{"uri":%q}`, paths["pingid-messages.properties"])), &file)
		if len(file.Contents) != 1 || file.Contents[0].MIMEType != "text/plain" || !contains(file.Contents[0].Text, "pingid") {
			t.Errorf("the text of a file is %+v", file)
		}
		for uri, want := range map[string]string{
			"pingkit://applications/Nobody":                  `no application "Nobody"`,
			"pingkit://nothing":                              "not found",
			"pingkit://kits/PingID%20SAML%20Application/1.0": "no kit",
			paths["Legal.pdf"] + "/none":                     "has no file",
			paths["sample-1.0.jar"]:                          "is no text",
		} {
			p.request("resources/read", fmt.Sprintf(`{"uri":%q}`, uri))
			if m := p.receive(); m.Error == nil || !contains(m.Error.Message, want) {
				t.Errorf("%s: %+v", uri, m.Error)
			}
		}
	})
}
