package sandbox

import (
	"net/http"

	api "example.com/pingkit/internal/sandbox/pingoneapi"
	"example.com/pingkit/internal/sandbox/scim"
)

// environmentAttributes are what environments may be filtered by.
var environmentAttributes = map[string]scim.Attribute{
	"name": {Operators: []string{"eq", "sw"}},
	"id":   {Operators: []string{"eq"}},
}

func (e environment) values(attribute string) []string {
	if attribute == "id" {
		return []string{e.id}
	}
	return []string{e.name}
}

func (s *Sandbox) environmentDocument(r *http.Request, e environment) api.Environment {
	kind, region := e.kind, "EU"
	if s.forms.get().UnknownValues {
		kind, region = "TRIAL", "MOON"
	}
	return api.Environment{
		Links:        &api.Links{Self: link(s.base(r) + "/environments/" + e.id)},
		ID:           e.id,
		Name:         e.name,
		Description:  &e.description,
		Type:         &kind,
		Region:       &region,
		CreatedAt:    ptr("2021-05-04T08:00:00.000Z"),
		UpdatedAt:    ptr("2024-11-02T16:45:12.345Z"),
		Organization: &api.Reference{ID: ptr(stableID("organization"))},
		License:      &api.Reference{ID: ptr(stableID("license"))},
		Status:       ptr("ACTIVE"),
	}
}

func (s *Sandbox) integrationDocument(r *http.Request, e environment, i *integration, expand string) api.Integration {
	environmentURL := s.base(r) + "/environments/" + e.id
	self := environmentURL + "/integrations/" + i.id
	d := api.Integration{
		Links:            &api.Links{Self: link(self), Environment: link(environmentURL), Versions: link(self + "/versions")},
		ID:               i.id,
		Name:             i.name,
		Publisher:        i.publisher,
		PingProductNames: i.products,
		Tags:             i.tags,
		Categories:       i.categories,
		CreatedAt:        s.dateText(i.created),
		ThirdParty:       s.thirdParty(i),
	}
	if i.about != "" {
		d.Description = &i.about
	}
	if i.company != "" {
		logo := stableID("logo", i.name)
		d.Logo = &api.Logo{ID: &logo, Href: ptr("https://uploads.pingone.example/" + logo + ".png")}
		d.MarketingLandingPageURL = ptr("https://www.example.com/integrations/" + i.id)
	}
	if s.forms.get().UnknownValues {
		d.Tags = append([]string{"QUANTUM"}, d.Tags...)
		d.PingProductNames = append([]string{"PINGFUTURE"}, d.PingProductNames...)
	}
	if expand != "" {
		d.Embedded = s.embedded(self, i, expand)
	}
	return d
}

func (s *Sandbox) thirdParty(i *integration) *api.ThirdParty {
	if i.company == "" {
		return nil
	}
	if s.forms.get().ThirdPartyOld {
		return &api.ThirdParty{CompanyObject: &api.Company{Name: &i.company}, Products: i.partnerProducts}
	}
	return &api.ThirdParty{CompanyName: &i.company, Products: i.partnerProducts}
}

// embedded are the versions in an integration, in the form of the moment.
func (s *Sandbox) embedded(self string, i *integration, expand string) *api.EmbeddedVersions {
	all := make([]api.Version, len(i.versions))
	for n, v := range i.versions {
		all[n] = s.versionDocument(self, i, v)
	}
	form := s.forms.get().LatestVersion
	var versions api.OneOrMoreVersions
	if expand == "versions" || form == EmbedsAll {
		encoded(versions.FromVersionList(all))
		return &api.EmbeddedVersions{Versions: &versions}
	}
	latest := s.versionDocument(self, i, i.latest())
	switch form {
	case LatestObject:
		encoded(versions.FromVersion(latest))
		return &api.EmbeddedVersions{LatestVersion: &versions}
	case LatestList:
		encoded(versions.FromVersionList(api.VersionList{latest}))
		return &api.EmbeddedVersions{LatestVersion: &versions}
	case EmbedsObject:
		encoded(versions.FromVersion(latest))
	case EmbedsNothing:
		return nil
	default:
		encoded(versions.FromVersionList(api.VersionList{latest}))
	}
	return &api.EmbeddedVersions{Versions: &versions}
}

// encoded panics on an error of encoding, which the sandbox's own values cannot cause.
func encoded(err error) {
	if err != nil {
		panic("sandbox: cannot encode an answer: " + err.Error())
	}
}

func (s *Sandbox) versionDocument(self string, i *integration, v *version) api.Version {
	at := self + "/versions/" + v.id
	d := api.Version{
		Links:       &api.Links{Self: link(at), Integration: link(self)},
		ID:          &v.id,
		Name:        i.name,
		Number:      v.number,
		Type:        &v.kind,
		Integration: &api.Reference{ID: &i.id},
	}
	if v.about != "" {
		d.Description = &v.about
	}
	if v.kind == samlType {
		d.Links.Attributes = link(at + "/attributes")
		d.AssertionConsumerService = raw("https://{tenant}.sp.example.com/acs")
		d.ProtocolVersion = raw("2.0")
		d.EntityID = raw("https://{tenant}.sp.example.com")
		d.NameIDFormat = raw("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
		d.SLO = raw(map[string]any{"requestEndpoint": "https://{tenant}.sp.example.com/slo", "binding": "HTTP_REDIRECT"})
		d.Configuration = &api.Configuration{
			Schema:     raw(map[string]any{"type": "object", "properties": map[string]any{"tenant": map[string]any{"type": "string"}}}),
			Properties: raw(map[string]any{"tenant": map[string]any{"title": "Tenant"}}),
		}
		return d
	}
	d.Links.Asset = link(at + "/asset")
	d.ReleasedOn = ptr(s.dateText(v.released))
	if v.endOfLife != "" {
		d.EndOfLifeOn = ptr(s.dateText(v.endOfLife))
	}
	d.DocumentationURL = ptr("https://docs.pingidentity.example/" + i.id)
	d.IntegratedWith = &api.IntegratedWith{Name: v.product}
	if v.lowest != "" {
		d.IntegratedWith.MinVersion = &v.lowest
	}
	if v.highest != "" {
		d.IntegratedWith.MaxVersion = &v.highest
	}
	return d
}

// dateText is a date, or a time, in the form of the moment; the other form turns 2024-01-31 into 31/01/2024.
func (s *Sandbox) dateText(text string) string {
	if !s.forms.get().OddDates || text == "" {
		return text
	}
	return text[8:10] + "/" + text[5:7] + "/" + text[:4]
}

func attributeDocument(i *integration, v *version, n int) api.Attribute {
	return api.Attribute{
		ID: ptr(stableID("attribute", v.id, v.attributes[n])), Name: &v.attributes[n], Required: ptr(n == 0),
		Schema:      raw(map[string]any{"type": "string"}),
		Integration: &api.Reference{ID: &i.id}, Version: &api.Reference{ID: &v.id},
	}
}
