package sandbox

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"sync"

	"example.com/pingkit/internal/sandbox/kits"
	"example.com/pingkit/internal/sandbox/scim"
)

// The types of a version.
const (
	kitType  = "PRODUCT_INTEGRATION_KIT"
	samlType = "SAML"
)

// environment is a PingOne environment with its own view of the catalog.
type environment struct {
	id, name, kind, description string
	shows                       func(*integration) bool
}

// integration is one entry of the catalog. It does not change once it is in the catalog: a change puts another in its place,
// so that answers under way are safe without a copy.
type integration struct {
	id, name, publisher, company, about, created string
	tags, products, categories, partnerProducts  []string
	versions                                     []*version
}

// version is one version of an integration, with a kit unless it is of type SAML. It does not change either.
type version struct {
	id, number, kind, about  string
	released, endOfLife      string
	product, lowest, highest string // the product it works with, and the range of its versions
	attributes               []string
	kit                      *kits.Kit
}

// catalog is everything PingOne holds.
type catalog struct {
	mu           sync.RWMutex
	environments []environment
	integrations []*integration
}

// stableID makes an identifier that has the form of a UUID and depends on the names alone.
func stableID(names ...string) string {
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%s\x00", n)
	}
	b := h.Sum(nil)
	return fmt.Sprintf("%x-%x-4%x-a%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])[:36]
}

func (c *catalog) environment(id string) (environment, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, e := range c.environments {
		if e.id == id {
			return e, true
		}
	}
	return environment{}, false
}

// list is the integrations that an environment shows and the filter lets through.
func (c *catalog) list(e environment, filter scim.Filter) []*integration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var found []*integration
	for _, i := range c.integrations {
		if e.shows(i) && filter.Matches(i.values) {
			found = append(found, i)
		}
	}
	return found
}

func (c *catalog) integration(e environment, id string) (*integration, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, i := range c.integrations {
		if i.id == id && e.shows(i) {
			return i, true
		}
	}
	return nil, false
}

func (i *integration) version(id string) (*version, bool) {
	at := slices.IndexFunc(i.versions, func(v *version) bool { return v.id == id })
	if at < 0 {
		return nil, false
	}
	return i.versions[at], true
}

// latest is the version with the highest number.
func (i *integration) latest() *version {
	return slices.MaxFunc(i.versions, func(a, b *version) int { return scim.CompareNumbers(a.number, b.number) })
}

// object finds what the storage holds for a version, whatever environment shows it.
func (c *catalog) object(versionID string) (*integration, *version, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, i := range c.integrations {
		if v, ok := i.version(versionID); ok && v.kit != nil {
			return i, v, true
		}
	}
	return nil, nil, false
}

// filterAttributes are those the reference documents for integrations.
var filterAttributes = map[string]scim.Attribute{
	"name":                              {Operators: []string{"eq", "co"}},
	"publisher":                         {Operators: []string{"eq", "co"}},
	"tags":                              {Operators: []string{"eq", "co"}},
	"pingProductNames":                  {Operators: []string{"eq", "co"}},
	"version.name":                      {Operators: []string{"eq", "co"}},
	"version.number":                    {Kind: scim.Number, Operators: comparing},
	"version.releasedOn":                {Kind: scim.Date, Operators: comparing},
	"version.endOfLifeOn":               {Kind: scim.Date, Operators: comparing},
	"version.integratedWith.minVersion": {Kind: scim.Number, Operators: comparing},
	"version.integratedWith.maxVersion": {Kind: scim.Number, Operators: comparing},
	"version.integratedWith.name":       {Operators: []string{"eq"}},
}

var comparing = []string{"eq", "gt", "ge", "lt", "le"}

// values are what an integration has for an attribute of a filter.
func (i *integration) values(attribute string) []string {
	switch attribute {
	case "name":
		return []string{i.name}
	case "publisher":
		return []string{i.publisher}
	case "tags":
		return i.tags
	case "pingProductNames":
		return i.products
	}
	var all []string
	for _, v := range i.versions {
		if value := v.value(attribute, i.name); value != "" {
			all = append(all, value)
		}
	}
	return all
}

func (v *version) value(attribute, name string) string {
	switch attribute {
	case "version.name":
		return name
	case "version.number":
		return v.number
	case "version.releasedOn":
		return v.released
	case "version.endOfLifeOn":
		return v.endOfLife
	case "version.integratedWith.name":
		return v.product
	case "version.integratedWith.minVersion":
		return v.lowest
	default:
		return v.highest
	}
}

func (c *catalog) allEnvironments() []environment {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Clone(c.environments)
}
