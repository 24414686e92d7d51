package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/internal/sandbox"
)

// TestNoSecretComesOut does everything at log level debug, also what fails, and
// looks for secrets on stdout and stderr.
func TestNoSecretComesOut(t *testing.T) {
	const given = "PINGKIT-CLIENT-SECRET-VALUE"
	box := newSandbox(t)
	p := against(t, box, "PINGKIT_LOG_LEVEL=debug", "PINGKIT_SECRET_PAYROLL="+given).greet(legacy, asking)
	yes := approving
	p.call("list_environments", `{}`)
	p.call("list_integrations", `{}`)
	p.call("list_versions", `{"integration":"PingID Integration Kit"}`)
	p.call("download_asset", `{"integration":"PingID Integration Kit","extract":true}`)
	p.call("list_applications", `{}`)
	p.call("get_application", `{"application":"Payroll"}`)
	var w written
	decode(t, p.asked("promote_application", promoteArgs[:len(promoteArgs)-1]+`,"client_secret_ref":"env:PINGKIT_SECRET_PAYROLL"}`, yes).Structured, &w)
	if w.Status != "promoted" || box.ClientSecret(sandbox.Payroll) != given {
		t.Errorf("the secret did not arrive: %+v", w)
	}
	p.asked("promote_application", promoteArgs, yes) // PingCentral makes a secret and answers with it
	generated := box.ClientSecret(sandbox.Payroll)
	p.asked("revert_application", `{"application":"Payroll","promotion":"previous"}`, yes)
	p.call("promote_application", promoteArgs[:len(promoteArgs)-1]+`,"client_secret_ref":"`+given+`"}`)
	p.call("promote_application", promoteArgs[:len(promoteArgs)-1]+`,"client_secret":"`+given+`"}`)
	p.call("download_asset", `{"integration":"PingID Integration Kit","version":"2.15.0","expected_sha256":"`+strings.Repeat("0", 64)+`"}`)
	for _, fault := range []sandbox.Fault{
		{Operation: "storage", DropBefore: true, Times: 1}, {Operation: "storage", Status: 403, Times: 1}, {Operation: "storage", Truncate: 100, Times: 1},
		{Operation: "getIntegrationVersionAsset", Status: 400, Body: "<html>" + box.PingOne().ClientSecret + "</html>"},
		{Operation: "token", Status: 401}, {Operation: "listApplications", Status: http.StatusUnauthorized},
	} {
		box.Inject(fault)
		p.call("download_asset", `{"integration":"PingID Integration Kit","version":"2.12.0"}`)
		p.call("list_applications", `{}`)
		box.ClearFaults()
	}
	p.end()
	settings, central := box.PingOne(), box.PingCentral()
	for name, secret := range map[string]string{
		"the client secret of the worker":    settings.ClientSecret,
		"the password of PingCentral":        central.Password,
		"the client secret that was given":   given,
		"the client secret that was made":    generated,
		"a signature of a presigned address": "X-Amz-Signature",
		"a bearer token":                     "Bearer ",
		"a basic login":                      "Basic ",
	} {
		if secret == "" {
			t.Errorf("%s is not known here", name)
			continue
		}
		for stream, text := range map[string]string{"stdout": p.stdout.String(), "stderr": p.stderr.String()} {
			if at := strings.Index(text, secret); at >= 0 {
				t.Errorf("%s has %s: %s", stream, name, text[max(0, at-200):min(len(text), at+200)])
			}
		}
	}
	if !strings.Contains(p.stderr.String(), "level=DEBUG") {
		t.Error("nothing was logged at level debug, so that nothing was tested")
	}
}

// TestFailuresTellAll breaks the systems and reads what a model gets to see.
func TestFailuresTellAll(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box).greet(legacy, "{}")
	for _, test := range []struct {
		name  string
		fault sandbox.Fault
		tool  string
		args  string
		want  []string
	}{
		{"a bad filter", sandbox.Fault{}, "list_integrations", `{"filter":"name sw \"Ping\""}`,
			[]string{"PingOne answered 400", "INVALID_FILTER", "text, product and tag", "ransaction"}},
		{"an unknown integration", sandbox.Fault{}, "list_versions", `{"integration":"PingIDD Integration Kit"}`,
			[]string{`no integration "PingIDD Integration Kit"`, "PingID Integration Kit", "list_integrations"}},
		{"an ambiguous name", sandbox.Fault{}, "get_application", `{"application":"pay"}`,
			[]string{`match "pay"`, "Payroll", sandbox.PayrollID}},
		{"no permission", sandbox.Fault{Operation: "listIntegrations", Status: 403}, "list_integrations", `{}`,
			[]string{"PingOne answered 403", "role", "ransaction"}},
		{"refused credentials", sandbox.Fault{System: sandbox.PingCentral, Status: 401}, "list_applications", `{}`,
			[]string{"PingCentral answered 401", "lock the account"}},
		{"too many requests", sandbox.Fault{Operation: "listIntegrations", Status: 429, Header: http.Header{"Retry-After": {"3600"}}}, "list_integrations", `{}`,
			[]string{"PingOne answered 429", "after 3600 seconds"}},
		{"no kit", sandbox.Fault{}, "download_asset", `{"integration":"PingID SAML Application","version":"1.0"}`,
			[]string{"no kit to download"}},
		{"a wrong digest", sandbox.Fault{}, "download_asset", fmt.Sprintf(`{"integration":"PingID Integration Kit","expected_sha256":"%064d"}`, 0),
			[]string{"expected_sha256"}},
		{"a directory outside", sandbox.Fault{}, "download_asset", `{"integration":"PingID Integration Kit","directory":"../x"}`,
			[]string{"outside the download directory"}},
		{"an offline target", sandbox.Fault{}, "promote_application", `{"application":"Payroll","environment":"Staging","redirect_uris":"https://a.example"}`,
			[]string{"takes no promotion"}},
		{"a type that cannot be promoted", sandbox.Fault{}, "promote_application", `{"application":"Travel Booking","environment":"Test"}`,
			[]string{"SAML"}},
		{"a wildcard", sandbox.Fault{}, "promote_application", `{"application":"Payroll","environment":"Test","redirect_uris":"https://*.example"}`,
			[]string{"wildcard"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.fault.Status != 0 {
				box.Inject(test.fault)
				defer box.ClearFaults()
			}
			a := p.call(test.tool, test.args)
			if !a.IsError {
				t.Fatalf("it worked: %s", a.text())
			}
			t.Log(a.text())
			for _, part := range test.want {
				if !contains(a.text(), part) {
					t.Errorf("%q does not say %q", a.text(), part)
				}
			}
			for _, dump := range []string{"&{", "map[", "%!", "goroutine", ".go:", "<nil>"} {
				if contains(a.text(), dump) {
					t.Errorf("%q shows the inside of the program", a.text())
				}
			}
		})
	}
	if n := writes(box); n != 0 {
		t.Errorf("%d writes", n)
	}
}
