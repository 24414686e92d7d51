package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"

	api "example.com/pingkit/internal/sandbox/pingoneapi"
	"example.com/pingkit/internal/sandbox/scim"
)

// ListEnvironments answers GET /environments.
func (c catalogAPI) ListEnvironments(w http.ResponseWriter, r *http.Request, params api.ListEnvironmentsParams) {
	size := 100
	if params.Limit != nil {
		if *params.Limit < 1 || *params.Limit > 5000 {
			c.refuse(w, r, refusal{status: http.StatusBadRequest, detail: "INVALID_VALUE", target: "limit", message: "The limit must be between 1 and 5000."})
			return
		}
		if !c.forms.get().IgnoreLimit {
			size = *params.Limit
		}
	}
	filter, ok := c.readFilter(w, r, params.Filter, environmentAttributes)
	if !ok {
		return
	}
	var found []environment
	for _, e := range c.catalog.allEnvironments() {
		if filter.Matches(e.values) {
			found = append(found, e)
		}
	}
	p, err := pageOf(found, size, params.Cursor, c.forms.get().EmptyPage)
	if err != nil {
		c.refuseCursor(w, r)
		return
	}
	answer := api.EnvironmentCollection{Links: c.pageLinks(r, p.next)}
	answer.Count, answer.Size = counts(c.Sandbox, p)
	for _, e := range p.items {
		answer.Embedded.Environments = append(answer.Embedded.Environments, c.environmentDocument(r, e))
	}
	c.writePage(w, answer, "environments", len(p.items))
}

// ListIntegrations answers GET /environments/{environmentID}/integrations. Its limit is not documented, and so not read.
func (c catalogAPI) ListIntegrations(w http.ResponseWriter, r *http.Request, environmentID string, params api.ListIntegrationsParams) {
	e, ok := c.openEnvironment(w, r, environmentID)
	if !ok {
		return
	}
	expand, ok := c.readExpand(w, r, params.Expand)
	if !ok {
		return
	}
	filter, ok := c.readFilter(w, r, params.Filter, filterAttributes)
	if !ok {
		return
	}
	p, err := pageOf(c.catalog.list(e, filter), c.pageSize(), params.Cursor, c.forms.get().EmptyPage)
	if err != nil {
		c.refuseCursor(w, r)
		return
	}
	answer := api.IntegrationCollection{Links: c.pageLinks(r, p.next)}
	answer.Count, answer.Size = counts(c.Sandbox, p)
	for _, i := range p.items {
		answer.Embedded.Integrations = append(answer.Embedded.Integrations, c.integrationDocument(r, e, i, expand))
	}
	c.writePage(w, answer, "integrations", len(p.items))
}

// GetIntegration answers GET /environments/{environmentID}/integrations/{integrationID}.
func (c catalogAPI) GetIntegration(w http.ResponseWriter, r *http.Request, environmentID, integrationID string, params api.GetIntegrationParams) {
	e, i, ok := c.openIntegration(w, r, environmentID, integrationID)
	if !ok {
		return
	}
	if expand, ok := c.readExpand(w, r, params.Expand); ok {
		writeJSON(w, http.StatusOK, c.dress(c.integrationDocument(r, e, i, expand)))
	}
}

// openEnvironment finds the environment, or answers as for one that does not exist: 403, as PingOne tells nobody which exist.
func (s *Sandbox) openEnvironment(w http.ResponseWriter, r *http.Request, id string) (environment, bool) {
	e, ok := s.catalog.environment(id)
	if !ok {
		s.refuse(w, r, refusal{status: or(s.forms.get().NoEnvironmentStatus, http.StatusForbidden), detail: "INSUFFICIENT_PERMISSIONS", message: "Insufficient permissions for the environment."})
	}
	return e, ok
}

func (s *Sandbox) openIntegration(w http.ResponseWriter, r *http.Request, environmentID, integrationID string) (environment, *integration, bool) {
	e, ok := s.openEnvironment(w, r, environmentID)
	if !ok {
		return environment{}, nil, false
	}
	i, ok := s.catalog.integration(e, integrationID)
	if !ok {
		s.refuse(w, r, refusal{status: http.StatusNotFound})
	}
	return e, i, ok
}

// readExpand accepts the two documented values.
func (s *Sandbox) readExpand(w http.ResponseWriter, r *http.Request, expand *string) (string, bool) {
	if expand == nil || *expand == "versions" || *expand == "latestVersion" {
		if expand == nil {
			return "", true
		}
		return *expand, true
	}
	s.refuse(w, r, refusal{status: http.StatusBadRequest, detail: "INVALID_VALUE", target: "expand", message: "The resource cannot be expanded."})
	return "", false
}

// readFilter reads a filter over the attributes, or answers INVALID_FILTER with what is supported.
func (s *Sandbox) readFilter(w http.ResponseWriter, r *http.Request, text *string, attributes map[string]scim.Attribute) (scim.Filter, bool) {
	if text == nil {
		return nil, true
	}
	filter, err := scim.Parse(*text, attributes)
	var wrong *scim.Error
	if errors.As(err, &wrong) {
		f := refusal{status: http.StatusBadRequest, detail: "INVALID_FILTER", target: "filter", message: wrong.Reason}
		if wrong.Attributes != nil || wrong.Operators != nil {
			f.inner = &api.InnerError{SupportedAttributes: wrong.Attributes, SupportedOperators: wrong.Operators}
		}
		s.refuse(w, r, f)
		return nil, false
	}
	return filter, true
}

// dress gives an answer what the forms add to every object.
func (s *Sandbox) dress(v any) any {
	if !s.forms.get().UnknownFields {
		return v
	}
	return reshape(v, addUnknown)
}

func addUnknown(document any) {
	switch d := document.(type) {
	case map[string]any:
		for _, inner := range d {
			addUnknown(inner)
		}
		d["x_future"] = json.RawMessage(`{"nested":[1,2.5,12345678901234567890,null]}`)
	case []any:
		for _, inner := range d {
			addUnknown(inner)
		}
	}
}
