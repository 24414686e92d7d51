package connect_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"example.com/pingkit/connect"
)

// Every form in which a system may refuse ends in one type.
func TestErrorForms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body, code, message string
		details             []connect.ErrorDetail
	}{
		"PingOne": {
			`{"id":"f-1","code":"INVALID_DATA","message":"The request could not be completed.","details":[{"code":"INVALID_FILTER","target":"filter",
			  "message":"Unsupported attribute.","innerError":{"supportedAttributes":["name","publisher"],"supportedOperators":["eq","co"],"other":1}}]}`,
			"INVALID_DATA", "The request could not be completed.",
			[]connect.ErrorDetail{{Code: "INVALID_FILTER", Target: "filter", Message: "Unsupported attribute.", SupportedAttributes: []string{"name", "publisher"}, SupportedOperators: []string{"eq", "co"}}},
		},
		"RFC 6749":        {`{"error":"invalid_scope","error_description":"No such scope."}`, "invalid_scope", "No such scope.", nil},
		"RFC 6749, short": {`{"error":"invalid_scope"}`, "invalid_scope", "", nil},
		"message":         {`{"message":"Not possible."}`, "", "Not possible.", nil},
		"markup in JSON":  {`{"message":"No <b>access</b><script>x()</script> &amp; no way."}`, "", "No access & no way.", nil},
		"Spring":          {`{"timestamp":1,"status":422,"error":"Unprocessable Entity","message":"","path":"/x"}`, "", "Unprocessable Entity", nil},
		"RFC 9457":        {`{"type":"about:blank","title":"Bad","detail":"Not possible."}`, "", "Not possible.", nil},
		"nested":          {`{"error":{"code":7,"message":"Not possible."}}`, "7", "Not possible.", nil},
		"validation":      {`{"resultId":"validation_error","message":"Invalid.","validationErrors":[{"errorId":"x","fieldPath":"redirectUris","message":"No wildcards."}]}`, "validation_error", "Invalid.", []connect.ErrorDetail{{Code: "x", Target: "redirectUris", Message: "No wildcards."}}},
		"PingFederate": {`{"resultId":"validation_error","message":"Validation error(s) occurred.","validationErrors":[{"errorId":"e1","fieldPath":"redirectUris[0]","userMessage":"Wildcards are not allowed.","developerMessage":"d"}]}`,
			"validation_error", "Validation error(s) occurred.", []connect.ErrorDetail{{Code: "e1", Target: "redirectUris[0]", Message: "Wildcards are not allowed."}}},
		"PingFederate without a message": {`{"validationErrors":[{"userMessage":"Wildcards are not allowed."}]}`, "", "Wildcards are not allowed.", []connect.ErrorDetail{}},
		"PingAccess": {`{"flash":["Save failed."],"form":{"virtualHostIds":["must not be empty"],"name":["is taken","is too long"]}}`, "", "Save failed.",
			[]connect.ErrorDetail{{Target: "name", Message: "is taken"}, {Target: "name", Message: "is too long"}, {Target: "virtualHostIds", Message: "must not be empty"}}},
		"PingAccess, form alone": {`{"flash":null,"form":{"name":"is taken"}}`, "", "is taken", []connect.ErrorDetail{{Target: "name", Message: "is taken"}}},
		"errors as texts":        {`{"errors":["One.","Two."]}`, "", "One.", []connect.ErrorDetail{{Message: "Two."}}},
		"errors as objects":      {`{"errors":[{"field":"name","defaultMessage":"must not be blank"}]}`, "", "must not be blank", []connect.ErrorDetail{{Target: "name", Message: "must not be blank"}}},
		"bare list":              {`[{"message":"Not possible."}]`, "", "Not possible.", []connect.ErrorDetail{}},
		"text":                   {"Not\n possible.", "", "Not possible.", nil},
		"JSON text":              {`"Not possible."`, "", `"Not possible."`, nil},
		"empty":                  {"", "", "", nil},
		"white space":            {" \n", "", "", nil},
		"HTML":                   {"<!DOCTYPE html><html><head><title>502</title><style>b{}</style><script>alert(1)</script></head><body><h1>Bad  gateway</h1></body></html>", "", "Bad gateway", nil},
		"XML":                    {`<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message><HostId>x</HostId></Error>`, "AccessDenied", "Request has expired", nil},
		"other XML":              {`<?xml version="1.0"?><fault><text>Not possible.</text></fault>`, "", "Not possible.", nil},
		"broken JSON":            {`{"message":"Not pos`, "", "", nil},
		"foreign JSON":           {`{"secretish":"value"}`, "", "", nil},
		"wrong types":            {`{"message":["x"],"code":{},"details":[1,{"code":[]}]}`, "", "", nil},
		"hidden characters":      {`{"message":"Not\u202e poss\u200bible.\u0007","code":"A\nB"}`, "A B", "Not possible.", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newPingOne(t, jsonStatus(422, test.body))
			e := typed(t, get(t.Context(), server.client(t)))
			if e.Status != 422 || e.Code != test.code || e.Message != test.message || !reflect.DeepEqual(e.Details, test.details) {
				t.Errorf("got %q %q %+v", e.Code, e.Message, e.Details)
			}
			if e.System != connect.SystemPingOne || e.Method != "GET" || e.Path != "/v1/environments" || !e.Sent || e.TransactionID == "" {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func TestErrorInWords(t *testing.T) {
	t.Parallel()
	server := newPingOne(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "90")
		jsonStatus(429, `{"id":"f-1","code":"REQUEST_LIMITED","message":"Too many.","details":[{"code":"C","target":"t","message":"M.","innerError":{"supportedAttributes":["a","b"],"supportedOperators":["eq"]}}]}`)(w, nil)
	})
	err := get(connect.WithTransactionID(t.Context(), "my-1"), server.client(t))
	const want = "PingOne: GET /v1/environments: 429 Too Many Requests: REQUEST_LIMITED: Too many.; C (t): M., supported attributes: a b, supported operators: eq; try again after 1m30s; transaction my-1"
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
	if e := typed(t, err); e.RequestID != "f-1" {
		t.Errorf("request id %q", e.RequestID)
	}
}

func TestErrorsAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 5000)
	details := strings.Repeat(`{"code":"`+long+`","message":"`+long+`"},`, 30)
	server := newPingOne(t, inTurn(
		jsonStatus(400, `{"code":"`+long[:100]+`","message":"`+long+`"}`),
		jsonStatus(400, `{"details":[`+strings.ReplaceAll(details, long, "x")+`{}]}`),
		jsonStatus(400, strings.Repeat("a ", 1<<20)),
		jsonStatus(400, strings.Repeat("[", 60000)),
	))
	client := server.client(t)
	if e := typed(t, get(t.Context(), client)); utf8.RuneCountInString(e.Message) != 500 {
		t.Errorf("%d characters, want 500", utf8.RuneCountInString(e.Message))
	}
	if e := typed(t, get(t.Context(), client)); len(e.Details) != 20 {
		t.Errorf("%d details, want 20", len(e.Details))
	}
	for range 2 {
		if e := typed(t, get(t.Context(), client)); e.Status != 400 || len(e.Error()) > 1000 {
			t.Errorf("got %d bytes: %.200v", len(e.Error()), e)
		}
	}
}

