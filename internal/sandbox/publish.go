package sandbox

import (
	"fmt"

	"pingkit/internal/sandbox/kits"
)

// Publication is a version that a test adds to the catalog. Only Integration and Number are needed.
type Publication struct {
	Integration                     string // by its name; a new one is made where none has it
	Number                          string
	Kit                             *kits.Kit // nil makes a version of type SAML
	IntegrationID, VersionID        string    // empty: made from the names
	Publisher, Description          string    // of a new integration
	ReleasedOn, EndOfLifeOn         string    // YYYY-MM-DD
	Product, MinVersion, MaxVersion string    // what it works with; empty product means PINGFEDERATE
}

// Publish adds a version, or replaces the one with that number, and returns the ids.
func (s *Sandbox) Publish(p Publication) (integrationID, versionID string) {
	c := &s.catalog
	c.mu.Lock()
	defer c.mu.Unlock()
	i, v := c.find(p.Integration, p.Number)
	if i == nil {
		i = &integration{
			id: first(p.IntegrationID, stableID("integration", p.Integration)), name: p.Integration,
			publisher: first(p.Publisher, pingIdentity), about: p.Description, created: "2024-06-01T10:00:00.000Z",
			products: []string{"PINGFEDERATE"}, tags: []string{"SSO"},
		}
		c.integrations = append(c.integrations, i)
	}
	if v == nil {
		v = &version{}
		i.versions = append(i.versions, v)
	}
	*v = version{
		id: first(p.VersionID, stableID("version", p.Integration, p.Number)), number: p.Number, kind: kitType, kit: p.Kit,
		released: first(p.ReleasedOn, "2024-06-01"), endOfLife: p.EndOfLifeOn,
		product: first(p.Product, "PINGFEDERATE"), lowest: p.MinVersion, highest: p.MaxVersion,
	}
	if p.Kit == nil {
		v.kind = samlType
	}
	return i.id, v.id
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
