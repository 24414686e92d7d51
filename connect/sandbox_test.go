package connect_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func sandboxClient(t *testing.T, s *sandbox.Sandbox, options ...connect.Option) *connect.PingOne {
	t.Helper()
	settings := s.PingOne()
	settings.CACertificates = s.CA()
	client, err := connect.NewPingOne(settings, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// newestKit returns the ids of the demo's integration and its newest version.
func newestKit(t *testing.T, client *connect.PingOne) (integration, version string) {
	t.Helper()
	filter, newest := `(name eq "`+sandbox.PingIDKit+`")`, pingone.ExpandLatestVersion
	page, err := connect.JSON[pingone.IntegrationCollection](client.ListIntegrations(t.Context(), sandbox.CatalogEnvironmentID,
		&pingone.ListIntegrationsParams{Filter: &filter, Expand: &newest}))
	if err != nil || len(page.Embedded.Integrations) != 1 {
		t.Fatal(page, err)
	}
	latest, ok := page.Embedded.Integrations[0].LatestVersion()
	if !ok {
		t.Fatal("no version")
	}
	return page.Embedded.Integrations[0].ID, *latest.ID
}

// A token that was taken away is replaced, whichever of the two documented
// statuses says so; a 403 about what the token allows is not asked for twice.
func TestSandboxTokenRevoked(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 403} {
		s := sandboxtest.New(t, sandbox.Options{})
		client := sandboxClient(t, s)
		newestKit(t, client)
		s.SetForms(sandbox.Forms{NoTokenStatus: status})
		s.RevokeTokens()
		newestKit(t, client)
		if tokens := len(s.RequestsOf("token")); tokens != 2 {
			t.Errorf("%d: %d tokens, want 2", status, tokens)
		}
		if err := connect.Check(client.ListIntegrations(t.Context(), "another-environment", nil)); err == nil || !strings.Contains(err.Error(), "INSUFFICIENT_PERMISSIONS") {
			t.Errorf("an environment that is not there: %v", err)
		}
		if tokens := len(s.RequestsOf("token")); tokens != 2 {
			t.Errorf("%d: %d tokens after a 403 for lack of permission, want 2", status, tokens)
		}
	}
}

// A token whose answer broke off is asked for again, as any other answer is.
func TestSandboxTokenBreaksOff(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	s.Inject(sandbox.Fault{Operation: "token", Truncate: 20, Times: 1})
	newestKit(t, sandboxClient(t, s))
	if tokens := len(s.RequestsOf("token")); tokens != 2 {
		t.Errorf("%d tokens, want 2", tokens)
	}
}

// Whatever way an asset takes, its bytes are those of the digest, and no
// request to the storage has credentials.
func TestSandboxAssets(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		s := sandboxtest.New(t, sandbox.Options{TLS: secure, TokenAuth: "post"})
		client := sandboxClient(t, s)
		integration, version := newestKit(t, client)
		for name, test := range map[string]struct {
			forms sandbox.Forms
			fault sandbox.Fault
			fails bool
		}{
			"straight":           {},
			"302":                {forms: sandbox.Forms{RedirectStatus: 302}},
			"chain":              {forms: sandbox.Forms{Redirect: sandbox.RedirectChain}},
			"by the API's host":  {forms: sandbox.Forms{Redirect: sandbox.RedirectRelative}},
			"direct":             {forms: sandbox.Forms{DirectAsset: true}},
			"digest at the end":  {forms: sandbox.Forms{DigestOn: sandbox.OnStorage}},
			"expired once":       {fault: sandbox.Fault{Operation: "getIntegrationVersionAsset", Times: 1, ExpiredLink: true}},
			"storage in trouble": {fault: sandbox.Fault{System: sandbox.Storage, Times: 2, Status: 503}},
			"forged":             {fault: sandbox.Fault{Operation: "getIntegrationVersionAsset", ForgedLink: true}, fails: true},
			"circle":             {forms: sandbox.Forms{Redirect: sandbox.RedirectLoop}, fails: true},
			"endless":            {forms: sandbox.Forms{Redirect: sandbox.RedirectEndless}, fails: true},
			"downgrade":          {forms: sandbox.Forms{Redirect: sandbox.RedirectDowngrade}, fails: secure},
			"nowhere":            {forms: sandbox.Forms{Redirect: sandbox.RedirectNowhere}, fails: true},
			"invalid":            {forms: sandbox.Forms{Redirect: sandbox.RedirectInvalid}, fails: true},
			"file":               {forms: sandbox.Forms{Redirect: sandbox.RedirectFile}, fails: true},
		} {
			s.Reset()
			s.SetForms(test.forms)
			if test.fault.Times > 0 || test.fails {
				s.Inject(test.fault)
			}
			asset, err := client.OpenAsset(t.Context(), sandbox.CatalogEnvironmentID, integration, version, connect.Range{})
			if test.fails {
				if e := typed(t, err); e.Temporary() || e.Unauthorized() {
					t.Errorf("%s: %+v", name, e)
				}
				silent(t, err.Error(), "X-Amz", "ignature=")
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			} else {
				verify(t, name, asset)
			}
			for _, r := range s.Requests() {
				if r.System == sandbox.Storage && (r.Authorization != "" || r.TransactionID != "" || r.Method != "GET") {
					t.Errorf("%s: the storage saw %+v", name, r)
				}
			}
		}
	}
}

