package sandbox

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

var formType = header{"Content-Type", "application/x-www-form-urlencoded"}

func basic(id, secret string) header {
	return header{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))}
}

func TestTokenEndpoint(t *testing.T) {
	good := url.Values{"grant_type": {"client_credentials"}}
	posted := url.Values{"grant_type": {"client_credentials"}, "client_id": {ClientID}, "client_secret": {ClientSecret}}
	for name, c := range map[string]struct {
		path    string
		form    url.Values
		headers []header
		opts    Options
		status  int
		error   string
	}{
		"basic":                     {form: good, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 200},
		"post":                      {form: posted, headers: []header{formType}, status: 200},
		"both":                      {form: posted, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 400, error: "invalid_request"},
		"neither":                   {form: good, headers: []header{formType}, status: 400, error: "invalid_request"},
		"wrong secret":              {form: good, headers: []header{formType, basic(ClientID, "wrong")}, status: 401, error: "invalid_client"},
		"wrong client":              {form: good, headers: []header{formType, basic("wrong", ClientSecret)}, status: 401, error: "invalid_client"},
		"other environment":         {path: "/" + CatalogEnvironmentID + "/as/token", form: good, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 401, error: "invalid_client"},
		"basic where post is set":   {form: good, headers: []header{formType, basic(ClientID, ClientSecret)}, opts: Options{TokenAuth: "post"}, status: 401, error: "invalid_client"},
		"post where basic is set":   {form: posted, headers: []header{formType}, opts: Options{TokenAuth: "basic"}, status: 401, error: "invalid_client"},
		"basic where basic is set":  {form: good, headers: []header{formType, basic(ClientID, ClientSecret)}, opts: Options{TokenAuth: "basic"}, status: 200},
		"other grant":               {form: url.Values{"grant_type": {"password"}}, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 400, error: "unsupported_grant_type"},
		"a scope":                   {form: url.Values{"grant_type": {"client_credentials"}, "scope": {"x"}}, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 400, error: "invalid_scope"},
		"not a form":                {form: good, headers: []header{{"Content-Type", "application/json"}, basic(ClientID, ClientSecret)}, status: 400, error: "invalid_request"},
		"parameters in the address": {path: "/" + WorkerEnvironmentID + "/as/token?grant_type=client_credentials", form: good, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 400, error: "invalid_request"},
		"PingOne's client at PingCentral's provider": {path: centralTokenPath, form: good, headers: []header{formType, basic(ClientID, ClientSecret)}, status: 401, error: "invalid_client"},
		"PingCentral's provider": {path: centralTokenPath, form: url.Values{"grant_type": {"client_credentials"}, "scope": {CentralScope}},
			headers: []header{formType, basic(CentralClientID, CentralClientSecret)}, status: 200},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, c.opts)
			path := c.path
			if path == "" {
				path = "/" + WorkerEnvironmentID + "/as/token"
			}
			r := do(t, httpClient(t, s), http.MethodPost, s.authURL()+path, c.form.Encode(), c.headers...)
			answer := r.json(t)
			if r.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %s", r.StatusCode, c.status, r.body)
			}
			if c.status != 200 {
				if answer["error"] != c.error {
					t.Errorf("error %v, want %s", answer["error"], c.error)
				}
				return
			}
			if answer["token_type"] != "Bearer" || answer["expires_in"] != 3600.0 || len(answer) != 3 {
				t.Errorf("answer %v: only access_token, token_type and expires_in are documented", answer)
			}
		})
	}
}

func TestTokensExpireAndAreRevoked(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now})
	p := newPingOne(t, s)
	if got := p.get("/environments").StatusCode; got != http.StatusOK {
		t.Fatalf("fresh token: status %d", got)
	}
	now.Advance(59 * time.Minute)
	if got := p.get("/environments").StatusCode; got != http.StatusOK {
		t.Errorf("token of 59 minutes: status %d", got)
	}
	now.Advance(time.Minute)
	if got := p.get("/environments").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("token of an hour: status %d", got)
	}
	p = newPingOne(t, s)
	s.RevokeTokens()
	if got := p.get("/environments").StatusCode; got != http.StatusUnauthorized {
		t.Errorf("revoked token: status %d", got)
	}
}

func TestPingOneAdmission(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	bearer := header{"Authorization", "Bearer " + p.token}
	for name, c := range map[string]struct {
		method, path string
		headers      []header
		status       int
		code, detail string
	}{
		"no token":           {status: 401, code: "ACCESS_FAILED", detail: "INVALID_TOKEN"},
		"wrong token":        {headers: []header{{"Authorization", "Bearer x"}}, status: 401, code: "ACCESS_FAILED", detail: "INVALID_TOKEN"},
		"PingCentral's":      {headers: []header{{"Authorization", "Bearer " + s.PingCentralToken()}}, status: 401, code: "ACCESS_FAILED", detail: "INVALID_TOKEN"},
		"basic":              {headers: []header{basic(ClientID, ClientSecret)}, status: 401, code: "ACCESS_FAILED", detail: "INVALID_TOKEN"},
		"good":               {headers: []header{bearer}, status: 200},
		"lower-case scheme":  {headers: []header{{"Authorization", "bearer " + p.token}}, status: 200},
		"POST":               {method: http.MethodPost, headers: []header{bearer}, status: 405, code: "REQUEST_FAILED"},
		"HEAD":               {method: http.MethodHead, headers: []header{bearer}, status: 405},
		"unknown path":       {path: "/users", headers: []header{bearer}, status: 404, code: "NOT_FOUND"},
		"two times v1":       {path: "/v1/environments", headers: []header{bearer}, status: 404, code: "NOT_FOUND"},
		"transaction id":     {headers: []header{bearer, {"X-Ping-External-Transaction-ID", "aZ09._-/@=#+"}}, status: 200},
		"bad transaction id": {headers: []header{bearer, {"X-Ping-External-Transaction-ID", "a b"}}, status: 400, code: "INVALID_REQUEST", detail: "INVALID_VALUE"},
		"long session id":    {headers: []header{bearer, {"X-Ping-External-Session-ID", strings.Repeat("a", 101)}}, status: 400, code: "INVALID_REQUEST", detail: "INVALID_VALUE"},
	} {
		t.Run(name, func(t *testing.T) {
			method, path := c.method, c.path
			if method == "" {
				method = http.MethodGet
			}
			if path == "" {
				path = "/environments"
			}
			r := do(t, p.client, method, s.apiURL()+path, "", c.headers...)
			if r.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %s", r.StatusCode, c.status, r.body)
			}
			if c.status == 405 && r.Header.Get("Allow") != "GET" {
				t.Errorf("Allow: %q", r.Header.Get("Allow"))
			}
			if c.code == "" {
				return
			}
			answer := r.json(t)
			if answer["code"] != c.code || answer["id"] == nil || answer["message"] == nil {
				t.Errorf("answer %v, want code %s with id and message", answer, c.code)
			}
			if c.detail == "" {
				return
			}
			if detail := answer["details"].([]any)[0].(map[string]any); detail["code"] != c.detail {
				t.Errorf("detail %v, want %s", detail, c.detail)
			}
		})
	}
}
