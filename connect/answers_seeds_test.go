package connect_test

import (
	"fmt"
	"strings"
	"testing"
)

// addAnswers adds to the seeds of FuzzAnswers each form that is known, as the
// answer of every operation, and refusals that echo secrets.
func addAnswers(f *testing.F) {
	const hal = "application/hal+json;charset=UTF-8"
	for _, body := range []string{
		`{"_embedded":{"environments":[{"id":"e","name":"One"}]},"_links":{"next":{"href":"/v1/environments?cursor=x"}}}`,
		`{"_embedded":{"integrations":[{"id":"i","name":"K","_embedded":{"latestVersion":[{"number":"1.0"}],"versions":{"number":"1"}},"thirdParty":{"company":{"name":"C"}}}]}}`,
		`{"id":"i","name":"K","publisher":"P","latestVersion":{"number":"2"},"new":[1,{"a":null}]}`,
		`{"_embedded":{"versions":[{"number":"1.0","integratedWith":{"name":"PF"}}]},"_links":{"next":{"href":"?x"}}}`,
		`{"id":"v","number":"1","configuration":{"schema":1}}`,
		"PK\x03\x04",
		`{"_embedded":{"attributes":[{"name":"mail"}]}}`,
		`{"items":[{"id":"a","name":"Payroll","created":1740823200000,"modified":[2025,3,1]}]}`,
		`{"id":"a","name":"Payroll","created":"2024-01-01","clientJson":{"clientSecret":"x"}}`,
		`{"id":"a"}`,
		`[{"id":"e","name":"Production","pfPassword":"x"}]`,
		`{"items":[{"id":"p","promoted":"2024-01-15T09:30:00.000+0000"},null]}`,
		`{"status":"PENDING"}`,
		`null`,
		`{"access_token":"{{token}}","token_type":"Bearer","expires_in":"-1"}`,
	} {
		for which := range len(operations) + 1 {
			f.Add(byte(which), uint16(0), hal, "", body)
		}
	}
	for _, body := range []string{
		`{"code":"INVALID_DATA","message":"No {{secret}}.","details":[{"code":"X","target":"filter","message":"{{token}}","innerError":{"supportedOperators":["eq"]}}]}`,
		`{"error":"invalid_client","error_description":"Request denied for <b>{{secret}}</b>"}`,
		`<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Bearer {{token}}</Message></Error>`,
		`<html><title>{{secret}}</title><p>&#115;3cret &amp; &lt;own&gt; of the client`,
		"s3cret & <o<i>wn</i>> of the client {{token}}",
		`{"errors":["s3cret \u0026 \u003cown\u003e of the client",{"clientSecret":"x"}]}`,
		`[[[[`, ``, "\ufeff{}", manyDetails(),
	} {
		for _, status := range []uint16{102, 107, 200, 201, 300, 303} {
			f.Add(byte(status), status, hal, "http://user@host/?X-Amz-Signature={{token}}", body)
		}
		f.Add(byte(len(operations)), uint16(201), hal, "", body)
	}
}

// manyDetails is a refusal as long as is read of one.
func manyDetails() string {
	word := strings.Repeat("w", 90)
	list := `["` + strings.Repeat(word+`","`, 19) + word + `"]`
	detail := fmt.Sprintf(`{"code":%q,"target":%q,"message":%q,"innerError":{"supportedAttributes":%s,"supportedOperators":%s}}`,
		word, word, strings.Repeat("m ", 240), list, list)
	return `{"code":"X","message":"No.","details":[` + strings.Repeat(detail+",", 12) + detail + `]}`
}
