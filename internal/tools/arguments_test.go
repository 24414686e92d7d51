package tools

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

type everything struct {
	Integration string   `json:"integration" arg:"required" doc:"id or name"`
	Version     string   `json:"version" arg:"number"`
	System      string   `json:"system" arg:"enum=pingone|pingcentral"`
	Limit       int      `json:"limit" arg:"min=1,max=100,default=25"`
	Overwrite   bool     `json:"overwrite"`
	URIs        []string `json:"redirect_uris"`
}

var everythingFields = fieldsOf(reflect.TypeFor[everything]())

func TestArgumentsPutsRightWhatIsHarmless(t *testing.T) {
	tests := []struct{ given, want string }{
		{`{"integration":"x","limit":10,"overwrite":true,"redirect_uris":["a","b"]}`, ""},
		{`{"integration":"x","limit":"10"}`, `{"integration":"x","limit":10}`},
		{`{"integration":"x","limit":" 10 "}`, `{"integration":"x","limit":10}`},
		{`{"integration":"x","limit":10.0}`, `{"integration":"x","limit":10}`},
		{`{"integration":"x","overwrite":"true"}`, `{"integration":"x","overwrite":true}`},
		{`{"integration":"x","overwrite":"False"}`, `{"integration":"x","overwrite":false}`},
		{`{"integration":"x","redirect_uris":"https://a"}`, `{"integration":"x","redirect_uris":["https://a"]}`},
		{`{"integration":"x","redirect_uris":"[\"a\",\"b\"]"}`, `{"integration":"x","redirect_uris":["a","b"]}`},
		{`{"integration":"x","redirect_uris":"[a"}`, `{"integration":"x","redirect_uris":["[a"]}`},
		{`{"integration":"x","version":2.10}`, `{"integration":"x","version":"2.10"}`},
		{`{"integration":"x","system":"PingOne"}`, `{"integration":"x","system":"pingone"}`},
		{`{"integration":"x","version":null,"limit":null,"system":""}`, `{"integration":"x"}`},
		{`"{\"integration\":\"x\"}"`, `{"integration":"x"}`},
	}
	for _, test := range tests {
		got, err := arguments("tool", everythingFields, []byte(test.given))
		if err != nil {
			t.Errorf("%s: %v", test.given, err)
			continue
		}
		if test.want == "" {
			test.want = test.given
		}
		if !sameJSON(t, mustJSON(got), []byte(test.want)) {
			t.Errorf("%s: got %s, want %s", test.given, mustJSON(got), test.want)
		}
	}
}

func TestArgumentsSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		given string
		want  []string // parts of the message
	}{
		{``, []string{"integration is missing", "a text (id or name)"}},
		{`{}`, []string{"integration is missing"}},
		{`null`, []string{"integration is missing"}},
		{`{"integration":""}`, []string{"integration is missing"}},
		{`[]`, []string{"one JSON object", "its arguments are integration, version, system, limit, overwrite, redirect_uris"}},
		{`{"integration":"x"} {}`, []string{"one JSON object"}},
		{`{"integration":5}`, []string{"integration must be a text, not this number"}},
		{`{"integration":{"id":5}}`, []string{"integration must be a text, not an object"}},
		{`{"integraton":"x"}`, []string{`no argument "integraton", did you mean integration?`, "its arguments are integration,", "integration is missing"}},
		{`{"integration":"x","colour":1}`, []string{`no argument "colour"`, "its arguments are"}},
		{`{"integration":"x","limit":"ten"}`, []string{"limit must be a whole number from 1 to 100, not this text"}},
		{`{"integration":"x","limit":0}`, []string{"limit must be a whole number from 1 to 100"}},
		{`{"integration":"x","limit":101}`, []string{"limit must be a whole number from 1 to 100"}},
		{`{"integration":"x","limit":1.5}`, []string{"limit must be a whole number"}},
		{`{"integration":"x","limit":1e999999999}`, []string{"limit must be a whole number"}},
		{`{"integration":"x","limit":true}`, []string{"limit must be a whole number from 1 to 100, not true or false"}},
		{`{"integration":"x","overwrite":"yes"}`, []string{"overwrite must be true or false"}},
		{`{"integration":"x","overwrite":1}`, []string{"overwrite must be true or false"}},
		{`{"integration":"x","redirect_uris":[1]}`, []string{"redirect_uris must be a list of texts"}},
		{`{"integration":"x","redirect_uris":{}}`, []string{"redirect_uris must be a list of texts, not an object"}},
		{`{"integration":"x","system":"okta"}`, []string{"system must be one of pingone, pingcentral"}},
		{`{"limit":"a","overwrite":"b"}`, []string{"integration", "limit", "overwrite"}},
	}
	for _, test := range tests {
		got, err := arguments("tool", everythingFields, []byte(test.given))
		if _, ok := errors.AsType[*ArgumentError](err); !ok {
			t.Errorf("%s: got %v and error %v, want an ArgumentError", test.given, got, err)
			continue
		}
		for _, part := range test.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", test.given, err, part)
			}
		}
		for _, dump := range []string{"&{", "map[", "json:", "float64", "strconv", "interface", "%!", "Go "} {
			if strings.Contains(err.Error(), dump) {
				t.Errorf("%s: %q shows the inside of the program", test.given, err)
			}
		}
	}
}

// TestArgumentsNeverQuotesValues sends a secret in every wrong place.
func TestArgumentsNeverQuotesValues(t *testing.T) {
	const secret = "s3cr3t-value"
	for _, given := range []string{
		`{"integration":"x","limit":"` + secret + `"}`,
		`{"integration":"x","system":"` + secret + `"}`,
		`{"integration":["` + secret + `"]}`,
		`{"integration":"x","client_secret":"` + secret + `"}`,
		`"` + secret + `"`,
	} {
		_, err := arguments("tool", everythingFields, []byte(given))
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", given, err)
		}
	}
}

func FuzzArguments(f *testing.F) {
	f.Add([]byte(`{"integration":"x","limit":"10","redirect_uris":"[\"a\"]"}`))
	f.Add([]byte(`"{\"integration\":1}"`))
	f.Fuzz(func(t *testing.T, given []byte) {
		args, err := arguments("tool", everythingFields, given)
		if err != nil {
			if _, ok := errors.AsType[*ArgumentError](err); !ok {
				t.Fatalf("%q: %v", given, err)
			}
			return
		}
		var params everything
		if err := json.Unmarshal(mustJSON(args), &params); err != nil {
			t.Fatalf("%q was accepted and does not fit: %v", given, err)
		}
		if params.Integration == "" || params.Limit < 0 || params.Limit > 100 {
			t.Fatalf("%q was accepted as %+v", given, params)
		}
	})
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		t.Fatalf("%s: %v", a, err)
	}
	if err := json.Unmarshal(b, &y); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return reflect.DeepEqual(x, y)
}

// TestArgumentOfGeminiIsDropped: Gemini CLI adds an argument of its own to every
// call.
func TestArgumentOfGeminiIsDropped(t *testing.T) {
	fields := []field{{name: "query", kind: text}}
	args, err := arguments("tool", fields, []byte(`{"query":"x","wait_for_previous":true}`))
	if err != nil || len(args) != 1 || args["query"] != "x" {
		t.Errorf("got %v, %v", args, err)
	}
}
