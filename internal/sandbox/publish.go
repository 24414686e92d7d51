package sandbox

import (
	"fmt"
	"slices"

	"pingkit/internal/sandbox/kits"
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
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	i := s.catalog.publishing(p)
	at := slices.IndexFunc(i.versions, func(v *version) bool { return v.number == p.Number })
	if at < 0 {
		at = len(i.versions)
		i.versions = append(i.versions, nil)
	}
	v := &version{
		id: first(p.VersionID, stableID("version", i.id, p.Number)), number: p.Number, kind: kitType, kit: p.Kit,
		released: first(p.ReleasedOn, "2024-06-01"), endOfLife: p.EndOfLifeOn,
		product: first(p.Product, "PINGFEDERATE"), lowest: p.MinVersion, highest: p.MaxVersion,
	}
	if p.Kit == nil {
		v.kind = samlType
	}
	i.versions[at] = v
	return i.id, v.id
}

// publishing finds the integration that a publication is for, or makes it.
func (c *catalog) publishing(p Publication) *integration {
	for _, i := range c.integrations {
		if p.IntegrationID == i.id || p.IntegrationID == "" && p.Integration == i.name {
			return i
		}
	}
	i := &integration{
		id: first(p.IntegrationID, stableID("integration", p.Integration)), name: p.Integration,
		publisher: first(p.Publisher, pingIdentity), about: p.Description, created: "2024-06-01T10:00:00.000Z",
		products: []string{"PINGFEDERATE"}, tags: []string{"SSO"},
	}
	c.integrations = append(c.integrations, i)
	return i
}

// Withdraw takes a version out of the catalog; links to its kit lead nowhere from then on.
func (s *Sandbox) Withdraw(integrationName, number string) {
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	gone := s.mustFind(integrationName, number)
	i, _ := s.catalog.find(integrationName, number)
	i.versions = slices.DeleteFunc(i.versions, func(v *version) bool { return v == gone })
}

// ReplaceKit puts another archive at the place of a version's kit, as a publisher may do at any moment. Links that were
// made before lead to the new one.
func (s *Sandbox) ReplaceKit(integrationName, number string, k *kits.Kit) {
	s.catalog.mu.Lock()
	defer s.catalog.mu.Unlock()
	s.mustFind(integrationName, number).kit = k
}

// IntegrationID is the id of the integration with that exact name.
func (s *Sandbox) IntegrationID(name string) string {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	i, _ := s.catalog.find(name, "")
	if i == nil {
		panic(fmt.Sprintf("sandbox: no integration is called %q", name))
	}
	return i.id
}

// VersionID is the id of a version.
func (s *Sandbox) VersionID(integrationName, number string) string {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	return s.mustFind(integrationName, number).id
}

// Kit is the archive of a version; nil for a version of type SAML.
func (s *Sandbox) Kit(integrationName, number string) *kits.Kit {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	return s.mustFind(integrationName, number).kit
}

// mustFind panics for a version that does not exist: a test that asks for it is wrong. The catalog must be locked.
func (s *Sandbox) mustFind(integrationName, number string) *version {
	_, v := s.catalog.find(integrationName, number)
	if v == nil {
		panic(fmt.Sprintf("sandbox: there is no version %s of an integration called %q", number, integrationName))
	}
	return v
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
