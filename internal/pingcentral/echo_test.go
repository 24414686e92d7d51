package pingcentral

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"
)

// TestAnswersThatHoldSecrets has PingCentral answer a promotion with words that
// hold the client secret it was sent, or one that it made itself. Neither may
// reach the outcome or the audit.
func TestAnswersThatHoldSecrets(t *testing.T) {
	type answer struct {
		status int
		given  string // the client secret that is sent
		body   string
	}
	message := func(status int, given, words string) answer {
		body, err := json.Marshal(map[string]string{"message": "waiting for approval of " + words})
		if err != nil {
			t.Fatal(err)
		}
		return answer{status, given, string(body)}
	}
	answers := []answer{
		{202, "", `{"detail":"client secret: gen-hunter2","clientSecret":"gen-hunter2"}`},
		{200, "", `{"message":"Approval not required; generated client secret gen-hunter2","clientSecret":"gen-hunter2"}`},
		{200, "", `{"message":"approval of gen-&#104;unter2","application":{"client_secret":"gen-hunter2"}}`},
		{202, "", `{"message":"clientSecret=gen-hunter2"}`},
		{500, "", `{"message":"secret gen-hunter2 stored, notification failed","clientSecret":"gen-hunter2"}`},
	}
	for _, secret := range []string{"hunter2<b>tail", "hunter2  x", "hunter2\u200bx", "hunter2&lt;b&gt;tail", "hunter2 & co"} {
		answers = append(answers, message(202, secret, secret), message(202, secret, html.EscapeString(secret)),
			message(200, secret, strings.ReplaceAll(secret, " ", "%20")), message(422, secret, secret))
	}
	for _, a := range answers {
		f := newForeign(t)
		f.change(func() { f.effect, f.writeStatus, f.writeBody = false, a.status, a.body })
		var audit bytes.Buffer
		s := f.service(t, func(o *Options) {
			o.Audit = NewAudit(&audit, "")
			o.Secrets.Variable = variables(map[string]string{"PINGKIT_SECRET_A": a.given})
			o.Patience.Settle, o.Patience.Confirm = 1, 1
		})
		r := toTest()
		if a.given != "" {
			r.ClientSecretRef = "env:PINGKIT_SECRET_A"
		}
		out, err := asUser(s, t.Context(), planned(t, s, r))
		if text := fmt.Sprintf("%+v %v %s", out, err, audit.String()); strings.Contains(text, "hunter2") || !strings.Contains(text, "redacted") {
			t.Errorf("%d %s leads to %s", a.status, a.body, text)
		}
	}
}
