package pingone_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"example.com/pingkit/gen/client/pingone"
)

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return value
}

func TestLatestVersionIsFoundInEachForm(t *testing.T) {
	const version = `{"id":"v3","name":"Third","number":"2.24.0"}`
	tests := []struct {
		name, json string
		want       string // its number; "" if the answer does not tell
	}{
		{"one item of _embedded.versions", `{"_embedded":{"versions":[` + version + `]}}`, "2.24.0"},
		{"_embedded.versions, object", `{"_embedded":{"versions":` + version + `}}`, "2.24.0"},
		{"_embedded.latestVersion, object", `{"_embedded":{"latestVersion":` + version + `}}`, "2.24.0"},
		{"_embedded.latestVersion, list", `{"_embedded":{"latestVersion":[` + version + `]}}`, "2.24.0"},
		{"latestVersion beside _embedded, object", `{"latestVersion":` + version + `}`, "2.24.0"},
		{"latestVersion beside _embedded, list", `{"latestVersion":[` + version + `]}`, "2.24.0"},
		{"latestVersion wins over versions",
			`{"_embedded":{"versions":[{"id":"v1","number":"1.0"}],"latestVersion":` + version + `}}`, "2.24.0"},
		{"both keys, latestVersion null", `{"_embedded":{"latestVersion":null,"versions":[` + version + `]}}`, "2.24.0"},
		{"unknown fields and a new type",
			`{"_embedded":{"latestVersion":{"number":"3.0","type":"NEW_KIND","size":7},"other":[1]}}`, "3.0"},
		{"several versions", `{"_embedded":{"versions":[{"id":"v1","number":"1.0"},` + version + `]}}`, ""},
		{"empty list of versions", `{"_embedded":{"versions":[]}}`, ""},
		{"empty list of latestVersion", `{"_embedded":{"latestVersion":[]}}`, ""},
		{"null in the list", `{"_embedded":{"versions":[null]}}`, ""},
		{"null in latestVersion's list", `{"_embedded":{"latestVersion":[null]}}`, ""},
		{"empty object", `{"_embedded":{"latestVersion":{}}}`, ""},
		{"versions null", `{"_embedded":{"versions":null}}`, ""},
		{"empty _embedded", `{"_embedded":{}}`, ""},
		{"_embedded null", `{"_embedded":null}`, ""},
		{"nothing", `{}`, ""},
		{"text instead of a version", `{"_embedded":{"latestVersion":"2.24.0"}}`, ""},
		{"a version of another form", `{"_embedded":{"latestVersion":{"number":{"major":2}}}}`, ""},
		{"a list of another form", `{"_embedded":{"latestVersion":["2.24.0"]}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			integration := decode[pingone.Integration](t, tt.json)
			got, ok := integration.LatestVersion()
			if ok != (tt.want != "") || got.Number != tt.want {
				t.Errorf("LatestVersion() = %q, %v; want %q", got.Number, ok, tt.want)
			}
		})
	}
}

func TestEmbeddedVersionsHoldsWhatAnExpandBrought(t *testing.T) {
	tests := []struct {
		name, json string
		want       []string
	}{
		{"several", `{"_embedded":{"versions":[{"number":"1.0"},{"number":"2.06"}]}}`, []string{"1.0", "2.06"}},
		{"only the latest", `{"_embedded":{"latestVersion":{"number":"2.06"}}}`, []string{"2.06"}},
		{"none", `{"_embedded":{}}`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, version := range decode[pingone.Integration](t, tt.json).EmbeddedVersions() {
				got = append(got, version.Number)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCompanyIsReadFromNewAndOldForm(t *testing.T) {
	tests := []struct{ name, json, want string }{
		{"new", `{"companyName":"Example Inc.","products":["A"]}`, "Example Inc."},
		{"old", `{"company":{"name":"Example Inc."}}`, "Example Inc."},
		{"both", `{"companyName":"New","company":{"name":"Old"}}`, "New"},
		{"new one empty", `{"companyName":"","company":{"name":"Old"}}`, "Old"},
		{"new one null", `{"companyName":null,"company":{"name":"Old","size":9}}`, "Old"},
		{"company null", `{"company":null}`, ""},
		{"company without name", `{"company":{}}`, ""},
		{"nothing", `{}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decode[pingone.ThirdParty](t, tt.json).Company(); got != tt.want {
				t.Errorf("Company() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNextIsTheLinkOfTheNextPage(t *testing.T) {
	const next = "https://api.pingone.eu/v1/environments?cursor=abc"
	tests := []struct{ name, json, want string }{
		{"link", `{"_links":{"self":{"href":"x"},"next":{"href":"` + next + `"}}}`, next},
		{"no next", `{"_links":{"self":{"href":"x"}}}`, ""},
		{"next null", `{"_links":{"next":null}}`, ""},
		{"links null", `{"_links":null}`, ""},
		{"nothing", `{}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := map[string]string{
				"environments": decode[pingone.EnvironmentCollection](t, tt.json).Next(),
				"integrations": decode[pingone.IntegrationCollection](t, tt.json).Next(),
				"versions":     decode[pingone.VersionCollection](t, tt.json).Next(),
				"attributes":   decode[pingone.AttributeCollection](t, tt.json).Next(),
			}
			for kind, link := range got {
				if link != tt.want {
					t.Errorf("%s: Next() = %q, want %q", kind, link, tt.want)
				}
			}
		})
	}
}
