package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// ListApplications answers GET /applications: an owner sees only the own ones.
func (c centralAPI) ListApplications(w http.ResponseWriter, r *http.Request, params api.ListApplicationsParams) {
	user, isOwner := caller(r)
	c.central.mu.RLock()
	var list []api.Application
	for _, a := range c.central.applications {
		if !isOwner || a.ownedBy(user) {
			list = append(list, c.applicationDocument(a))
		}
	}
	c.central.mu.RUnlock()
	writeList(c.Sandbox, w, c.forms.get().Lists, centralPage(c.Sandbox, list, params.Page, params.NumberPerPage))
}

// GetApplication answers GET /applications/{applicationID}, which a real server may not have.
func (c centralAPI) GetApplication(w http.ResponseWriter, r *http.Request, applicationID string) {
	if status := c.forms.get().NoSingleApplication; status != 0 {
		if status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "PUT")
		}
		c.refuseCentral(w, status, http.StatusText(status))
		return
	}
	c.central.mu.RLock()
	a, problem := c.mayUse(r, applicationID)
	var document api.Application
	if a != nil {
		document = c.applicationDocument(a)
	}
	c.central.mu.RUnlock()
	if problem.write(c, w) {
		return
	}
	writeJSON(w, http.StatusOK, c.dress(document))
}

// UpdateApplication answers PUT /applications/{applicationID}: the body replaces the whole application.
func (c centralAPI) UpdateApplication(w http.ResponseWriter, r *http.Request, applicationID string) {
	var body api.ApplicationInput
	if problem := readBody(w, r, &body); problem.write(c, w) {
		return
	}
	document, problem := c.update(r, applicationID, body)
	if problem.write(c, w) {
		return
	}
	writeJSON(w, http.StatusOK, c.dress(document))
}

func (c centralAPI) update(r *http.Request, applicationID string, body api.ApplicationInput) (api.Application, *problem) {
	c.central.mu.Lock()
	defer c.central.mu.Unlock()
	a, refused := c.mayUse(r, applicationID)
	if refused != nil {
		return api.Application{}, refused
	}
	old := a.document
	switch {
	case body.ID != nil && *body.ID != applicationID:
		return api.Application{}, invalid("The id does not agree with the path.")
	case body.Type != old.Type:
		return api.Application{}, invalid("The type of an application cannot be changed.")
	}
	if refused := c.mayStore(a, body); refused != nil {
		return api.Application{}, refused
	}
	document := stored(body)
	document.ID, document.TemplateVersion, document.PingCentralVersion = old.ID, old.TemplateVersion, old.PingCentralVersion
	document.Enabled = old.Enabled // the body has no such field
	a.document, a.modified = document, c.now()
	return c.applicationDocument(a), nil
}

// CreateApplication answers POST /applications, whose path and body are inferred.
func (c centralAPI) CreateApplication(w http.ResponseWriter, r *http.Request) {
	var body api.ApplicationInput
	if problem := readBody(w, r, &body); problem.write(c, w) {
		return
	}
	document, problem := c.create(r, body)
	if problem.write(c, w) {
		return
	}
	writeJSON(w, http.StatusCreated, c.dress(document))
}

func (c centralAPI) create(r *http.Request, body api.ApplicationInput) (api.Application, *problem) {
	c.central.mu.Lock()
	defer c.central.mu.Unlock()
	if body.ID != nil {
		return api.Application{}, invalid("The id of a new application must not be given.")
	}
	if refused := c.mayStore(nil, body); refused != nil {
		return api.Application{}, refused
	}
	a := &application{document: stored(body), created: c.now(), modified: c.now()}
	if user, isOwner := caller(r); isOwner && !a.ownedBy(user) {
		return api.Application{}, &problem{http.StatusForbidden, "You do not have permissions to make this request."}
	}
	c.central.created++
	a.document.ID = ptr(stableID("created application", strconv.Itoa(c.central.created)))
	a.document.Enabled = ptr(true)
	c.central.applications = append(c.central.applications, a)
	return c.applicationDocument(a), nil
}

