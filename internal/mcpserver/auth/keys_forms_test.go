package auth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestKeysInOddForms publishes one key in forms that issuers use. A fault in an
// optional member spoils nothing; a key that is refused is named in the log.
func TestKeysInOddForms(t *testing.T) {
	for name, test := range map[string]struct {
		change func(map[string]any)
		cause  string // part of the log line; empty: the key is used
	}{
		"as it is":                      {func(map[string]any) {}, ""},
		"an empty certificate":          {func(k map[string]any) { k["x5c"] = []string{""} }, ""},
		"a damaged certificate":         {func(k map[string]any) { k["x5c"] = []string{"AAAA"} }, ""},
		"a padded thumbprint":           {func(k map[string]any) { k["x5t"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, ""},
		"a thumbprint of another type":  {func(k map[string]any) { k["x5t#S256"] = 1 }, ""},
		"an address that is none":       {func(k map[string]any) { k["x5u"] = "::" }, ""},
		"operations as a text":          {func(k map[string]any) { k["key_ops"] = "verify" }, ""},
		"a padded modulus":              {func(k map[string]any) { k["n"] = k["n"].(string) + "==" }, ""},
		"a modulus in the old alphabet": {func(k map[string]any) { k["n"] = strings.NewReplacer("-", "+", "_", "/").Replace(k["n"].(string)) }, ""},
		"use in capitals":               {func(k map[string]any) { k["use"] = "SIG" }, ""},
		"no use":                        {func(k map[string]any) { delete(k, "use") }, ""},
		"for encryption":                {func(k map[string]any) { k["use"] = "enc" }, "use"},
		"another algorithm":             {func(k map[string]any) { k["alg"] = "HS256" }, "algorithm"},
		"a short key":                   {func(k map[string]any) { k["n"] = base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0xf1}, 128)) }, "1024 bits"},
		"another kind":                  {func(k map[string]any) { k["kty"] = "XYZ" }, "cannot be read"},
		"a shared secret":               {func(k map[string]any) { k["kty"], k["k"] = "oct", "c2VjcmV0" }, "not valid"},
	} {
		t.Run(name, func(t *testing.T) {
			signer := rsaKey("the-key", 0)
			p, c := newProvider(t), newClock()
			encoded, err := json.Marshal(jose.JSONWebKey{Key: signer.key.Public(), KeyID: signer.id, Algorithm: string(signer.alg), Use: "sig"})
			if err != nil {
				t.Fatal(err)
			}
			var members map[string]any
			if err := json.Unmarshal(encoded, &members); err != nil {
				t.Fatal(err)
			}
			test.change(members)
			p.set(func() { p.extra = append(p.extra, members, "no key at all") })
			d := trusting(t, p, c)
			status := d.come(t, "Bearer "+p.token(t, signer, c.Now(), nil)).StatusCode
			if used := status == http.StatusOK; used != (test.cause == "") {
				t.Errorf("the answer is %d; log:\n%s", status, d.log.String())
			}
			if test.cause != "" && (!strings.Contains(d.log.String(), "the-key") || !strings.Contains(d.log.String(), test.cause)) {
				t.Errorf("the log does not name the key and %q:\n%s", test.cause, d.log.String())
			}
		})
	}
}
