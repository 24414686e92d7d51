package pingone_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"example.com/pingkit/gen/client/pingone"
)

// A round trip must keep what the document does not know: new fields, new values of enumerations, and numbers that a float would bend.
func TestUnknownFieldsAndValuesSurviveARoundTrip(t *testing.T) {
	tests := []struct {
		name, json string
		value      any
	}{
		{"integration", `{
			"id":"not-a-uuid-0efg","name":"Kit","publisher":"Example","createdAt":"2021-11-19","pingProductNames":["PINGNEW"],
			"tags":["NEW_TAG"],"score":9007199254740993,"nested":{"a":[1,{"b":null}]},"nothing":null,
			"thirdParty":{"companyName":"C","country":"NO"},"logo":{"id":"l","href":"h","width":10},
			"_links":{"self":{"href":"s","templated":false},"brandNew":{"href":"n"},"many":[{"href":"1"},{"href":"2"}]},
			"_embedded":{"versions":[{"name":"v","number":"1.0","checksum":"x"}],"reviews":[{"stars":5}]}}`, &pingone.Integration{}},
		{"integration with the latest version", `{
			"id":"i","name":"Kit","publisher":"p","createdAt":"c","pingProductNames":[],
			"_embedded":{"latestVersion":{"name":"v","number":"1.0","checksum":"x"}}}`, &pingone.Integration{}},
		{"version", `{
			"id":"c290da08-0151-45f6-a651-0efg0805ca34","name":"Kit","number":"52.137","type":"NEW_KIND","size":18446744073709551615,
			"releasedOn":"19 Nov 2021","integratedWith":{"name":"PINGNEW","minVersion":"13.0","edition":"x"},
			"configuration":{"schema":{"type":"object"},"properties":[1.10],"extra":true},"integration":{"id":"i","kind":"k"}}`,
			&pingone.Version{}},
		{"SAML version", `{
			"name":"App","number":"1.0","type":"SAML","assertionConsumerService":"https://${host}/acs","protocolVersion":2.0,
			"entityId":["a"],"nameIdFormat":"urn:x","slo":{"binding":"HTTP_POST","more":1}}`, &pingone.Version{}},
		{"attribute", `{"id":"a","name":"mail","required":true,"schema":"{}","integration":{"id":"i"},"version":{"id":"v"},"order":3}`,
			&pingone.Attribute{}},
		{"inner error", `{"supportedOperators":["eq"],"supportedAttributes":["name"],"allowedValues":["x"]}`, &pingone.InnerError{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := json.Unmarshal([]byte(tt.json), tt.value); err != nil {
				t.Fatal(err)
			}
			encoded, err := json.Marshal(tt.value)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := generic(t, encoded), generic(t, []byte(tt.json)); !reflect.DeepEqual(got, want) {
				t.Errorf("round trip changed it\n got %v\nwant %v", got, want)
			}
		})
	}
}

// generic decodes JSON without bending its numbers.
func generic(t *testing.T, data []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Absent and null fields, even required ones, must not fail an answer.
func TestAbsentAndNullFieldsAreTolerated(t *testing.T) {
	for _, text := range []string{
		`null`, `{}`, `{"_embedded":null,"_links":null,"count":null}`, `{"_embedded":{}}`, `{"_embedded":{"integrations":null}}`,
		`{"_embedded":{"integrations":[]}}`,
	} {
		if got := decode[pingone.IntegrationCollection](t, text).Embedded.Integrations; len(got) != 0 {
			t.Errorf("%s: %d integrations", text, len(got))
		}
	}
	got := decode[pingone.IntegrationCollection](t, `{"_embedded":{"integrations":[
		{"id":"i","name":null,"publisher":null,"pingProductNames":null,"tags":null,"createdAt":null,"description":null,"thirdParty":null,
		 "logo":null,"_links":null,"_embedded":null}]}}`).Embedded.Integrations
	if len(got) != 1 || got[0].ID != "i" || got[0].Description != nil || got[0].ThirdParty != nil {
		t.Errorf("an integration of nulls became %+v", got)
	}
	version := decode[pingone.Version](t, `{"number":"1.0","integratedWith":null,"releasedOn":null,"slo":null,"configuration":null}`)
	if version.Number != "1.0" || version.IntegratedWith != nil || version.ReleasedOn != nil {
		t.Errorf("a version of nulls became %+v", version)
	}
}

func TestErrorBodyIsRead(t *testing.T) {
	got := decode[pingone.Error](t, `{"id":"e1","code":"INVALID_REQUEST","message":"No.","details":[
		{"code":"INVALID_FILTER","target":"filter","message":"Bad.","innerError":{"supportedOperators":["eq","co"],"hint":"x"}}]}`)
	if *got.Code != "INVALID_REQUEST" || len(got.Details) != 1 {
		t.Fatalf("got %+v", got)
	}
	inner := got.Details[0].InnerError
	if want := []string{"eq", "co"}; !reflect.DeepEqual(inner.SupportedOperators, want) {
		t.Errorf("operators %q, want %q", inner.SupportedOperators, want)
	}
	if hint, found := inner.Get("hint"); !found || string(hint) != `"x"` {
		t.Errorf("hint = %s, %v", hint, found)
	}
}
