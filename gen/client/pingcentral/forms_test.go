package pingcentral_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/gen/client/pingcentral"
)

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("decoding %s: %v", text, err)
	}
	return value
}

// lists reads a text as each of the three lists, and returns the names of its items.
var lists = map[string]func(t *testing.T, text string) ([]string, error){
	"applications": func(t *testing.T, text string) (names []string, err error) {
		list, err := decode[pingcentral.ApplicationCollection](t, text).Applications()
		for _, item := range list {
			names = append(names, item.Name)
		}
		return names, err
	},
	"promotions": func(t *testing.T, text string) (names []string, err error) {
		list, err := decode[pingcentral.PromotionHistory](t, text).Promotions()
		for _, item := range list {
			names = append(names, item.Name)
		}
		return names, err
	},
	"environments": func(t *testing.T, text string) (names []string, err error) {
		list, err := decode[pingcentral.EnvironmentCollection](t, text).Environments()
		for _, item := range list {
			names = append(names, item.Name)
		}
		return names, err
	},
}

func TestListsAreReadInEachForm(t *testing.T) {
	tests := []struct {
		name, json string
		want       []string
		fails      string // a part of the error
	}{
		{name: "items", json: `{"items":[{"id":"1","name":"a"},{"id":"2","name":"b"}]}`, want: []string{"a", "b"}},
		{name: "bare", json: ` [{"id":"1","name":"a"},{"id":"2","name":"b"}] `, want: []string{"a", "b"}},
		{name: "items beside others", json: `{"page":0,"links":[],"items":[{"name":"a"}],"total":1}`, want: []string{"a"}},
		{name: "new fields and values", json: `[{"name":"a","type":"NEW","environmentAvailability":"NAPPING","x":{"y":[1]}}]`, want: []string{"a"}},
		{name: "null fields", json: `[{"name":"a","id":null,"type":null,"description":null,"promoted":null,"applicationOwners":null}]`, want: []string{"a"}},
		{name: "absent fields", json: `[{},{"name":"b"}]`, want: []string{"", "b"}},
		{name: "null among the items", json: `{"items":[null,{"name":"a"}]}`, want: []string{"a"}},
		{name: "empty items", json: `{"items":[]}`},
		{name: "empty bare", json: `[]`},
		{name: "items null", json: `{"items":null}`},
		{name: "items absent", json: `{"total":0}`},
		{name: "empty object", json: `{}`},
		{name: "null", json: `null`},
		{name: "another name", json: `{"content":[{"name":"a"}],"page":0}`, fails: `"content" instead of "items"`},
		{name: "text", json: `"none"`, fails: "neither a JSON list nor an object"},
		{name: "number", json: `0`, fails: "neither a JSON list nor an object"},
		{name: "items is an object", json: `{"items":{"name":"a"}}`, fails: "cannot be read"},
		{name: "items holds text", json: `{"items":["a"]}`, fails: "cannot be read"},
	}
	for _, tt := range tests {
		for kind, read := range lists {
			t.Run(tt.name+"/"+kind, func(t *testing.T) {
				got, err := read(t, tt.json)
				if tt.fails != "" {
					if err == nil || !strings.Contains(err.Error(), tt.fails) || !strings.Contains(err.Error(), kind) {
						t.Fatalf("error %v; want one of %s with %q", err, kind, tt.fails)
					}
					return
				}
				if err != nil || !reflect.DeepEqual(got, tt.want) {
					t.Errorf("got %q, %v; want %q", got, err, tt.want)
				}
			})
		}
	}
}

func TestListsThatWereNeverDecodedAreEmpty(t *testing.T) {
	if list, err := (pingcentral.ApplicationCollection{}).Applications(); err != nil || len(list) != 0 {
		t.Errorf("applications: %v, %v", list, err)
	}
	if list, err := (pingcentral.PromotionHistory{}).Promotions(); err != nil || len(list) != 0 {
		t.Errorf("promotions: %v, %v", list, err)
	}
	if list, err := (pingcentral.EnvironmentCollection{}).Environments(); err != nil || len(list) != 0 {
		t.Errorf("environments: %v, %v", list, err)
	}
}

