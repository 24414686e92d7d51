package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// generatedSecret is how the client secrets begin that PingCentral generates.
const generatedSecret = "Generated-Sandbox-Secret-not-for-logs-"

// PromoteApplication answers POST /applications/promotion/{applicationID}/{environmentID}.
func (c centralAPI) PromoteApplication(w http.ResponseWriter, r *http.Request, applicationID, environmentID string) {
	var body api.PromotionRequest
	if problem := readBody(w, r, &body, "clientSecret", "redirectUris"); problem.write(c, w) {
		return
	}
	result, problem := c.promote(r, applicationID, environmentID, body)
	if problem.write(c, w) {
		return
	}
	c.writeResult(w, c.forms.get().PromoteStatus, result)
}

// promote makes the change, and returns what is told about it.
func (c centralAPI) promote(r *http.Request, applicationID, environmentID string, body api.PromotionRequest) (any, *problem) {
	c.central.mu.Lock()
	defer c.central.mu.Unlock()
	a, refused := c.mayUse(r, applicationID)
	if refused != nil {
		return nil, refused
	}
	e := c.central.findEnvironment(environmentID)
	if e == nil {
		return nil, &problem{http.StatusNotFound, "The requested resource was not found."}
	}
	if refused := c.mayPromote(r, a, e, body); refused != nil {
		return nil, refused
	}
	if c.forms.get().ApprovalRequired {
		asked := [2]string{applicationID, environmentID}
		if c.central.waiting[asked] {
			return nil, &problem{http.StatusBadRequest, "A promotion of this application to this environment awaits approval already."}
		}
		c.central.waiting[asked] = true
		return map[string]any{"applicationId": applicationID, "environmentId": environmentID, "approvalStatus": "PENDING"}, nil
	}
	now := settings{redirectURIs: slices.Clone(body.RedirectURIs)}
	generated := ""
	if a.redirectable() {
		if body.ClientSecret != nil && *body.ClientSecret != "" {
			now.clientSecret = *body.ClientSecret
		} else {
			generated = fmt.Sprintf("%s%04d", generatedSecret, c.central.made+1)
			now.clientSecret = generated
		}
	}
	row := c.promotionDocument(c.central.addPromotion(a, e, now, c.now()))
	if generated != "" {
		row.AdditionalProperties = map[string]json.RawMessage{"clientSecret": mustJSON(generated)}
	}
	return row, nil
}

// mayPromote applies the documented rules, and those that follow from them.
func (c centralAPI) mayPromote(r *http.Request, a *application, e *centralEnvironment, body api.PromotionRequest) *problem {
	form := c.forms.get()
	if _, isOwner := caller(r); isOwner && *e.Shielded {
		return &problem{http.StatusForbidden, "Application owners cannot promote to a shielded environment."}
	}
	if *e.EnvironmentAvailability != "ONLINE" {
		return &problem{or(form.OfflineStatus, http.StatusBadRequest), "The environment is not available."}
	}
	if !a.redirectable() {
		if form.PromoteAnyType {
			return nil
		}
		return &problem{http.StatusBadRequest, "The request lacks what a promotion of this type of application needs."}
	}
	if form.RefuseChosenSecrets && body.ClientSecret != nil && *body.ClientSecret != "" {
		return invalid("Client secrets are generated; one must not be given.")
	}
	if len(body.RedirectURIs) == 0 && !a.noRedirects {
		return invalid("At least one redirect URI is needed.")
	}
	for _, uri := range body.RedirectURIs {
		if u, err := url.Parse(uri); err != nil || !u.IsAbs() || u.Host == "" || u.Fragment != "" || strings.Contains(uri, "*") {
			return invalid("A redirect URI must be absolute, without wildcards and without a fragment.")
		}
	}
	return nil
}

// ListPromotions answers GET /applications/promotion/history/{applicationID}.
func (c centralAPI) ListPromotions(w http.ResponseWriter, r *http.Request, applicationID string) {
	c.central.mu.RLock()
	a, problem := c.mayUse(r, applicationID)
	lag := c.forms.get().HistoryLag
	var list []api.Promotion
	if a != nil {
		for _, p := range a.history {
			if lag > 0 && p.at.Add(lag).After(c.now()) {
				continue
			}
			list = append(list, c.promotionDocument(p))
		}
	}
	c.central.mu.RUnlock()
	if problem.write(c, w) {
		return
	}
	if c.forms.get().NewestFirst {
		slices.Reverse(list)
	}
	writeList(c.Sandbox, w, c.forms.get().History, list)
}

// RevertApplication answers PUT /applications/promotion/history/{promotionID}/restore/{applicationID}.
func (c centralAPI) RevertApplication(w http.ResponseWriter, r *http.Request, promotionID, applicationID string) {
	result, problem := c.revert(r, promotionID, applicationID)
	if problem.write(c, w) {
		return
	}
	c.writeResult(w, c.forms.get().RevertStatus, result)
}

func (c centralAPI) revert(r *http.Request, promotionID, applicationID string) (any, *problem) {
	c.central.mu.Lock()
	defer c.central.mu.Unlock()
	a, refused := c.mayUse(r, applicationID)
	if refused != nil {
		return nil, refused
	}
	row, ok := a.row(promotionID)
	if !ok {
		return nil, &problem{http.StatusNotFound, "The requested resource was not found."}
	}
	if *row.document.OutdatedVersion || *row.document.NotPromotedInCurrentVersion {
		return nil, invalid("The application was promoted by an earlier version of PingCentral and cannot be reverted.")
	}
	a.revert(row, c.now())
	return c.applicationDocument(a), nil
}

// writeResult answers a write that succeeded. The real form is not documented.
func (c centralAPI) writeResult(w http.ResponseWriter, status int, result any) {
	status = or(status, http.StatusOK)
	if status == http.StatusNoContent || c.forms.get().NoResult {
		w.WriteHeader(status)
		return
	}
	writeJSON(w, status, c.dress(result))
}