func verify(t *testing.T, name string, asset *connect.Asset) {
	t.Helper()
	defer asset.Body.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, asset.Body); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if len(asset.Digests) != 1 || asset.Digests[0].Value != "sha256="+hex.EncodeToString(hash.Sum(nil)) {
		t.Errorf("%s: digests %v", name, asset.Digests)
	}
}

func TestSandboxPages(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{TokenAuth: "basic"})
	client := sandboxClient(t, s)
	for name, test := range map[string]struct {
		next    sandbox.NextLink
		foreign bool
	}{"absolute": {sandbox.NextAbsolute, false}, "relative": {sandbox.NextRelative, false}, "foreign": {sandbox.NextForeign, true}} {
		s.SetForms(sandbox.Forms{Next: test.next})
		var names []string
		page, err := connect.JSON[pingone.IntegrationCollection](client.ListIntegrations(t.Context(), sandbox.CatalogEnvironmentID, nil))
		for ; err == nil; page, err = connect.JSON[pingone.IntegrationCollection](client.Next(t.Context(), page.Next())) {
			for _, i := range page.Embedded.Integrations {
				names = append(names, i.Name)
			}
			if page.Next() == "" {
				break
			}
		}
		if errors.Is(err, connect.ErrForeignOrigin) != test.foreign || !test.foreign && (err != nil || len(names) < 40) {
			t.Errorf("%s: %d names, %v", name, len(names), err)
		}
	}
}

func TestSandboxPingCentral(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	for name, test := range map[string]struct {
		settings connect.PingCentralSettings
		login    string
	}{"basic": {s.PingCentral(), "basic"}, "token": {s.PingCentralByToken(), "bearer"}} {
		s.SetForms(sandbox.Forms{Login: test.login})
		client := connectTo(t, test.settings)
		list, err := connect.JSON[pingcentral.ApplicationCollection](client.ListApplications(t.Context(), nil))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if found, err := list.Applications(); err != nil || len(found) == 0 {
			t.Errorf("%s: %d applications, %v", name, len(found), err)
		}
	}
}

// The promotion happens and its answer is lost: it is sent once, and in doubt.
func TestSandboxPromotionInDoubt(t *testing.T) {
	t.Parallel()
	s := sandboxtest.New(t, sandbox.Options{})
	client := connectTo(t, s.PingCentral())
	target := s.EnvironmentID(sandbox.Production)
	before := len(s.Promotions(sandbox.Payroll))
	for _, fault := range []sandbox.Fault{
		{Operation: "promoteApplication", DropAfter: true},
		{Operation: "promoteApplication", DelayAfter: 2 * time.Second},
		{Operation: "promoteApplication", Status: 500, AfterEffect: true},
	} {
		s.ClearFaults()
		s.Inject(fault)
		ctx := within(t, time.Second)
		err := connect.Check(client.PromoteApplication(ctx, sandbox.PayrollID, target, pingcentral.PromotionRequest{RedirectURIs: []string{"https://payroll.example.com/cb"}}))
		if e := typed(t, err); !e.InDoubt() {
			t.Errorf("%+v: got %+v", fault, e)
		}
	}
	posts := 0
	for _, r := range s.Requests() {
		if r.Method == "POST" && strings.Contains(r.Path, "/promotion/") {
			posts++
		}
	}
	if after := len(s.Promotions(sandbox.Payroll)); posts != 3 || after != before+3 {
		t.Errorf("%d requests and %d promotions, want 3 and 3", posts, after-before)
	}
}
