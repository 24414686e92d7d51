package connect

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

// formsOf returns each value as it is, and as a text can hold it: escaped for
// HTML, JSON or a URL, and changed by what makes the texts of this package plain.
func formsOf(values []string) []string {
	var forms []string
	add := func(form, value string) {
		if form != value {
			forms = append(forms, form)
		}
	}
	for _, value := range values {
		forms = append(forms, value)
		add(sanitize.Line(value, 0), value)
		add(url.QueryEscape(value), value)
		add(url.PathEscape(value), value)
		// Text as it was sent is no error of encoding/json.
		if quoted, err := json.Marshal(value); err == nil {
			add(string(quoted[1:len(quoted)-1]), value)
		}
		if strings.ContainsAny(value, `<>&"'`) {
			add(html.EscapeString(value), value)
			add(sanitize.FromHTML(value, 0), value)
		}
	}
	return forms
}

// secretEndings are how the names of properties end that hold a secret, in lower
// case and without separators.
var secretEndings = []string{"secret", "password", "passphrase", "credential", "credentials", "privatekey", "token"}

// namedSecrets returns the texts in a decoded JSON document that stand under a
// name such as clientSecret, at any depth.
func namedSecrets(value any) []string {
	var found []string
	var walk func(value any, secret bool)
	walk = func(value any, secret bool) {
		switch value := value.(type) {
		case string:
			if secret {
				found = append(found, value)
			}
		case []any:
			for _, item := range value {
				walk(item, secret)
			}
		case map[string]any:
			for name, item := range value {
				walk(item, secret || isSecretName(name))
			}
		}
	}
	walk(value, false)
	return found
}

func isSecretName(name string) bool {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	for _, ending := range secretEndings {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

// Redact returns words that the body of an answer holds without secrets: those
// of the client, those given to [WithSecret], what the body itself holds under a
// name such as clientSecret, and what looks like a credential. The words may
// still hold markup.
func Redact(resp *http.Response, body []byte, words string) string {
	var value any
	var own []string
	if err := json.Unmarshal(body, &value); err == nil {
		own = namedSecrets(value)
	}
	return redact(resp.Request, words, own...)
}
