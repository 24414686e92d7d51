package pingcentral_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"example.com/pingkit/gen/client/pingcentral"
)

// A round trip must keep what the document does not know, so that an update does not erase it.
func TestUnknownFieldsAndValuesSurviveARoundTrip(t *testing.T) {
	tests := []struct {
		name, json string
		value      any
	}{
		{"application", `{
			"applicationOwners":["Administrator"],"applicationOwnerGroups":["staff"],"created":"2024-01-01","description":"d",
			"enabled":false,"environmentId":"e","id":"a","modified":"2024-02-30T99:00","name":"Payroll","pingcentralVersion":"3.1.1",
			"shouldUpdateToLatestTemplateVersion":false,"templateVersion":0,"type":"NEW_TYPE","unmanaged":false,"usingOutdatedTemplate":true,
			"revision":9007199254740993,"ratio":1.10,"client":{"grants":["x"],"none":null},"nothing":null}`, &pingcentral.Application{}},
		{"promotion", `{
			"applicationId":"a","environmentId":"e","environmentName":"n","environmentShortCode":"s","id":"p","name":"Payroll",
			"notPromotedInCurrentVersion":false,"outdatedVersion":true,"promoted":1740823200000,"type":"NEW_TYPE",
			"snapshot":{"size":18446744073709551615},"by":null}`, &pingcentral.Promotion{}},
		{"promotion of another time form", `{
			"applicationId":"a","environmentId":"e","name":"n","type":"t","promoted":[2025,3,1,10,0]}`, &pingcentral.Promotion{}},
		{"error", `{"message":"No.","errorCode":7,"path":["a"]}`, &pingcentral.Error{}},
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

func TestEnvironmentsCannotHoldSecrets(t *testing.T) {
	const environment = `{"id":"e1","name":"Production","shortCode":"PROD","shielded":true,"environmentAvailability":"ONLINE",
		"pfHost":"pf.example.com","pfPort":9999,"pfVersion":"13.0.3","paEnabled":false,
		"pfUsername":"admin","pfPassword":"HUNTER2","pfClientSecret":"HUNTER2","paPassword":"HUNTER2","paClientSecret":"HUNTER2",
		"idpSigningCertificatePassword":"HUNTER2","another":{"password":"HUNTER2"}}`
	for _, text := range []string{`{"items":[` + environment + `]}`, `[` + environment + `]`} {
		collection := decode[pingcentral.EnvironmentCollection](t, text)
		list, err := collection.Environments()
		if err != nil || len(list) != 1 || *list[0].ShortCode != "PROD" || !*list[0].Shielded {
			t.Fatalf("%v, %v", list, err)
		}
		for _, value := range []any{collection, list[0]} {
			encoded, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(encoded), "pf.example.com") {
				t.Errorf("the host is missing in %s", encoded)
			}
			for _, shown := range []string{string(encoded), fmt.Sprintf("%s", value), fmt.Sprintf("%+v", value)} {
				if strings.Contains(shown, "HUNTER2") || strings.Contains(strings.ToLower(shown), "password") {
					t.Errorf("a secret survived in %s", shown)
				}
			}
		}
	}
}

func TestListErrorsQuoteNoTextOfTheAnswer(t *testing.T) {
	for _, text := range []string{
		`"HUNTER2"`, `{"items":"HUNTER2"}`, `{"items":["HUNTER2"]}`, `{"items":[{"id":{"pfPassword":"HUNTER2"}}]}`, `[["HUNTER2"]]`,
		`{"environments":["HUNTER2"]}`,
	} {
		collection := decode[pingcentral.EnvironmentCollection](t, text)
		list, err := collection.Environments()
		if err == nil || strings.Contains(err.Error(), "HUNTER2") {
			t.Errorf("%s: error %v", text, err)
		}
		if _, encodeErr := json.Marshal(collection); encodeErr == nil || strings.Contains(encodeErr.Error(), "HUNTER2") {
			t.Errorf("%s: encoding: %v", text, encodeErr)
		}
		if shown := fmt.Sprintf("%+v %+v", collection, list); strings.Contains(shown, "HUNTER2") {
			t.Errorf("%s: shown as %s", text, shown)
		}
	}
}

// An empty secret must be left out: PingCentral then generates one.
func TestPromotionRequestLeavesOutWhatIsNotSet(t *testing.T) {
	secret := "s"
	tests := []struct {
		request pingcentral.PromotionRequest
		want    string
	}{
		{pingcentral.PromotionRequest{}, `{}`},
		{pingcentral.PromotionRequest{RedirectURIs: []string{"https://a.example.com/cb"}}, `{"redirectUris":["https://a.example.com/cb"]}`},
		{pingcentral.PromotionRequest{ClientSecret: &secret}, `{"clientSecret":"s"}`},
	}
	for _, tt := range tests {
		if got, err := json.Marshal(tt.request); err != nil || string(got) != tt.want {
			t.Errorf("got %s, %v; want %s", got, err, tt.want)
		}
	}
}

// The encrypted secret's model has no call, but stays available to those who know one.
func TestClientSecretIsRead(t *testing.T) {
	if got := decode[pingcentral.ClientSecret](t, `{"clientSecret":"OBF:x"}`); got.ClientSecret == nil || *got.ClientSecret != "OBF:x" {
		t.Errorf("got %+v", got)
	}
}
