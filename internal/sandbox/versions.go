package sandbox

import (
	"net/http"

	api "example.com/pingkit/internal/sandbox/pingoneapi"
)

// ListIntegrationVersions answers GET …/versions, oldest first.
func (c catalogAPI) ListIntegrationVersions(w http.ResponseWriter, r *http.Request, environmentID, integrationID string, params api.ListIntegrationVersionsParams) {
	e, i, ok := c.openIntegration(w, r, environmentID, integrationID)
	if !ok {
		return
	}
	p, err := pageOf(i.versions, c.pageSize(), params.Cursor, c.forms.get().EmptyPage)
	if err != nil {
		c.refuseCursor(w, r)
		return
	}
	answer := api.VersionCollection{Links: c.pageLinks(r, p.next)}
	answer.Count, answer.Size = counts(c.Sandbox, p)
	for _, v := range p.items {
		answer.Embedded.Versions = append(answer.Embedded.Versions, c.versionDocument(c.selfURL(r, e, i), i, v))
	}
	c.writePage(w, answer, "versions", len(p.items))
}

// GetIntegrationVersion answers GET …/versions/{versionID}.
func (c catalogAPI) GetIntegrationVersion(w http.ResponseWriter, r *http.Request, environmentID, integrationID, versionID string, _ api.GetIntegrationVersionParams) {
	if e, i, v, ok := c.openVersion(w, r, environmentID, integrationID, versionID); ok {
		writeJSON(w, http.StatusOK, c.dress(c.versionDocument(c.selfURL(r, e, i), i, v)))
	}
}

// ListIntegrationVersionAttributes answers GET …/attributes, which only SAML versions have.
func (c catalogAPI) ListIntegrationVersionAttributes(w http.ResponseWriter, r *http.Request, environmentID, integrationID, versionID string, _ api.ListIntegrationVersionAttributesParams) {
	_, i, v, ok := c.openVersion(w, r, environmentID, integrationID, versionID)
	if !ok {
		return
	}
	if v.kind != samlType {
		c.refuse(w, r, refusal{status: http.StatusNotFound})
		return
	}
	answer := api.AttributeCollection{Links: c.pageLinks(r, "")}
	for n := range v.attributes {
		answer.Embedded.Attributes = append(answer.Embedded.Attributes, attributeDocument(i, v, n))
	}
	answer.Count, answer.Size = counts(c.Sandbox, page[string]{items: v.attributes, total: len(v.attributes)})
	c.writePage(w, answer, "attributes", len(v.attributes))
}

// GetIntegrationVersionAttribute answers GET …/attributes/{attributeID}.
func (c catalogAPI) GetIntegrationVersionAttribute(w http.ResponseWriter, r *http.Request, environmentID, integrationID, versionID, attributeID string, _ api.GetIntegrationVersionAttributeParams) {
	_, i, v, ok := c.openVersion(w, r, environmentID, integrationID, versionID)
	if !ok {
		return
	}
	for n := range v.attributes {
		if attribute := attributeDocument(i, v, n); *attribute.ID == attributeID {
			writeJSON(w, http.StatusOK, c.dress(attribute))
			return
		}
	}
	c.refuse(w, r, refusal{status: http.StatusNotFound})
}

func (s *Sandbox) selfURL(r *http.Request, e environment, i *integration) string {
	return s.base(r) + "/environments/" + e.id + "/integrations/" + i.id
}

func (s *Sandbox) openVersion(w http.ResponseWriter, r *http.Request, environmentID, integrationID, versionID string) (environment, *integration, *version, bool) {
	e, i, ok := s.openIntegration(w, r, environmentID, integrationID)
	if !ok {
		return environment{}, nil, nil, false
	}
	v, ok := i.version(versionID)
	if !ok {
		s.refuse(w, r, refusal{status: http.StatusNotFound})
	}
	return e, i, v, ok
}
