package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/pingkit/internal/sandbox"
)

func TestHTTPRefusesToStart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("too short"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		args []string
		exit int // 2 for settings that cannot be used
		want string
	}{
		"off loopback without authorization": {[]string{"--addr", "0.0.0.0:0"}, 1, "PINGKIT_AUTH_ISSUER"},
		"a token that can be guessed":        {[]string{"--auth-token-file", file}, 2, "PINGKIT_AUTH_TOKEN_FILE"},
		"an issuer without a public URL":     {[]string{"--auth-issuer", "https://id.example.com"}, 2, "PINGKIT_PUBLIC_URL"},
		"a public URL that is none":          {[]string{"--public-url", "pingkit"}, 1, "PINGKIT_PUBLIC_URL"},
		"origins that are none":              {[]string{"--allowed-origins", "*"}, 1, "PINGKIT_ALLOWED_ORIGINS"},
		"a plan key that is none":            {[]string{"--plan-key-file", file}, 2, "PINGKIT_PLAN_KEY_FILE"},
	} {
		_, errs, exit := command(t, append([]string{"http", "--addr", "127.0.0.1:0"}, test.args...)...)
		if exit != test.exit || !strings.Contains(errs, test.want) || strings.Contains(errs, "MCP at") {
			t.Errorf("%s: exit %d, %s", name, exit, errs)
		}
	}
}

// web is a client of a server over HTTP.
type web struct {
	t          *testing.T
	url, token string
}

func (w web) do(method, url, body string) (status int, answer string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	var m struct {
		Method string
		Params struct{ Name, URI string }
	}
	if body != "" {
		decode(w.t, []byte(body), &m)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
		"Mcp-Protocol-Version": modern, "Mcp-Method": m.Method, "Mcp-Name": m.Params.Name + m.Params.URI,
	} {
		r.Header.Set(name, value)
	}
	if w.token != "" {
		r.Header.Set("Authorization", "Bearer "+w.token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(content)
}

func (w web) call(tool, arguments string) (status int, answer string) {
	w.t.Helper()
	return w.do(http.MethodPost, w.url, fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":%s,`+
		`"_meta":{"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{}}}}`, tool, arguments, modern))
}

// TestHTTPWithASharedToken calls a tool and fetches the file that it names.
func TestHTTPWithASharedToken(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	box := newSandbox(t)
	env := append(variables(t, box), "PINGKIT_AUTH_TOKEN_FILE="+file, "PINGKIT_PUBLIC_URL=https://pingkit.example.com/mcp/")
	p, endpoint := serveOverHTTP(t, env)
	server := strings.TrimSuffix(endpoint.String(), endpoint.Path)
	for _, wrong := range []string{"", "0123456789abcdef0123456789abcdeF"} {
		if status, _ := (web{t, endpoint.String(), wrong}).call("list_environments", "{}"); status != http.StatusUnauthorized {
			t.Errorf("the token %q is answered with %d", wrong, status)
		}
	}
	w := web{t, endpoint.String(), token}
	status, text := w.call("download_asset", `{"integration":"PingID Integration Kit"}`)
	var answer struct {
		Result struct {
			StructuredContent struct {
				SHA256      string
				Notes       []string
				DownloadURL string `json:"download_url"`
			}
		}
	}
	decode(t, json.RawMessage(text), &answer)
	kit := answer.Result.StructuredContent
	address, found := strings.CutPrefix(kit.DownloadURL, "https://pingkit.example.com")
	if status != http.StatusOK || !found || !strings.Contains(strings.Join(kit.Notes, "\n"), "on the server") {
		t.Fatalf("%d %s", status, text)
	}
	status, body := w.do(http.MethodGet, server+address, "")
	if sum := sha256.Sum256([]byte(body)); status != http.StatusOK || hex.EncodeToString(sum[:]) != kit.SHA256 {
		t.Errorf("the file is answered with %d and %d bytes", status, len(body))
	}
	if status, _ := (web{t, endpoint.String(), ""}).do(http.MethodGet, server+address, ""); status != http.StatusUnauthorized {
		t.Errorf("without a token the file is answered with %d", status)
	}
	if strings.Contains(p.stderr.String(), token) || strings.Contains(p.stderr.String(), address) {
		t.Error("the log has the token or the address of a file")
	}
}

// TestHTTPTellsWhereToSignIn names the endpoint once, whether or not the setting
// has it.
func TestHTTPTellsWhereToSignIn(t *testing.T) {
	env := append(variables(t, newSandbox(t)), "PINGKIT_AUTH_ISSUER=https://id.example.com", "PINGKIT_PUBLIC_URL=https://pingkit.example.com/mcp/")
	_, endpoint := serveOverHTTP(t, env)
	response, err := http.Get(endpoint.String())
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		t.Fatal(err)
	}
	const want = `resource_metadata="https://pingkit.example.com/.well-known/oauth-protected-resource/mcp"`
	if challenge := response.Header.Get("WWW-Authenticate"); response.StatusCode != http.StatusUnauthorized || !strings.Contains(challenge, want) {
		t.Errorf("%s with %q, want %s", response.Status, challenge, want)
	}
}

// TestHTTPFinishesDownloads ends the server while a download is under way.
func TestHTTPFinishesDownloads(t *testing.T) {
	for name, test := range map[string]struct {
		speed    int64
		grace    string
		finishes bool
	}{
		"in time":  {30_000, "20s", true},
		"too slow": {1_000, "300ms", false},
	} {
		t.Run(name, func(t *testing.T) {
			box := newSandbox(t)
			box.Inject(sandbox.Fault{Operation: "storage", BytesPerSecond: test.speed})
			dir := t.TempDir()
			p, endpoint := serveOverHTTP(t, append(variables(t, box), "PINGKIT_DOWNLOAD_DIR="+dir), "--grace", test.grace)
			done := make(chan string, 1)
			go func() {
				_, text := web{t, endpoint.String(), ""}.call("download_asset", `{"integration":"PingID Integration Kit"}`)
				done <- text
			}()
			for deadline := time.Now().Add(patience); len(box.RequestsOf("storage")) == 0; time.Sleep(5 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the download does not begin")
				}
			}
			if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			p.awaitEnd()
			text := <-done
			if finished := strings.Contains(text, `"sha256"`); finished != test.finishes {
				t.Errorf("the call ended with %s", text)
			}
			left := filesIn(t, dir)
			if want := map[bool]int{true: 1}[test.finishes]; len(left) != want {
				t.Errorf("the directory has %v", left)
			}
		})
	}
}