// The history's order is not documented, so it must reach the caller as it came.
func TestPromotionsKeepTheirOrderAndFields(t *testing.T) {
	list, err := decode[pingcentral.PromotionHistory](t, `[
		{"id":"p2","applicationId":"a","environmentId":"gone","name":"Payroll","type":"OAuth","promoted":"2025-03-01T10:00:00Z","outdatedVersion":true},
		{"id":"p1","applicationId":"a","environmentId":"e","name":"Payroll","type":"OAuth","promoted":1740823200000,
		 "environmentName":"Production","environmentShortCode":"PROD","notPromotedInCurrentVersion":true}]`).Promotions()
	if err != nil || len(list) != 2 {
		t.Fatalf("%v, %v", list, err)
	}
	first, second := list[0], list[1]
	if *first.ID != "p2" || !*first.OutdatedVersion || first.EnvironmentName != nil || first.NotPromotedInCurrentVersion != nil {
		t.Errorf("first: %+v", first)
	}
	if *second.ID != "p1" || *second.EnvironmentShortCode != "PROD" || !*second.NotPromotedInCurrentVersion {
		t.Errorf("second: %+v", second)
	}
	if got := second.Promoted.String(); got != "2025-03-01T10:00:00Z" || first.Promoted.String() != got {
		t.Errorf("promoted %s and %s", first.Promoted, got)
	}
}

func TestTimestampsAreReadInEachForm(t *testing.T) {
	at := time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		json, text string
		want       time.Time
	}{
		{`"2025-03-01T10:00:00Z"`, "2025-03-01T10:00:00Z", at},
		{`"2025-03-01T11:00:00.000+01:00"`, "2025-03-01T11:00:00.000+01:00", at},
		{`"2025-03-01T10:00:00.000+0000"`, "2025-03-01T10:00:00.000+0000", at},
		{`"2025-03-01T10:00:00.123456789"`, "2025-03-01T10:00:00.123456789", at.Add(123456789)},
		{`"2025-03-01 10:00:00.0"`, "2025-03-01 10:00:00.0", at},
		{`"2025-03-01 10:00:00Z"`, "2025-03-01 10:00:00Z", at},
		{`"2025-03-01"`, "2025-03-01", at.Add(-10 * time.Hour)},
		{`1740823200000`, "2025-03-01T10:00:00Z", at},
		{`1740823200123`, "2025-03-01T10:00:00.123Z", at.Add(123 * time.Millisecond)},
		{`"yesterday"`, "yesterday", time.Time{}},
		{`""`, "", time.Time{}},
		{`null`, "", time.Time{}},
		{`{"epochSecond":1}`, "", time.Time{}},
		{`[2025,3,1]`, "", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.json, func(t *testing.T) {
			stamp := decode[pingcentral.Timestamp](t, tt.json)
			if got := stamp.String(); got != tt.text {
				t.Errorf("String() = %q, want %q", got, tt.text)
			}
			got, ok := stamp.Time()
			if !got.Equal(tt.want) || ok == tt.want.IsZero() {
				t.Errorf("Time() = %v, %v; want %v", got, ok, tt.want)
			}
		})
	}
	if got := (pingcentral.Timestamp{}).String(); got != "" {
		t.Errorf("an empty timestamp is %q", got)
	}
}

func TestInputHoldsEachFieldButEnabled(t *testing.T) {
	const fields = `"applicationOwners":["o"],"applicationOwnerGroups":["g"],"name":"n","type":"OAuth","id":"i","created":"2024-01-01","modified":5,` +
		`"description":"d","environmentId":"e","pingcentralVersion":"3","templateVersion":2,"unmanaged":false,"brandNew":12345678901234567890`
	var application pingcentral.Application
	if err := json.Unmarshal([]byte(`{"enabled":true,`+fields+`}`), &application); err != nil {
		t.Fatal(err)
	}
	input, err := application.Input()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := generic(t, encoded), generic(t, []byte("{"+fields+"}")); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %v\nwant %v", got, want)
	}
}
