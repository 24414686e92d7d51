package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
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
	var body api.Application
	if problem := readBody(w, r, &body); problem.write(c, w) {
		return
	}
	document, problem := c.update(r, applicationID, body)
	if problem.write(c, w) {
		return
	}
	writeJSON(w, http.StatusOK, c.dress(document))
}

func (c centralAPI) update(r *http.Request, applicationID string, body api.Application) (api.Application, *problem) {
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
	case strings.TrimSpace(body.Name) == "":
		return api.Application{}, invalid("The name must not be empty.")
	case len(body.ApplicationOwners) == 0:
		return api.Application{}, invalid("An application needs an owner.")
	case body.Type != old.Type:
		return api.Application{}, invalid("The type of an application cannot be changed.")
	case body.TemplateID != nil && body.EnvironmentID != nil:
		return api.Application{}, invalid("environmentId must be null where templateId is set.")
	case c.nameTaken(a, body.Name):
		return api.Application{}, invalid("An application with this name exists.")
	}
	body.ID, body.TemplateVersion, body.PingCentralVersion = old.ID, old.TemplateVersion, old.PingCentralVersion
	body.Created, body.Modified = nil, nil
	a.document, a.modified = body, c.now()
	return c.applicationDocument(a), nil
}

func (c centralAPI) nameTaken(by *application, name string) bool {
	return slices.ContainsFunc(c.central.applications, func(a *application) bool {
		return a != by && strings.EqualFold(a.document.Name, name)
	})
}

// ListEnvironments answers GET /environments, secrets included.
func (c centralAPI) ListEnvironments(w http.ResponseWriter, _ *http.Request, params api.ListEnvironmentsParams) {
	c.central.mu.RLock()
	var list []centralEnvironment
	for n, e := range c.central.environments {
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
