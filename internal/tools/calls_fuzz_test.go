package tools

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/testutil/sandboxtest"
)

// longestAnswer bounds what any arguments can make of an answer, in bytes: a page
// of a hundred integrations is the longest.
const longestAnswer = 128 << 10

// longestRefusal bounds an error, in bytes: ten names that are near another one.
const longestRefusal = 16 << 10

// fuzzDeps are the tools' surroundings with a sandbox of their own. wrote is set
// when a write reaches PingCentral.
func fuzzDeps(f *testing.F, dir string, wrote *atomic.Bool) *Deps {
	f.Helper()
	box := sandboxtest.New(f, sandbox.Options{Hostile: true})
	for _, operation := range []string{"promoteApplication", "revertApplication", "updateApplication"} {
		box.Inject(sandbox.Fault{Operation: operation, Before: func() { wrote.Store(true) }})
	}
	one, err := connect.NewPingOne(box.PingOne(), connect.WithRetryBudget(0))
	if err != nil {
		f.Fatal(err)
	}
	central, err := connect.NewPingCentral(box.PingCentral(), connect.WithRetryBudget(0))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		one.CloseIdleConnections()
		central.CloseIdleConnections()
	})
	api := func() (*connect.PingOne, error) { return one, nil }
	integrations := catalog.New(api, "")
	return &Deps{
		Catalog: integrations, Kits: &download.Service{Catalog: integrations, Fetcher: download.New(api, download.Options{Check: kitzip.Check}), Dir: dir},
		Promotion: pingcentral.New(func() (*connect.PingCentral, error) { return central, nil },
			pingcentral.Options{Audit: pingcentral.NewAudit(io.Discard, "")}),
		HasPingOne: true, HasPingCentral: true,
	}
}

// FuzzCalls calls each tool with any arguments, of a client that cannot ask its
// user. Whatever they are, the answer is a result or an error in plain words, no
// value of a refused argument is repeated, nothing is written to PingCentral, and
// no file stands outside the download directory.
func FuzzCalls(f *testing.F) {
	outside := f.TempDir()
	dir := filepath.Join(outside, "downloads")
	var wrote atomic.Bool
	d := fuzzDeps(f, dir, &wrote)
	all := All()
	for which, seeds := range callSeeds {
		for _, seed := range seeds {
			f.Add(byte(which), []byte(seed))
		}
	}
	for which := range all {
		for _, seed := range []string{``, `null`, `{}`, `[]`, `"{\"limit\":\"10\"}"`, `{"secret":"hunter2hunter2"}`, `{"limit":{"hunter2hunter2":1}}`, `{`} {
			f.Add(byte(which), []byte(seed))
		}
	}
	for which, tool := range all {
		for _, field := range tool.fields {
			f.Add(byte(which), longArgument(tool, field))
		}
	}
	f.Fuzz(func(t *testing.T, which byte, raw []byte) {
		tool := all[int(which)%len(all)]
		var request mcp.CallToolRequest
		request.Params.Name, request.Params.RawArguments = tool.Name, raw
		result, err := tool.Handler(d)(t.Context(), request)
		if err != nil || result == nil || len(result.Content) == 0 {
			t.Fatalf("%s %q: %v, %v", tool.Name, raw, result, err)
		}
		text, ok := result.Content[0].(mcp.TextContent)
		if !ok || text.Text == "" || len(text.Text) > longestAnswer || !utf8.ValidString(text.Text) {
			t.Fatalf("%s %q: %.1000q", tool.Name, raw, text.Text)
		}
		if result.IsError {
			checkRefusal(t, tool, raw, text.Text)
		} else {
			checkAnswer(t, tool, raw, text.Text, result.StructuredContent)
		}
		if wrote.Load() {
			t.Fatalf("%s %q wrote without an approval", tool.Name, raw)
		}
		if entries, err := os.ReadDir(outside); err != nil || len(entries) > 1 || len(entries) == 1 && entries[0].Name() != "downloads" {
			t.Fatalf("%s %q left %v outside the download directory, %v", tool.Name, raw, entries, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	})
}

// longArgument are good arguments but for one, which is very long.
func longArgument(tool Tool, long field) []byte {
	args := map[string]any{}
	for _, f := range tool.fields {
		if value, ok := map[string]string{
			"integration": "PingID Integration Kit", "application": "Payroll", "environment": "Test", "promotion": "previous",
		}[f.name]; ok && f.required {
			args[f.name] = value
		}
	}
	args[long.name] = strings.Repeat("x ", 200_000)
	return mustJSON(args)
}

// checkRefusal checks the words of an error.
func checkRefusal(t *testing.T, tool Tool, raw []byte, text string) {
	t.Helper()
	if len(text) > longestRefusal || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) && r != '\n' }) {
		t.Errorf("%s %.300q: %d bytes that are not plain: %.1000q", tool.Name, raw, len(text), text)
	}
	for _, inside := range []string{"panic", "runtime error", "%!", "json: ", "0x", "fault in"} {
		if strings.Contains(text, inside) && !strings.Contains(string(raw), inside) {
			t.Errorf("%s %q: %q shows the inside of the program", tool.Name, raw, text)
		}
	}
	given, _ := objectIn(raw)
	// What stands in place of a reference may be the secret itself.
	if ref, ok := given["client_secret_ref"].(string); ok && len(ref) > 8 && !strings.Contains(ref, ":") && strings.Contains(text, ref) {
		t.Errorf("%s %q: %q repeats what may be a secret", tool.Name, raw, text)
	}
	if !strings.Contains(text, " was not called: ") {
		return
	}
	// The names of arguments are told, and what they may be; values are not.
	told := text
	for _, f := range tool.fields {
		told = strings.NewReplacer(f.name, "", f.doc, "", f.expected(), "").Replace(told)
	}
	for name := range given {
		told = strings.ReplaceAll(told, name, "")
	}
	for _, value := range given {
		if value, ok := value.(string); ok && len(value) > 8 && strings.Contains(told, value) {
			t.Errorf("%s %q: %q repeats %q", tool.Name, raw, text, value)
		}
	}
}

