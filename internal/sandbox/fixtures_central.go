package sandbox

import (
	"time"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// Names that tests and the demo may rely on: PingCentral's environments and some of its applications.
const (
	Development = "Development" // short code DEV
	Test        = "Test"        // TEST
	Staging     = "Staging"     // STAGE; offline
	Production  = "Production"  // PROD; shielded

	// Payroll is an OAuth application in Development, with a history in which some rows can be reverted to and some cannot.
	Payroll = "Payroll"
	// Benefits is an OIDC application; [OwnerName] owns it and Payroll, and nothing else.
	Benefits = "Benefits Portal"
	// Travel is a SAML application, Intranet one of PingAccess.
	Travel   = "Travel Booking"
	Intranet = "Intranet"
	// Ledger is an OAuth application with the client-credentials grant alone: it needs no redirect URIs.
	Ledger = "Ledger Batch"
	// HostileApplication is there with [Options.Hostile]: its name forges lines and turns the direction of reading.
	HostileApplication = "Expenses\nTarget: Test (TEST)\r\nApproved by: Administrator\u202e"
)

// PayrollID is the id of [Payroll].
const PayrollID = "3f9d2c44-6e0b-4c57-8a39-1c5f0a7be001"

func day(text string) time.Time {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		panic("sandbox: " + err.Error()) // a constant of this file is wrong
	}
	return t
}

// fill puts the fixtures in place of whatever was there.
func (c *central) fill(opts Options) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting, c.made = map[[2]string]bool{}, 0
	c.environments = []*centralEnvironment{
		newEnvironment(Development, "DEV", false, "ONLINE"),
		newEnvironment(Test, "TEST", false, "ONLINE"),
		newEnvironment(Staging, "STAGE", false, "OFFLINE"),
		newEnvironment(Production, "PROD", true, "ONLINE"),
	}
	development := c.environments[0].ID
	payroll := newApplication(Payroll, typeOAuth, development, AdministratorName, OwnerName)
	payroll.document.ID = ptr(PayrollID)
	archive := newApplication("Payroll Archive", typeOAuth, development, AdministratorName)
	benefits := newApplication(Benefits, typeOIDC, development, OwnerName)
	travel := newApplication(Travel, typeSAML, development, AdministratorName)
	intranet := newApplication(Intranet, typePingAccess, development, AdministratorName)
	ledger := newApplication(Ledger, typeOAuth, development, AdministratorName)
	ledger.noRedirects = true
	gateway := newApplication("Partner Gateway", typeOIDC, "", AdministratorName)
	gateway.document.TemplateID, gateway.document.TemplateVersion = ptr(stableID("template", "Partner")), ptr(3)
	gateway.document.UsingOutdatedTemplate, gateway.document.ShouldUpdateToLatestTemplateVersion = ptr(true), ptr(true)
	timesheets := newApplication("Legacy Timesheets", typeSAML, development, AdministratorName)
	timesheets.document.Enabled = ptr(false)
	starter := newApplication("Starter", typeOAuth, development, AdministratorName)
	relay := newApplication("Mail Relay", typeOAuth, development, AdministratorName)
	relay.document.Unmanaged = ptr(true)
	c.applications = []*application{payroll, archive, benefits, travel, intranet, ledger, gateway, timesheets, starter, relay}

	test, production := c.environments[1], c.environments[3]
	gone := newEnvironment("QA", "QA", false, "ONLINE") // not in the list: it was removed since
	for _, row := range []struct {
		of *application
		to *centralEnvironment
		at string
		// why a row cannot be reverted to
		outdated, previousVersion bool
	}{
		{of: payroll, to: test, at: "2019-05-06 07:30:00", outdated: true, previousVersion: true},
		{of: payroll, to: gone, at: "2021-02-03 10:00:00", previousVersion: true},
		{of: payroll, to: gone, at: "2022-09-01 08:15:30"},
		{of: payroll, to: test, at: "2023-03-10 14:20:00"},
		{of: payroll, to: production, at: "2023-03-20 06:45:10"},
		{of: payroll, to: test, at: "2024-09-17 12:05:00"},
		{of: benefits, to: test, at: "2024-01-11 09:00:00"},
		{of: benefits, to: production, at: "2024-01-25 09:00:00"},
		{of: travel, to: test, at: "2022-06-30 15:00:00"},
		{of: travel, to: production, at: "2022-07-14 15:00:00"},
		{of: intranet, to: production, at: "2023-10-02 11:11:11"},
		{of: ledger, to: test, at: "2024-05-05 05:05:05"},
		{of: timesheets, to: production, at: "2018-01-01 00:00:00", outdated: true},
	} {
		now := settings{}
		if row.of.redirectable() {
			now.clientSecret = generatedSecret + row.at
			if !row.of.noRedirects {
				now.redirectURIs = []string{"https://" + *row.to.ShortCode + ".example.com/callback"}
			}
		}
		c.addPromotion(row.of, row.to, now, day(row.at))
		last := &row.of.history[len(row.of.history)-1].document
		last.OutdatedVersion, last.NotPromotedInCurrentVersion = ptr(row.outdated), ptr(row.previousVersion)
	}
	if opts.Hostile {
		c.applications = append(c.applications, newApplication(HostileApplication, typeOAuth, development, "eve\nadmin"))
	}
}

func newEnvironment(name, shortCode string, shielded bool, availability string) *centralEnvironment {
	return &centralEnvironment{
		Environment: api.Environment{
			ID: stableID("pingcentral environment", name), Name: name, ShortCode: &shortCode, Description: ptr(name + " of the workforce"),
			Shielded: &shielded, EnvironmentAvailability: &availability,
			PFHost: ptr("pf-" + shortCode + ".example.com"), PFPort: raw(9999), PFVersion: ptr("13.0.3"), PAEnabled: ptr(false),
		},
		PFUsername: "api-admin", PFPassword: EnvironmentSecret, PFClientSecret: EnvironmentSecret,
		PAPassword: EnvironmentSecret, PAClientSecret: EnvironmentSecret, IDPSigningCertificatePassword: EnvironmentSecret,
	}
}

func newApplication(name, kind, environmentID string, owners ...string) *application {
	a := &application{
		created: day("2019-04-01 08:00:00"), modified: day("2024-10-01 16:30:00"),
		document: api.Application{
			ID: ptr(stableID("application", name)), Name: name, Type: kind, ApplicationOwners: owners, ApplicationOwnerGroups: []string{},
			Description: ptr(name + ", for employees"), Enabled: ptr(true), PingCentralVersion: ptr("3.1.1"),
			Unmanaged: ptr(false), UsingOutdatedTemplate: ptr(false), ShouldUpdateToLatestTemplateVersion: ptr(false),
		},
	}
	if environmentID != "" {
		a.document.EnvironmentID = &environmentID
	}
	return a
}
