package sandbox

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
)

// centralTokenPath is the token endpoint of the OpenID provider that PingCentral trusts.
const centralTokenPath = "/pingcentral/as/token"

// authHandler serves both token endpoints.
func (s *Sandbox) authHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{environmentID}/as/token", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("environmentID") != WorkerEnvironmentID {
			// Another environment, existing or not, does not know the client.
			refuseToken(w, http.StatusUnauthorized, "invalid_client", "Request denied: Invalid client credentials")
			return
		}
		s.serveToken(w, r, PingOneAPI, client{ClientID, ClientSecret}, "")
	})
	mux.HandleFunc("POST "+centralTokenPath, func(w http.ResponseWriter, r *http.Request) {
		s.serveToken(w, r, PingCentral, client{CentralClientID, CentralClientSecret}, CentralScope)
	})
	return s.pipeline(system{
		name: Auth, mux: mux,
		operations: map[string]string{"POST /{}/as/token": "token", "POST " + centralTokenPath: "centralToken"},
		refuse: func(w http.ResponseWriter, _ *http.Request, status int) {
			code := "server_error"
			if status < 500 {
				code = "invalid_request"
			}
			refuseToken(w, status, code, http.StatusText(status))
		},
	})
}

type client struct{ id, secret string }

func (c client) equals(other client) bool {
	id := subtle.ConstantTimeCompare([]byte(c.id), []byte(other.id))
	secret := subtle.ConstantTimeCompare([]byte(c.secret), []byte(other.secret))
	return id&secret == 1
}

// serveToken answers a client-credentials request (RFC 6749, 4.4) with a token of the system.
func (s *Sandbox) serveToken(w http.ResponseWriter, r *http.Request, system System, want client, scope string) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	if media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); !strings.EqualFold(strings.TrimSpace(media), "application/x-www-form-urlencoded") {
		refuseToken(w, http.StatusBadRequest, "invalid_request", "the body must be application/x-www-form-urlencoded")
		return
	}
	if err := r.ParseForm(); err != nil {
		refuseToken(w, http.StatusBadRequest, "invalid_request", "the body cannot be read as a form")
		return
	}
	if r.URL.RawQuery != "" {
		refuseToken(w, http.StatusBadRequest, "invalid_request", "parameters belong into the body")
		return
	}
	got, style, ok := clientOf(r)
	if !ok {
		refuseToken(w, http.StatusBadRequest, "invalid_request", "the client must authenticate in exactly one way")
		return
	}
	if s.opts.TokenAuth != "" && s.opts.TokenAuth != style || !got.equals(want) {
		if style == "basic" {
			w.Header().Set("WWW-Authenticate", `Basic realm="sandbox"`)
		}
		refuseToken(w, http.StatusUnauthorized, "invalid_client", "Request denied: Unsupported authentication method or invalid client credentials")
		return
	}
	if grantType := r.PostForm.Get("grant_type"); grantType != "client_credentials" {
		refuseToken(w, http.StatusBadRequest, "unsupported_grant_type", "the grant type must be client_credentials")
		return
	}
	if asked := r.PostForm.Get("scope"); asked != "" && asked != scope {
		refuseToken(w, http.StatusBadRequest, "invalid_scope", "the client may not have that scope")
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, http.StatusOK, map[string]any{
		"access_token": s.issueToken(system), "token_type": "Bearer", "expires_in": int(s.opts.TokenLifetime.Seconds()),
	})
}

// clientOf reads the client's credentials from the header or from the form; both at once are refused (RFC 6749, 2.3).
func clientOf(r *http.Request) (c client, style string, ok bool) {
	inForm := r.PostForm.Has("client_id") || r.PostForm.Has("client_secret")
	if id, secret, basic := r.BasicAuth(); basic {
		// RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
		plainID, err1 := url.QueryUnescape(id)
		plainSecret, err2 := url.QueryUnescape(secret)
		return client{plainID, plainSecret}, "basic", err1 == nil && err2 == nil && !inForm
	}
	return client{r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")}, "post", inForm && r.Header.Get("Authorization") == ""
}

func refuseToken(w http.ResponseWriter, status int, code, description string) {
	w.Header().Set("Cache-Control", "no-store")
	writeJSON(w, status, map[string]any{"error": code, "error_description": description})
}
