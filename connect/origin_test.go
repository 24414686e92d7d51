package connect_test

import (
	"encoding/json"
	"errors"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
)

func TestNextFollowsAPage(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	client := server.client(t)
	for _, href := range []string{
		server.URL + "/v1/environments?cursor=a%2Fb&limit=15",
		"/v1/environments?cursor=a%2Fb&limit=15",
		"environments?cursor=a%2Fb&limit=15#top",
		// Behind a gateway, which passes on links as they are.
		"https://api.pingone.eu/v1/environments?cursor=a%2Fb&limit=15",
		"https://API.pingone.com.au/v1/environments?cursor=a%2Fb&limit=15",
	} {
		if _, err := connect.JSON[json.RawMessage](client.Next(t.Context(), href)); err != nil {
			t.Errorf("%s: %v", href, err)
			continue
		}
		calls := server.calls()
		if last := calls[len(calls)-1]; last.Path != "/v1/environments" || last.Query != "cursor=a%2Fb&limit=15" {
			t.Errorf("%s led to %s?%s", href, last.Path, last.Query)
		}
	}
}

func TestNextRefusesToCarryTheTokenAway(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	thief := serve(t, answer(list))
	client := server.client(t)
	if err := get(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	before := len(server.log())
	for name, href := range map[string]string{
		"other port of the same host": thief.URL + "/v1/environments",
		"other name of the host":      server.byName() + "/v1/environments",
		"other scheme":                "https" + server.URL[len("http"):] + "/v1/environments",
		"no scheme":                   "//" + thief.URL[len("http://"):] + "/v1/environments",
		"host as user":                "http://" + server.URL[len("http://"):] + "@" + thief.URL[len("http://"):] + "/v1/environments",
		"user":                        "http://token@" + server.URL[len("http://"):] + "/v1/environments",
		"other path":                  server.URL + "/admin/environments",
		"similar path":                server.URL + "/v10/environments",
		"real host, other path":       "https://api.pingone.eu/admin/environments",
		"real host, dots":             "https://api.pingone.eu/v1/../admin",
		"real host, encoded dots":     "https://api.pingone.eu/v1/%2e%2e/admin",
		"real host, other port":       "https://api.pingone.eu:8443/v1/environments",
		"real host, without TLS":      "http://api.pingone.eu/v1/environments",
		"real host's name inside":     "https://api.pingone.eu.thief.example/v1/environments",
		"dots":                        server.URL + "/v1/../admin",
		"encoded dots":                server.URL + "/v1/%2e%2e/admin",
		"encoded slashes":             server.URL + "/v1/x%2f..%2f..%2fadmin",
		"backslashes":                 server.URL + `/v1/x\..\..\admin`,
		"nothing":                     "",
		"query alone":                 "?cursor=1",
		"not a URL":                   "http://[::1/v1/x",
		"opaque":                      "mailto:someone@example.com",
	} {
		err := connect.Check(client.Next(t.Context(), href))
		if !errors.Is(err, connect.ErrForeignOrigin) {
			t.Errorf("%s: %v, want ErrForeignOrigin", name, err)
		}
		if e := typed(t, err); e.Sent || e.Temporary() {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if n := len(thief.log()); n != 0 {
		t.Errorf("%d requests went astray: %+v", n, thief.log())
	}
	if n := len(server.log()); n != before {
		t.Errorf("%d requests reached the API in forbidden forms", n-before)
	}
}

// Whatever a caller does to the embedded client, the token stays at home.
func TestTokenIsBoundBelowTheClient(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	thief := serve(t, answer(list))
	client := server.client(t)
	client.Server = thief.URL + "/v1/"
	if err := get(t.Context(), client); !errors.Is(err, connect.ErrForeignOrigin) {
		t.Errorf("got %v, want ErrForeignOrigin", err)
	}
	client.Server = server.URL + "/internal/"
	if err := get(t.Context(), client); !errors.Is(err, connect.ErrForeignOrigin) {
		t.Errorf("got %v, want ErrForeignOrigin", err)
	}
	if n := len(thief.log()) + len(server.log()); n != 0 {
		t.Errorf("%d requests went astray", n)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	thief := serve(t, answer(list))
	for _, code := range []int{301, 302, 303, 307, 308} {
		server := newPingOne(t, status(code, "Location", thief.byName()+"/v1/environments?signature=s3cr3tquery"))
		err := get(t.Context(), server.client(t))
		if e := typed(t, err); e.Status != code || e.InDoubt() {
			t.Errorf("got %+v", e)
		}
		silent(t, err.Error(), "s3cr3tquery")
	}
	if n := len(thief.log()); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

// An id of dots would lead a request to another operation.
func TestCheckID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"c290da08-0151-45f6-a651-0efg0805ca34", "42", "ümlaut id"} {
		if err := connect.CheckID(id); err != nil {
			t.Errorf("CheckID(%q) = %v", id, err)
		}
	}
	for _, id := range []string{"", ".", "..", "a/b", `a\b`, "a\nb"} {
		if connect.CheckID(id) == nil {
			t.Errorf("CheckID accepts %q", id)
		}
	}
}

func TestAnswersDoNotShowTheToken(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, answer(list))
	resp, err := server.client(t).GetIntegration(t.Context(), "e", "i", &pingone.GetIntegrationParams{})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Request.Header.Get("Authorization"); got != "" {
		t.Errorf("the answer's request holds %q", got)
	}
	if got := server.calls()[0].Header.Get("Authorization"); got == "" {
		t.Error("the request itself had no token")
	}
}
