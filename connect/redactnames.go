package connect

import (
	"encoding/json"
	"net/http"
	"strings"
)

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
