package sandbox

import (
	"encoding/json"
	"net/http"
	"time"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// centralAPI serves the generated interface of PingCentral.
type centralAPI struct{ *Sandbox }

var _ api.ServerInterface = centralAPI{}

var centralOperations = map[string]string{
	"GET /api/v1/applications":                                 "listApplications",
	"POST /api/v1/applications":                                "createApplication",
	"DELETE /api/v1/applications/{}":                           "deleteApplication",
	"GET /api/v1/environments/{}":                              "getEnvironment",
	"GET /api/v1/applications/{}":                              "getApplication",
	"PUT /api/v1/applications/{}":                              "updateApplication",
	"POST /api/v1/applications/promotion/{}/{}":                "promoteApplication",
	"GET /api/v1/applications/promotion/history/{}":            "listPromotions",
	"PUT /api/v1/applications/promotion/history/{}/restore/{}": "revertApplication",
	"GET /api/v1/environments":                                 "listEnvironments",
}

func (s *Sandbox) pingCentralHandler() http.Handler {
	mux := http.NewServeMux()
	api.HandlerWithOptions(centralAPI{s}, api.StdHTTPServerOptions{
		BaseURL: "/api/v1", BaseRouter: mux,
		ErrorHandlerFunc: func(w http.ResponseWriter, _ *http.Request, err error) {
			s.refuseCentral(w, http.StatusBadRequest, err.Error())
		},
	})
	return s.pipeline(system{
		name: PingCentral, mux: mux, operations: centralOperations, admit: s.admitToCentral,
		refuse: func(w http.ResponseWriter, _ *http.Request, status int) {
			s.refuseCentral(w, status, http.StatusText(status))
		},
	})
}

// refuseCentral answers with an error in the form of the moment. The real form is not documented.
func (s *Sandbox) refuseCentral(w http.ResponseWriter, status int, message string) {
	if s.writeForeignError(w, status) {
		return
	}
	body := api.Error{Message: &message}
	body.Set("status", mustJSON(status))
	if status == http.StatusUnprocessableEntity {
		body.Set("errors", mustJSON([]map[string]string{{"defaultMessage": message}}))
	}
	writeJSON(w, status, s.dress(body))
}

// writeList answers with a list in the form that the moment wants.
func writeList[T any](s *Sandbox, w http.ResponseWriter, form ListForm, list []T) {
	if list == nil {
		list = []T{}
	}
	var v any = map[string]any{"items": list}
	switch {
	case form == ListBare:
		v = list
	case form == ListNull && len(list) == 0:
		v = map[string]any{"items": nil}
	}
	writeJSON(w, http.StatusOK, s.dress(v))
}

// centralPage cuts a page out of a list, where the forms want pages.
func centralPage[T any](s *Sandbox, all []T, number, size *int) []T {
	n := s.forms.get().CentralPageSize
	if n == 0 {
		return all
	}
	if size != nil && *size > 0 {
		n = *size
	}
	from := 0
	if number != nil && *number > 0 {
		from = min(*number*n, len(all))
	}
	return all[from:min(from+n, len(all))]
}

// timestamp is a time in the form of the moment.
func (s *Sandbox) timestamp(t time.Time) *api.Timestamp {
	var stamp api.Timestamp
	switch s.forms.get().Times {
	case TimeMillis:
		encoded(stamp.FromTimestampMillis(t.UnixMilli()))
	case TimeOffset:
		encoded(stamp.FromTimestampText(t.UTC().Format("2006-01-02T15:04:05.000-0700")))
	default:
		encoded(stamp.FromTimestampText(t.UTC().Format("2006-01-02T15:04:05.000Z")))
	}
	return &stamp
}

// applicationDocument is an application on the wire.
func (s *Sandbox) applicationDocument(a *application) api.Application {
	d := a.document
	d.Created, d.Modified = s.timestamp(a.created), s.timestamp(a.modified)
	extra := make(map[string]json.RawMessage, len(d.AdditionalProperties)+2)
	for name, value := range d.AdditionalProperties {
		extra[name] = value
	}
	if d.TemplateID != nil {
		extra["environmentId"] = json.RawMessage("null")
	}
	if s.forms.get().UnknownValues && d.Type == typePingAccess {
		d.Type = "WSFED_20_RP"
	}
	d.AdditionalProperties = extra
	return d
}

// promotionDocument is a row of a history on the wire.
func (s *Sandbox) promotionDocument(p promotion) api.Promotion {
	d := p.document
	d.Promoted = s.timestamp(p.at)
	return d
}
