package connect_test

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/sanitize"
)

// oddSecrets look different once a text was made plain.
var oddSecrets = []string{
	"hunter2  two  spaces", " hunter2 at the ends ", "hunter2\u00a0no-break", "hunter2\u200binvisible", "hunter2<b>markup", "hunter2 <tail",
	"hunter2&lt;reference", "hunter2&tail", `hunter2"quo'te\s`, "hunter2%2Fpercent", "hunter2+plus/slash=",
}

// TestEchoedSecretIsFoundInAnyForm has PingCentral refuse a write and repeat the
// secret of its body, as it came or as a page, a URL or JSON in JSON holds it.
func TestEchoedSecretIsFoundInAnyForm(t *testing.T) {
	t.Parallel()
	for _, secret := range oddSecrets {
		inJSON, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		message := func(text string) string {
			body, err := json.Marshal(map[string]any{"message": "refused: " + text + " is weak", "errors": []string{text}})
			if err != nil {
				t.Fatal(err)
			}
			return string(body)
		}
		page := func(text string) string { return "<html><body><p>refused: " + text + " is weak</p></body></html>" }
		for name, body := range map[string]string{
			"JSON": message(secret), "JSON in JSON": message(string(inJSON)), "escaped in JSON": message(html.EscapeString(secret)),
			"query in JSON": message(url.QueryEscape(secret)), "path in JSON": message(url.PathEscape(secret)),
			"page": page(secret), "escaped in a page": page(html.EscapeString(secret)),
			"quoted in a page": page(strings.ReplaceAll(html.EscapeString(secret), "&#34;", "&quot;")),
			"XML":              "<Error><Code>X</Code><Message>" + html.EscapeString(secret) + "</Message></Error>",
			"plain text":       "refused: " + secret,
			"broken by markup": page(html.EscapeString(secret[:4]) + "<b></b>" + html.EscapeString(secret[4:])),
			"without markup":   message(sanitize.FromHTML(secret, 0)),
			"disguised":        message(secret[:4] + "\u200b" + secret[4:]),
		} {
			server := newCentral(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusUnprocessableEntity)
				_, _ = io.WriteString(w, body)
			})
			client := connectTo(t, server.settings())
			err := connect.Check(client.PromoteApplication(connect.WithSecret(t.Context(), secret), "a", "e", pingcentral.PromotionRequest{ClientSecret: &secret}))
			if e := typed(t, err); e.Status != 422 || strings.Contains(strings.ReplaceAll(err.Error(), " ", ""), "hunter2") {
				t.Errorf("%s of %q: %v", name, secret, err)
			}
			server.Close()
		}
	}
}

// TestSecretsThatAnAnswerNames takes out of its texts what the answer itself
// holds under the name of a secret: nobody else knows a generated one.
func TestSecretsThatAnAnswerNames(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"message":"secret hunter2-generated was stored","clientSecret":"hunter2-generated"}`,
		`{"message":"secret hunter2-generated was stored","application":{"oauth":[{"client_secret":"hunter2-generated"}]}}`,
		`{"details":[{"code":"X","message":"hunter2-generated","innerError":{"pfPassword":["hunter2-generated"]}}]}`,
		`{"message":"clientSecret=hunter2-generated"}`,
		`{"message":"{\"encryptedSecret\": \"hunter2-generated\"}"}`,
	} {
		server := newCentral(t, jsonStatus(500, body))
		client := connectTo(t, server.settings())
		err := connect.Check(client.PromoteApplication(t.Context(), "a", "e", pingcentral.PromotionRequest{}))
		if e := typed(t, err); e.Status != 500 || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", body, err)
		}
		server.Close()
	}
}

func TestRedactOfWordsFromAnAnswer(t *testing.T) {
	t.Parallel()
	body := `{"message":"waiting for approval of hunter2-generated","secret":"hunter2-generated"}`
	for _, ctx := range []context.Context{t.Context(), connect.WithSecret(t.Context(), "hunter2<given>")} {
		resp := &http.Response{Request: httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)}
		if got := connect.Redact(resp, []byte(body), "waiting for approval of hunter2-generated"); got != "waiting for approval of [redacted]" {
			t.Errorf("got %q", got)
		}
	}
	ctx := connect.WithSecret(t.Context(), "hunter2<given>")
	resp := &http.Response{Request: httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)}
	for _, words := range []string{"hunter2<given>", "hunter2&lt;given&gt;", "hunter2%3Cgiven%3E"} {
		if got := connect.Redact(resp, nil, "a "+words+" b"); got != "a [redacted] b" {
			t.Errorf("%q gives %q", words, got)
		}
	}
}
