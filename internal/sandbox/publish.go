package sandbox

import (
	"fmt"
	"slices"

	"example.com/pingkit/internal/sandbox/kits"
)

// Publication is a version that a test adds to the catalog. Only Integration and Number are needed.
type Publication struct {
	// Integration is the name of the integration; a new one is made where none has it. Where IntegrationID is set, that id
	// decides instead, so that two integrations may have one name.
	Integration, IntegrationID string
	Number                     string
	// Kit is the archive; without one the version is of type SAML.
	Kit *kits.Kit
	// VersionID is made of the names where it is empty.
	VersionID string
	// Publisher and Description are of a new integration.
	Publisher, Description string
	// ReleasedOn and EndOfLifeOn are days, YYYY-MM-DD.
	ReleasedOn, EndOfLifeOn string
	// Product is what the version works with, PINGFEDERATE where it is empty; MinVersion and MaxVersion are its range.
	Product, MinVersion, MaxVersion string
}

// Publish adds a version, or replaces the one with that number, and returns the ids.
func (s *Sandbox) Publish(p Publication) (integrationID, versionID string) {
	c := &s.catalog
	c.mu.Lock()
	defer c.mu.Unlock()
	at := slices.IndexFunc(c.integrations, func(i *integration) bool {
		return p.IntegrationID == i.id || p.IntegrationID == "" && p.Integration == i.name
	})
	if at < 0 {
		at = len(c.integrations)
		c.integrations = append(c.integrations, &integration{
			id: first(p.IntegrationID, stableID("integration", p.Integration)), name: p.Integration,
			publisher: first(p.Publisher, pingIdentity), about: p.Description, created: "2024-06-01T10:00:00.000Z",
			products: []string{"PINGFEDERATE"}, tags: []string{"SSO"},
		})
	}
	v := &version{
		id: first(p.VersionID, stableID("version", c.integrations[at].id, p.Number)), number: p.Number, kind: kitType, kit: p.Kit,
		released: first(p.ReleasedOn, "2024-06-01"), endOfLife: p.EndOfLifeOn,
		product: first(p.Product, "PINGFEDERATE"), lowest: p.MinVersion, highest: p.MaxVersion,
	}
	if p.Kit == nil {
		v.kind = samlType
	}
	c.put(at, v.number, v)
	return c.integrations[at].id, v.id
}

// put replaces the integration at that place by one that has v for the version with that number; a nil v removes it. The
// catalog must be locked.
func (c *catalog) put(at int, number string, v *version) {
	changed := *c.integrations[at]
	changed.versions = slices.Clone(changed.versions)
	n := slices.IndexFunc(changed.versions, func(old *version) bool { return old.number == number })
	switch {
	case v == nil:
		changed.versions = slices.Delete(changed.versions, n, n+1)
	case n < 0:
		changed.versions = append(changed.versions, v)
	default:
		changed.versions[n] = v
	}
	c.integrations[at] = &changed
}

// Withdraw takes a version out of the catalog; links to its kit lead nowhere from then on.
func (s *Sandbox) Withdraw(integrationName, number string) {
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	at, _ := s.catalog.mustFind(integrationName, number)
	s.catalog.put(at, number, nil)
}

// ReplaceKit puts another archive at the place of a version's kit, as a publisher may do at any moment. Links that were
// made before lead to the new one.
func (s *Sandbox) ReplaceKit(integrationName, number string, k *kits.Kit) {
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	at, old := s.catalog.mustFind(integrationName, number)
	changed := *old
	changed.kit = k
	s.catalog.put(at, number, &changed)
}

// IntegrationID is the id of the integration with that exact name. Like its siblings below it panics for names that do not
// exist: a test that asks for them is wrong.
func (s *Sandbox) IntegrationID(name string) string {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	return s.catalog.integrations[s.catalog.mustFindIntegration(name)].id
}

// VersionID is the id of a version.
func (s *Sandbox) VersionID(integrationName, number string) string {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	_, v := s.catalog.mustFind(integrationName, number)
	return v.id
}

// Kit is the archive of a version; nil for a version of type SAML.
func (s *Sandbox) Kit(integrationName, number string) *kits.Kit {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	_, v := s.catalog.mustFind(integrationName, number)
	return v.kit
}

// mustFindIntegration finds the place of an integration by its name; the catalog must be locked.
func (c *catalog) mustFindIntegration(name string) int {
	at := slices.IndexFunc(c.integrations, func(i *integration) bool { return i.name == name })
	if at < 0 {
		panic(fmt.Sprintf("sandbox: no integration is called %q", name))
	}
	return at
}

// mustFind finds a version by what people call it; the catalog must be locked.
func (c *catalog) mustFind(integrationName, number string) (int, *version) {
	at := c.mustFindIntegration(integrationName)
	for _, v := range c.integrations[at].versions {
		if v.number == number {
			return at, v
		}
	}
	panic(fmt.Sprintf("sandbox: %q has no version %s", integrationName, number))
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