// DeleteApplication answers DELETE /applications/{applicationID}, whose path is inferred.
func (c centralAPI) DeleteApplication(w http.ResponseWriter, r *http.Request, applicationID string) {
	c.central.mu.Lock()
	a, problem := c.mayUse(r, applicationID)
	if a != nil {
		c.central.applications = slices.DeleteFunc(slices.Clone(c.central.applications), func(other *application) bool { return other == a })
	}
	c.central.mu.Unlock()
	if problem.write(c, w) {
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// mayStore checks what holds for each application that is stored; by is the one that is replaced, or nil. The state must be locked.
func (c centralAPI) mayStore(by *application, body api.ApplicationInput) *problem {
	switch {
	case strings.TrimSpace(body.Name) == "":
		return invalid("The name must not be empty.")
	case len(body.ApplicationOwners) == 0:
		return invalid("An application needs an owner.")
	case !slices.Contains([]string{typeOAuth, typeOIDC, typeSAML, typePingAccess}, body.Type):
		return invalid("The type of the application is not known.")
	case body.TemplateID != nil && body.EnvironmentID != nil:
		return invalid("environmentId must be null where templateId is set.")
	case c.nameTaken(by, body.Name):
		return invalid("An application with this name exists.")
	}
	return nil
}

// stored is the document of an application as a caller wrote it, without the fields that only PingCentral sets.
func stored(body api.ApplicationInput) api.Application {
	delete(body.AdditionalProperties, "enabled")
	return api.Application{
		ApplicationOwnerGroups: body.ApplicationOwnerGroups, ApplicationOwners: body.ApplicationOwners, Description: body.Description,
		EnvironmentID: body.EnvironmentID, Name: body.Name, ShouldUpdateToLatestTemplateVersion: body.ShouldUpdateToLatestTemplateVersion,
		TemplateID: body.TemplateID, Type: body.Type, Unmanaged: body.Unmanaged, UsingOutdatedTemplate: body.UsingOutdatedTemplate,
		AdditionalProperties: body.AdditionalProperties,
	}
}

func (c centralAPI) nameTaken(by *application, name string) bool {
	return slices.ContainsFunc(c.central.applications, func(a *application) bool {
		return a != by && strings.EqualFold(a.document.Name, name)
	})
}

// GetEnvironment answers GET /environments/{environmentID}, secrets included.
func (c centralAPI) GetEnvironment(w http.ResponseWriter, _ *http.Request, environmentID string) {
	c.central.mu.RLock()
	e := c.central.findEnvironment(environmentID)
	var document centralEnvironment
	if e != nil {
		document = *e
	}
	c.central.mu.RUnlock()
	if e == nil {
		c.refuseCentral(w, http.StatusNotFound, "The requested resource was not found.")
		return
	}
	writeJSON(w, http.StatusOK, c.dress(document))
}

// ListEnvironments answers GET /environments, secrets included. A filter is a part of the name.
func (c centralAPI) ListEnvironments(w http.ResponseWriter, _ *http.Request, params api.ListEnvironmentsParams) {
	c.central.mu.RLock()
	var list []centralEnvironment
	for n, e := range c.central.environments {
		if params.Filter != nil && !strings.Contains(strings.ToLower(e.Name), strings.ToLower(*params.Filter)) {
			continue
		}
		document := *e
		if n == 0 && c.forms.get().UnknownValues {
			document.EnvironmentAvailability = ptr("DEGRADED")
		}
		list = append(list, document)
	}
	c.central.mu.RUnlock()
	writeList(c.Sandbox, w, c.forms.get().Lists, centralPage(c.Sandbox, list, params.Page, params.NumberPerPage))
}

// problem is a refusal of PingCentral; nil is none.
type problem struct {
	status  int
	message string
}

func invalid(message string) *problem { return &problem{http.StatusUnprocessableEntity, message} }

// write answers with the problem, if there is one.
func (p *problem) write(c centralAPI, w http.ResponseWriter) bool {
	if p == nil {
		return false
	}
	c.refuseCentral(w, p.status, p.message)
	return true
}

// mayUse finds an application that the caller may use. The state must be locked.
func (c centralAPI) mayUse(r *http.Request, id string) (*application, *problem) {
	a := c.central.findApplication(id)
	if a == nil {
		return nil, &problem{http.StatusNotFound, "The requested resource was not found."}
	}
	if user, isOwner := caller(r); isOwner && !a.ownedBy(user) {
		return nil, &problem{http.StatusForbidden, "You do not have permissions to make this request."}
	}
	return a, nil
}

// readBody decodes a JSON body of at most 1 MiB. Where fields are named, the body may have no others; their case counts.
func readBody(w http.ResponseWriter, r *http.Request, into any, fields ...string) *problem {
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(media), "application/json") {
		return &problem{http.StatusBadRequest, "The body must be application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		return &problem{http.StatusBadRequest, "The body cannot be read: " + err.Error()}
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &problem{http.StatusBadRequest, "The body cannot be read as JSON: " + err.Error()}
	}
	if len(fields) == 0 {
		return nil
	}
	var found map[string]json.RawMessage
	if err := json.Unmarshal(body, &found); err != nil {
		return &problem{http.StatusBadRequest, "The body must be an object: " + err.Error()}
	}
	for name := range found {
		if !slices.Contains(fields, name) {
			return &problem{http.StatusBadRequest, "The body has the unknown field " + name + "."}
		}
	}
	return nil
}
