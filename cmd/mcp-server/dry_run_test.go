package main

import "testing"

func TestDryRunEndsAfterThePlan(t *testing.T) {
	eras(t, func(t *testing.T, era string) {
		for _, capabilities := range []string{`{}`, asking} {
			box := newSandbox(t)
			p := against(t, box).greet(era, capabilities)
			for tool, args := range map[string]string{
				"promote_application": `{"application":"Payroll","environment":"Production","redirect_uris":["https://payroll.example.com/callback"],"dry_run":true}`,
				"revert_application":  `{"application":"Payroll","promotion":"previous","dry_run":true}`,
			} {
				var w written
				p.ok(tool, args, &w) // a question would be no result
				if w.Status != "confirmation_required" || w.Reason != "dry_run" || w.Plan != "" || !contains(w.Message, `"Payroll"`) || writes(box) != 0 {
					t.Errorf("%s gives %+v after %d writes", tool, w, writes(box))
				}
			}
		}
	})
}

func TestRedirectURIsAreAskedForBeforeApproval(t *testing.T) {
	box := newSandbox(t)
	p := against(t, box).greet(modern, `{}`)
	if a := p.call("promote_application", `{"application":"Payroll","environment":"Test"}`); !a.IsError || !contains(a.text(), "give redirect_uris") {
		t.Errorf("without redirect URIs: %s", a.text())
	}
	var w written
	p.ok("promote_application", `{"application":"Ledger","environment":"Test","redirect_uris":[],"dry_run":true}`, &w)
	if w.Status != "confirmation_required" {
		t.Errorf("with none: %+v", w)
	}
}

func TestVersionAsANumberThatIsNotFound(t *testing.T) {
	p := against(t, newSandbox(t)).greet(modern, `{}`)
	for _, test := range []struct {
		version string
		number  bool
	}{{`2.999`, true}, {`"2.999"`, false}} {
		a := p.call("download_asset", `{"integration":"PingID Integration Kit","version":`+test.version+`}`)
		if !a.IsError || contains(a.text(), "write it in quotes") != test.number {
			t.Errorf("%s: %s", test.version, a.text())
		}
	}
}
