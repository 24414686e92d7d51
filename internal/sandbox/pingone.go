package sandbox

import (
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"sync"

	api "example.com/pingkit/internal/sandbox/pingoneapi"
)

// catalogAPI serves the generated interface of the PingOne API.
type catalogAPI struct{ *Sandbox }

var _ api.ServerInterface = catalogAPI{}

// pingOneOperations names what is at each path of the API.
var pingOneOperations = map[string]string{
	"GET /v1/environments":                                              "listEnvironments",
	"GET /v1/environments/{}/integrations":                              "listIntegrations",
	"GET /v1/environments/{}/integrations/{}":                           "getIntegration",
	"GET /v1/environments/{}/integrations/{}/versions":                  "listIntegrationVersions",
	"GET /v1/environments/{}/integrations/{}/versions/{}":               "getIntegrationVersion",
	"GET /v1/environments/{}/integrations/{}/versions/{}/asset":         "getIntegrationVersionAsset",
	"GET /v1/environments/{}/integrations/{}/versions/{}/attributes":    "listIntegrationVersionAttributes",
	"GET /v1/environments/{}/integrations/{}/versions/{}/attributes/{}": "getIntegrationVersionAttribute",
	"GET /v1/asset-redirects/{}":                                        "bounce",
}

func (s *Sandbox) pingOneHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+bouncePath, s.bounce)
	api.HandlerWithOptions(catalogAPI{s}, api.StdHTTPServerOptions{
		BaseURL: "/v1", BaseRouter: mux,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			s.refuse(w, r, refusal{status: http.StatusBadRequest, code: "INVALID_DATA", detail: "INVALID_VALUE", message: err.Error()})
		},
	})
	return s.pipeline(system{
		name: PingOneAPI, mux: mux, operations: pingOneOperations, admit: s.admitToPingOne,
		refuse: func(w http.ResponseWriter, r *http.Request, status int) { s.refuse(w, r, refusal{status: status}) },
	})
}

// externalID is the documented form of the caller's own identifiers.
var externalID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._\-/@=#+]{1,100}$`) })

// admitToPingOne checks what every call needs.
func (s *Sandbox) admitToPingOne(w http.ResponseWriter, r *http.Request, operation string) bool {
	if operation == "bounce" {
		return true // the address is signed, as those of the storage are
	}
	if !s.tokenGood(r, PingOneAPI) {
		s.refuse(w, r, refusal{status: or(s.forms.get().NoTokenStatus, http.StatusUnauthorized), detail: "INVALID_TOKEN", message: "The access token is missing, invalid or expired."})
		return false
	}
	for _, name := range []string{"X-Ping-External-Transaction-ID", "X-Ping-External-Session-ID"} {
		if value := r.Header.Get(name); value != "" && !externalID().MatchString(value) {
			s.refuse(w, r, refusal{status: http.StatusBadRequest, code: "INVALID_REQUEST", detail: "INVALID_VALUE", target: name,
				message: "The value must have at most 100 letters, digits and characters of . _ - / @ = # +"})
			return false
		}
	}
	return true
}

// refusal is an error of the PingOne API.
type refusal struct {
	status        int
	code, message string // empty: those of the status
	detail        string // code of the detail; empty: no detail
	target        string
	inner         *api.InnerError
}

// statusErrors are the documented codes and messages.
var statusErrors = map[int][2]string{
	400: {"INVALID_REQUEST", "The request could not be completed. One or more validation errors were in the request."},
	401: {"ACCESS_FAILED", "The request could not be completed. You do not have access to this resource."},
	403: {"ACCESS_FAILED", "The request could not be completed. You do not have permissions or are not licensed to make this request."},
	404: {"NOT_FOUND", "The request could not be completed. The requested resource was not found."},
	429: {"REQUEST_LIMITED", "The request could not be completed. Too many requests."},
	500: {"UNEXPECTED_ERROR", "An unexpected error occurred. Please contact support."},
}

// refuse answers with an error in the form of the moment.
func (s *Sandbox) refuse(w http.ResponseWriter, r *http.Request, f refusal) {
	if s.writeForeignError(w, f.status) {
		return
	}
	standard, known := statusErrors[f.status]
	if !known {
		standard = [2]string{"REQUEST_FAILED", "The request could not be completed: " + http.StatusText(f.status) + "."}
	}
	if f.code == "" {
		f.code = standard[0]
	}
	body := api.Error{Code: &f.code, Message: &standard[1]}
	if f.status != http.StatusForbidden && f.status != http.StatusTooManyRequests { // there the id may be missing
		body.ID = ptr(hex.EncodeToString([]byte(strconv.FormatInt(s.now().UnixNano(), 36))))
	}
	if f.detail != "" {
		detail := api.ErrorDetail{Code: &f.detail, Message: ptr(f.message), InnerError: f.inner}
		if f.target != "" {
			detail.Target = &f.target
		}
		body.Details = []api.ErrorDetail{detail}
	}
	writeJSON(w, f.status, s.dress(body))
}

// writeForeignError writes an error that is not in JSON, where the forms say so.
func (s *Sandbox) writeForeignError(w http.ResponseWriter, status int) bool {
	switch s.forms.get().ErrorForm {
	case ErrorEmpty:
		w.WriteHeader(status)
	case ErrorHTML:
		sendText(w, status, "text/html", "<!DOCTYPE html><html><head><title>"+http.StatusText(status)+
			"</title><script>alert(1)</script></head><body><h1>"+http.StatusText(status)+"</h1></body></html>\n")
	case ErrorText:
		sendText(w, status, "application/json", http.StatusText(status)+": not really JSON\n")
	default:
		return false
	}
	return true
}

// or is n, or the fallback where n is 0.
func or(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}

func ptr[T any](v T) *T { return &v }