// What a refusal echoes is taken out before the text is cut or shown.
func TestErrorsHoldNoSecret(t *testing.T) {
	t.Parallel()
	var server *pingOne
	var body func(authorization string) string
	server = newPingOne(t, func(w http.ResponseWriter, r *http.Request) {
		jsonStatus(400, body(r.Header.Get("Authorization")))(w, r)
	})
	client := server.client(t)
	ctx := connect.WithSecret(t.Context(), "hunter2-client-secret")
	for name, make := range map[string]func(string) string{
		"Authorization":      func(a string) string { return "You sent " + a },
		"token alone":        func(a string) string { return "You sent " + strings.TrimPrefix(a, "Bearer ") },
		"token in a detail":  func(a string) string { return `{"details":[{"code":"X","target":"` + a + `","message":"` + a + `"}]}` },
		"token in a code":    func(a string) string { return `{"code":"` + a + `","id":"` + a + `"}` },
		"token in XML":       func(a string) string { return "<Error><Code>X</Code><Message>" + a + "</Message></Error>" },
		"token in HTML":      func(a string) string { return "<p title='" + a + "'>" + a + "</p>" },
		"token, disguised":   func(a string) string { return a[:15] + "\u200b" + a[15:] },
		"token, at the cut":  func(a string) string { return strings.Repeat("x", 482) + " " + a },
		"client secret":      func(string) string { return workerSecret },
		"secret of the body": func(string) string { return `{"message":"hunter2-client-secret is too weak"}` },
		"presigned URL":      func(string) string { return "see https://s3.example/b/k?X-Amz-Signature=s3cr3tquery&x=1" },
		"signature":          func(string) string { return "X-Amz-Credential=s3cr3tquery&X-Amz-Signature=s3cr3tquery" },
		"another's Basic":    func(string) string { return "Basic czNjcjN0cXVlcnk6czNjcjN0cXVlcnk=" },
		"JWT":                func(string) string { return "got eyJhbGciOiJub25lIn0.s3cr3tquery.s3cr3tquery here" },
		"user of a URL":      func(string) string { return "via http://proxy:s3cr3tquery@proxy.example:3128/" },
		"foreign body":       func(string) string { return `bad request: {"clientSecret":"s3cr3tquery","pfPassword": "s3cr3tquery"}` },
	} {
		body = make
		_, err := connect.JSON[json.RawMessage](client.ListEnvironments(ctx, nil))
		e := typed(t, err)
		if e.Status != 400 {
			t.Errorf("%s: got %v", name, e)
		}
		silent(t, err.Error(), "0123456789abcdef", "token-1", "wörk", "hunter2", "s3cr3tquery", "czNjcjN0")
	}
}

// Harmless words are left alone.
func TestRedactionKeepsWords(t *testing.T) {
	t.Parallel()
	const message = "Basic authentication is required; the bearer token and password are missing at https://example.com/docs."
	server := newPingOne(t, jsonStatus(400, `{"message":"`+message+`"}`))
	if e := typed(t, get(t.Context(), server.client(t))); e.Message != message {
		t.Errorf("got %q", e.Message)
	}
}
