package auth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/internal/mcpserver/auth"
)

// TestWaysToSendAToken has the ways that are allowed and those that are not.
func TestWaysToSendAToken(t *testing.T) {
	k, c := rsaKey("k", 0), newClock()
	p := newProvider(t, k)
	d := trusting(t, p, c)
	token := p.token(t, k, c.Now(), nil)
	for _, test := range []struct {
		name, path string
		headers    []string
		status     int
		challenge  string
	}{
		{"as usual", "/mcp", []string{"Bearer " + token}, http.StatusOK, ""},
		{"in lower case", "/mcp", []string{"bearer " + token}, http.StatusOK, ""},
		{"with more space", "/mcp", []string{"Bearer   " + token}, http.StatusOK, ""},
		{"none", "/mcp", nil, http.StatusUnauthorized, `Bearer scope="` + all + `", resource_metadata="` + metadata + `"`},
		{"with a password", "/mcp", []string{"Basic YTpi"}, http.StatusUnauthorized, `Bearer scope=`},
		{"without its scheme", "/mcp", []string{token}, http.StatusUnauthorized, `Bearer scope=`},
		{"empty", "/mcp", []string{"Bearer "}, http.StatusBadRequest, `error="invalid_request"`},
		{"two", "/mcp", []string{"Bearer " + token, "Bearer " + token}, http.StatusBadRequest, `error="invalid_request"`},
		{"two in one", "/mcp", []string{"Bearer " + token + ", Bearer " + token}, http.StatusBadRequest, `error="invalid_request"`},
		{"a good one and a password", "/mcp", []string{"Basic YTpi", "Bearer " + token}, http.StatusBadRequest, `error="invalid_request"`},
		{"in the address", "/mcp?access_token=" + token, nil, http.StatusBadRequest, `error="invalid_request"`},
		{"in the address, spelled otherwise", "/mcp?x=1&%61ccess_token=" + token, nil, http.StatusBadRequest, `error="invalid_request"`},
		{"in the address and the header", "/mcp?access_token=" + token, []string{"Bearer " + token}, http.StatusBadRequest, `error="invalid_request"`},
		{"oversize", "/mcp", []string{"Bearer " + strings.Repeat("a", 9000)}, http.StatusBadRequest, "too long"},
		{"with strange characters", "/mcp", []string{"Bearer a\"b"}, http.StatusBadRequest, `error="invalid_request"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, method := range []string{http.MethodPost, http.MethodGet, http.MethodDelete} {
				resp := d.ask(t, method, test.path, "", test.headers...)
				want(t, resp, test.status, test.challenge)
				if test.status != http.StatusOK && resp.Header.Get("X-Caller") != "" {
					t.Error("the caller came in")
				}
			}
		})
	}
	if strings.Contains(d.log.String(), "eyJ") || strings.Contains(d.log.String(), subject) {
		t.Errorf("the log holds a token or what it says:\n%s", d.log)
	}
}

// TestSharedToken is the way without an issuer.
func TestSharedToken(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	d := newDoor(t, auth.Settings{PublicURL: publicURL, Token: token})
	resp := d.come(t, "Bearer "+token)
	want(t, resp, http.StatusOK, "")
	if got := resp.Header.Get("X-Caller"); got != "static token" {
		t.Errorf("the caller is %q", got)
	}
	if got := resp.Header.Get("X-Granted"); got != all {
		t.Errorf("granted %q", got)
	}
	for _, wrong := range []string{token[1:], token + "0", strings.ToUpper(token), "x"} {
		want(t, d.come(t, "Bearer "+wrong), http.StatusUnauthorized, `Bearer error="invalid_token"`)
	}
	resp = d.come(t)
	want(t, resp, http.StatusUnauthorized, "Bearer")
	if strings.Contains(resp.Header.Get("WWW-Authenticate"), "resource_metadata") {
		t.Error("the caller is sent where no token is to be had")
	}
	want(t, d.ask(t, http.MethodGet, "/.well-known/oauth-protected-resource", ""), http.StatusNotFound, "")
	if strings.Contains(d.log.String(), token) {
		t.Errorf("the log holds the token:\n%s", d.log)
	}
}

// TestSharedTokenIsComparedWhole has a token whose SHA-256 begins with the four
// bytes, and ends with the two, of the right one's.
func TestSharedTokenIsComparedWhole(t *testing.T) {
	const token, near = "token-9064ca48b477", "token-94adf8eb56e6"
	a, b := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(near))
	if !bytes.Equal(a[:4], b[:4]) || !bytes.Equal(a[30:], b[30:]) {
		t.Fatalf("%x and %x are not alike", a, b)
	}
	d := newDoor(t, auth.Settings{PublicURL: publicURL, Token: token})
	want(t, d.come(t, "Bearer "+token), http.StatusOK, "")
	want(t, d.come(t, "Bearer "+near), http.StatusUnauthorized, `Bearer error="invalid_token"`)
}

// TestNothingToCheckBy has a guard that was never told whom to trust.
func TestNothingToCheckBy(t *testing.T) {
	guard, err := auth.New(auth.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if guard.Configured() {
		t.Error("there is something to check callers by")
	}
	d := newDoor(t, auth.Settings{})
	want(t, d.come(t), http.StatusUnauthorized, "Bearer")
	want(t, d.come(t, "Bearer x"), http.StatusUnauthorized, "Bearer")
	// The hash of nothing is no token.
	want(t, d.come(t, "Bearer ="), http.StatusBadRequest, "Bearer")
}

// TestMetadata reads what clients read to find the issuer (RFC 9728).
func TestMetadata(t *testing.T) {
	c := newClock()
	p := newProvider(t, rsaKey("k", 0))
	const root = "/.well-known/oauth-protected-resource"
	for name, test := range map[string]struct {
		url       string
		challenge string
		resources map[string]string // by path
	}{
		"a host": {publicURL, publicURL + root + "/mcp", map[string]string{
			root: publicURL, root + "/mcp": publicURL + "/mcp",
		}},
		"below a path": {publicURL + "/kits", publicURL + root + "/kits/mcp", map[string]string{
			root: publicURL + "/kits", root + "/mcp": publicURL + "/kits/mcp",
			root + "/kits": publicURL + "/kits", root + "/kits/mcp": publicURL + "/kits/mcp",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t, auth.Settings{PublicURL: test.url, Issuer: p.URL, Now: c.Now})
			want(t, d.come(t), http.StatusUnauthorized, `resource_metadata="`+test.challenge+`"`)
			for path, resource := range test.resources {
				resp := d.ask(t, http.MethodGet, path, "")
				want(t, resp, http.StatusOK, "")
				var document struct {
					Resource string   `json:"resource"`
					Servers  []string `json:"authorization_servers"`
					Scopes   []string `json:"scopes_supported"`
					Methods  []string `json:"bearer_methods_supported"`
				}
				if err := json.NewDecoder(resp.Body).Decode(&document); err != nil {
					t.Fatal(err)
				}
				if document.Resource != resource || len(document.Servers) != 1 || document.Servers[0] != p.URL ||
					strings.Join(document.Scopes, " ") != all || strings.Join(document.Methods, " ") != "header" {
					t.Errorf("%s is %+v", path, document)
				}
			}
		})
	}
	if p.asked() != 0 {
		t.Error("the issuer was asked although nobody came with a token")
	}
}

// TestReadOnlyAsksForNoWriteScope is for applications of a provider that may not
// have apps:write, which a provider refuses whole.
func TestReadOnlyAsksForNoWriteScope(t *testing.T) {
	d := newDoor(t, auth.Settings{PublicURL: publicURL, Issuer: "https://op.example.com", ReadOnly: true})
	want(t, d.come(t), http.StatusUnauthorized, `scope="kits:read apps:read"`)
	resp := d.ask(t, http.MethodGet, "/.well-known/oauth-protected-resource", "")
	want(t, resp, http.StatusOK, "")
	content, err := io.ReadAll(resp.Body)
	if err != nil || strings.Contains(string(content), "apps:write") || !strings.Contains(string(content), "apps:read") {
		t.Errorf("the metadata is %s, %v", content, err)
	}
}

func TestSettings(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	for name, test := range map[string]struct {
		settings auth.Settings
		want     []string
	}{
		"issuer and token":       {auth.Settings{PublicURL: publicURL, Issuer: "https://op.example.com", Token: token}, []string{"PINGKIT_AUTH_ISSUER", "PINGKIT_AUTH_TOKEN_FILE"}},
		"issuer without address": {auth.Settings{Issuer: "https://op.example.com"}, []string{"PINGKIT_PUBLIC_URL", "PINGKIT_AUTH_AUDIENCE"}},
		"audience alone":         {auth.Settings{Audience: "a"}, []string{"PINGKIT_AUTH_AUDIENCE", "PINGKIT_AUTH_ISSUER"}},
		"issuer over http":       {auth.Settings{PublicURL: publicURL, Issuer: "http://op.example.com"}, []string{"PINGKIT_AUTH_ISSUER", "https"}},
		"issuer that is a name":  {auth.Settings{PublicURL: publicURL, Issuer: "op.example.com"}, []string{"PINGKIT_AUTH_ISSUER"}},
		"issuer with a query":    {auth.Settings{PublicURL: publicURL, Issuer: "https://op.example.com?x=1"}, []string{"PINGKIT_AUTH_ISSUER"}},
		"address over http":      {auth.Settings{PublicURL: "http://pingkit.example.com", Issuer: "https://op.example.com"}, []string{"PINGKIT_PUBLIC_URL", "https"}},
		"several":                {auth.Settings{Issuer: "op", Token: token}, []string{"PINGKIT_AUTH_TOKEN_FILE", "PINGKIT_PUBLIC_URL", "PINGKIT_AUTH_ISSUER is not"}},
		"a token of two lines":   {auth.Settings{Token: token + "\n" + token}, []string{"PINGKIT_AUTH_TOKEN_FILE"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := auth.New(test.settings)
			if err == nil {
				t.Fatal("the settings were accepted")
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not name %s", err, part)
				}
			}
			if strings.Contains(err.Error(), token) {
				t.Errorf("%q holds the token", err)
			}
		})
	}
}
