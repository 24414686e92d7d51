package sandbox

import (
	"fmt"
	"slices"

	"example.com/pingkit/internal/sandbox/kits"
)

// Names and identifiers that tests and the demo may rely on.
const (
	// CatalogEnvironmentID is the environment with the whole catalog, and the first in the list.
	CatalogEnvironmentID = "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6"
	// CustomerEnvironmentID has a catalog of three integrations only: [PingIDKit] among them.
	CustomerEnvironmentID = "0d5d2f1b-7a5f-4d0f-9b0a-3f6c1e2d4b7a"

	// PingIDKit is the integration of the demo, with the versions 2.12.0, 2.15.0 and 2.24.0.
	PingIDKit           = "PingID Integration Kit"
	PingIDIntegrationID = "c1e53d76-bae4-402c-b198-8cfd4eabe9c0"
	// PingIDVersionID is the id of its version 2.24.0. As in the reference's own example, it is not a valid UUID.
	PingIDVersionID = "c290da08-0151-45f6-a651-0efg0805ca34"
)

const pingIdentity = "Ping Identity"

// fixture describes an integration of the catalog in few words.
type fixture struct {
	id, name, base, publisher, company, about string // id: empty makes one of the name; publisher: empty means Ping Identity
	tags, products, partnerProducts           []string
	layout                                    kits.Layout // empty: no kit, and the versions are of type SAML
	top                                       topFolder
	versions                                  []release
}

// topFolder is the folder around everything in a kit.
type topFolder int

const (
	topNameVersion topFolder = iota // pf-x-kit-1.0/
	topName                         // pf-x-kit/
	topNone
	topOther // kit/
)

// release describes one version. Without contents a kit holds one jar named after its base and number.
type release struct {
	number, released, endOfLife, lowest, highest string
	id, about                                    string
	contents                                     kits.Contents
	saml                                         bool // of type SAML although the integration has kits
	attributes                                   []string
}

// fill puts the fixtures in place of whatever was there.
func (c *catalog) fill(opts Options) {
	fixtures := slices.Concat(pingKits(), loginKits(), agentKits(), connectors(), partnerKits(), samlApplications())
	if opts.Hostile {
		fixtures = append(fixtures, hostileName)
	}
	all := make([]*integration, 0, len(fixtures)+opts.MoreIntegrations)
	for n, f := range fixtures {
		all = append(all, f.integration(n))
	}
	if opts.Hostile {
		all = append(all, hostileKits())
	}
	for n := range opts.MoreIntegrations {
		all = append(all, fixture{
			name: fmt.Sprintf("Bulk Integration %05d", n+1), base: fmt.Sprintf("pf-bulk-%05d", n+1), tags: []string{"SSO"},
			layout: kits.LayoutDistJars, versions: []release{{number: "1.0", released: "2024-01-31"}},
		}.integration(len(fixtures)+n))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.environments = []environment{
		{id: CatalogEnvironmentID, name: "Workforce", kind: "PRODUCTION", description: "Employees", shows: everything},
		{id: WorkerEnvironmentID, name: "Administrators", kind: "PRODUCTION", description: "Administrators and worker applications", shows: nothing},
		{id: CustomerEnvironmentID, name: "Customers Sandbox", kind: "SANDBOX", description: "Customers, for trials", shows: fewOnly},
	}
	c.integrations = all
}

func everything(*integration) bool { return true }
func nothing(*integration) bool    { return false }
func fewOnly(i *integration) bool {
	return slices.Contains([]string{PingIDKit, "Salesforce Connector", "Zendesk"}, i.name)
}

// integration makes the n-th entry of the catalog.
func (f fixture) integration(n int) *integration {
	i := &integration{
		id: first(f.id, stableID("integration", f.name)), name: f.name, publisher: first(f.publisher, pingIdentity), company: f.company,
		about: f.about, tags: f.tags, products: f.products, partnerProducts: f.partnerProducts,
		created:    fmt.Sprintf("20%02d-%02d-19T17:06:57.668Z", 19+n%5, 1+n%12),
		categories: []string{"Integrations"},
	}
	if i.products == nil {
		i.products = []string{"PINGFEDERATE"}
	}
	for _, r := range f.versions {
		i.versions = append(i.versions, f.version(r))
	}
	return i
}

func (f fixture) version(r release) *version {
	v := &version{
		id: first(r.id, stableID("version", f.name, r.number)), number: r.number, kind: samlType, about: r.about,
		released: r.released, endOfLife: r.endOfLife, product: "PINGFEDERATE", lowest: r.lowest, highest: r.highest, attributes: r.attributes,
	}
	if f.layout == "" || r.saml {
		return v
	}
	v.kind = kitType
	c := r.contents
	c.Base, c.Version, c.Layout = f.base, r.number, f.layout
	switch f.top {
	case topNameVersion:
		c.Top = f.base + "-" + r.number
	case topName:
		c.Top = f.base
	case topOther:
		c.Top = "kit"
	}
	if c.Jars == nil && c.Library == nil && c.Other == nil {
		c.Jars = []string{f.base + " " + r.number}
	}
	v.kit = kits.Build(c)
	return v
}

// released is a version with nothing special.
func released(number, on string) release {
	return release{number: number, released: on, lowest: "10.0"}
}