// checkAnswer checks that the two forms of a result are the same JSON.
func checkAnswer(t *testing.T, tool Tool, raw []byte, text string, structured any) {
	t.Helper()
	written, err := json.Marshal(structured)
	if err != nil {
		t.Fatalf("%s %q: %v", tool.Name, raw, err)
	}
	if !sameJSON(t, written, []byte(text)) {
		t.Errorf("%s %q: %s and %s", tool.Name, raw, written, text)
	}
}

// callSeeds are arguments that lead each tool far, in the order of All.
var callSeeds = [][]string{
	{`{"system":"pingone"}`, `{"system":"PingCentral "}`, `{"system":["pingone"]}`},
	{`{"query":"pingid","product":"Ping Federate","tag":"mfa","limit":"2"}`, `{"filter":"(name co \"x\") and tags eq \"MFA\""}`, `{"cursor":"AAAA","limit":1}`,
		`{"environment":"Production\u202e","query":"\u0000"}`, `{"filter":"(((((","limit":100}`},
	{`{"integration":"PingID Integration Kit","limit":1}`, `{"integration":"nothing of that name","cursor":"x"}`, `{"integration":"../..","environment":".."}`},
	{`{"integration":"pingid integration kit","version":2.24,"extract":"true"}`, `{"integration":"PingID Integration Kit","directory":"../outside"}`,
		`{"integration":"PingID Integration Kit","directory":"a/b","expected_sha256":"sha256=AAAA","overwrite":true}`,
		`{"integration":"PingID Integration Kit","version":">=2 <3","directory":"/etc"}`, `{"integration":"PingID Integration Kit","directory":"downloads/../../x"}`},
	{`{"query":"payroll","type":"oauth","limit":"1"}`, `{"cursor":"eyJxIjoxLCJwIjoxLCJvIjoxfQ"}`},
	{`{"application":"Payroll","promotions":"2"}`, `{"application":"a"}`, `{"application":"%2e%2e%2f"}`},
	{`{"application":"Payroll","environment":"Test","redirect_uris":"https://a.example.com/cb"}`,
		`{"application":"Payroll","environment":"Test","redirect_uris":["https://*.example.com","javascript:alert(1)"],"client_secret_ref":"hunter2hunter2"}`,
		`{"application":"Payroll","environment":"Test","client_secret_ref":"file:../../etc/passwd"}`, `{"application":"Payroll","environment":"Test","plan":"AQ"}`},
	{`{"application":"Payroll","promotion":"previous"}`, `{"application":"Payroll","promotion":"x","plan":"AQIDBA"}`},
}
