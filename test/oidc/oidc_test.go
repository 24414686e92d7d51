//go:build integration

package oidc

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const everything = "kits:read apps:read apps:write"

// TestIntegrationOpenID has users log in at a real OpenID provider, as the
// server's answers tell their assistants to, and call the real program with the
// tokens they get.
func TestIntegrationOpenID(t *testing.T) {
	issuer, address := "http://"+free(t), free(t)
	s := start(t, issuer, address)

	// The provider starts after the server, which does not ask it before it must.
	metadata := s.discover(t)
	if metadata.Resource != s.url || !slices.Equal(metadata.Servers, []string{issuer}) || strings.Join(metadata.Scopes, " ") != everything {
		t.Fatalf("the metadata are %+v", metadata)
	}
	p := serve(t, issuer, metadata.Resource)

	reader := logIn(t, issuer, "assistant", "test-user2", "kits:read")
	alice := logIn(t, issuer, "assistant", "test-user@127.0.0.1", everything)
	bob := logIn(t, issuer, "assistant", "test-user2", everything)
	stranger := logIn(t, issuer, "stranger", "test-user2", everything)

	t.Run("tokens for others", func(t *testing.T) {
		if a := s.list(t, stranger.AccessToken); a.status != http.StatusUnauthorized || !strings.Contains(a.challenge, "another audience") {
			t.Errorf("of another client: %d with %s", a.status, a.challenge)
		}
		// The provider writes the audience into its ID tokens too; they grant nothing.
		if a := s.list(t, idToken(t, alice)); a.status != http.StatusForbidden || !strings.Contains(a.challenge, "insufficient_scope") {
			t.Errorf("for the client itself: %d with %s", a.status, a.challenge)
		}
	})
	t.Run("scopes", func(t *testing.T) {
		if got := s.list(t, reader.AccessToken).tools(); slices.Contains(got, "promote_application") || !slices.Contains(got, "list_integrations") {
			t.Errorf("listed are %v", got)
		}
		if got := s.list(t, alice.AccessToken).tools(); len(got) != 8 {
			t.Errorf("listed are %v", got)
		}
		a := s.call(t, reader.AccessToken, "list_applications", map[string]any{})
		if a.status != http.StatusForbidden || !strings.Contains(a.challenge, `error="insufficient_scope"`) || parameter(a.challenge, "scope") != "apps:read" {
			t.Fatalf("%d with %s", a.status, a.challenge)
		}
		// The user allows what the server asked for.
		more := logIn(t, issuer, "assistant", "test-user2", "kits:read "+parameter(a.challenge, "scope"))
		if a := s.call(t, more.AccessToken, "list_applications", map[string]any{}); a.failed() || !strings.Contains(a.body, "Payroll") {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
	t.Run("plans", func(t *testing.T) {
		arguments := map[string]any{"application": "Payroll", "environment": "Test", "redirect_uris": []string{"https://payroll.example.com/callback"}}
		plan := s.call(t, alice.AccessToken, "promote_application", arguments).Result.Structured.Plan
		if plan == "" {
			t.Fatal("there is no plan")
		}
		arguments["plan"] = plan
		if a := s.call(t, bob.AccessToken, "promote_application", arguments); !a.Result.IsError {
			t.Errorf("bob confirmed alice's plan: %s", a.body)
		}
		again := logIn(t, issuer, "assistant", "test-user@127.0.0.1", everything)
		if a := s.call(t, again.AccessToken, "promote_application", arguments); a.Result.Structured.Status != "promoted" {
			t.Errorf("alice, with a new token: %s", a.body)
		}
		if audit := auditOf(s.stderr.String()); !strings.Contains(audit, issuer+" sub=id1") || strings.Contains(audit, "sub=id2") {
			t.Errorf("the audit does not name alice alone:\n%s", audit)
		}
	})
	t.Run("rotation", func(t *testing.T) {
		p.rotate(t)
		fresh := logIn(t, issuer, "assistant", "test-user2", everything)
		for begin := time.Now(); ; time.Sleep(200 * time.Millisecond) {
			a := s.list(t, fresh.AccessToken)
			if a.status == http.StatusOK {
				break
			}
			if a.status != http.StatusUnauthorized || time.Since(begin) > 10*time.Second {
				t.Fatalf("the new key is not accepted after %v: %d %s", time.Since(begin), a.status, a.challenge)
			}
		}
		if a := s.list(t, alice.AccessToken); a.status != http.StatusUnauthorized {
			t.Errorf("the old key is still accepted: %d", a.status)
		}
	})
	for _, token := range []string{reader.AccessToken, alice.AccessToken, bob.AccessToken, stranger.AccessToken, "eyJ"} {
		if strings.Contains(s.stderr.String(), token) {
			t.Error("the log holds a token")
		}
	}
}

// auditOf returns the lines of the audit; other lines of the log name callers too.
func auditOf(log string) string {
	var audit strings.Builder
	for line := range strings.Lines(log) {
		if strings.Contains(line, `"msg":"audit"`) {
			audit.WriteString(line)
		}
	}
	return audit.String()
}

// resource are the metadata of RFC 9728.
type resource struct {
	Resource string
	Servers  []string `json:"authorization_servers"`
	Scopes   []string `json:"scopes_supported"`
}

// parameter returns a parameter of a challenge.
func parameter(challenge, name string) string {
	_, after, _ := strings.Cut(challenge, name+`="`)
	value, _, _ := strings.Cut(after, `"`)
	return value
}

// logIn is a user logging in through a browser: authorization code with PKCE.
func logIn(t *testing.T, issuer, client, user, scopes string) *oauth2.Token {
	t.Helper()
	config := oauth2.Config{
		ClientID: client, ClientSecret: "secret", RedirectURL: callback, Scopes: strings.Fields("openid " + scopes),
		Endpoint: oauth2.Endpoint{AuthURL: issuer + "/auth", TokenURL: issuer + "/oauth/token"},
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var code string
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			code = r.URL.Query().Get("code")
			return http.ErrUseLastResponse
		}
		return nil
	}}
	verifier := oauth2.GenerateVerifier()
	page, err := browser.Get(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)))
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Body.Close(); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"username": {user}, "password": {"verysecure"}, "id": {page.Request.URL.Query().Get("authRequestID")}}
	page, err = browser.PostForm(issuer+"/login/username", form)
	if err != nil {
		t.Fatal(err)
	}
	if err := page.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if code == "" {
		t.Fatalf("%s could not log in: %s", user, page.Status)
	}
	token, err := config.Exchange(t.Context(), code, oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func idToken(t *testing.T, token *oauth2.Token) string {
	t.Helper()
	id, ok := token.Extra("id_token").(string)
	if !ok {
		t.Fatal("there is no ID token")
	}
	return id
}
