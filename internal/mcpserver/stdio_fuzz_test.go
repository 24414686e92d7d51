package mcpserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/pingcentral"
	"example.com/pingkit/internal/tools"
)

// message is what the fuzz tests look at in a line.
type message struct {
	JSONRPC string
	ID      json.RawMessage
	Method  *string
	Result  json.RawMessage
	Error   *struct {
		Code    int
		Message string
	}
}

// FuzzLines sends any bytes. What reaches the server is one JSON object a line,
// what does not is answered by one error a line, and nothing depends on how the
// bytes arrive.
func FuzzLines(f *testing.F) {
	f.Add([]byte("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n"))
	f.Add([]byte("{\"id\":1,\"result\":{}}\r\n\r\n[]\n{\"id\":null}\nhello"))
	f.Add([]byte("\xef\xbb\xbf{}\n{\"a\":\"\\ud800\"}\n{\"a\":\"\xff\"}\n\x00\n"))
	f.Add([]byte(strings.Repeat("[", 20_000) + "\n{"))
	f.Add([]byte("{\"id\":1,\"ID\":2,\"method\":null}\n{\"Method\":\"x\",\"id\":{}}\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		read := func(r io.Reader) (accepted, answered []byte) {
			var out bytes.Buffer
			ending := make(chan struct{})
			close(ending) // nobody answers here
			wire := newLines(r, &out, time.Minute, ending, func() {})
			accepted, err := io.ReadAll(wire)
			if err != nil {
				t.Fatal(err)
			}
			return accepted, out.Bytes()
		}
		accepted, answered := read(bytes.NewReader(input))
		again, answeredAgain := read(iotest.OneByteReader(bytes.NewReader(input)))
		if !bytes.Equal(accepted, again) || !bytes.Equal(answered, answeredAgain) {
			t.Errorf("%q depends on how it arrives", input)
		}
		given, dropped := 0, 0
		for line := range bytes.Lines(input) {
			if line = bytes.TrimSpace(line); len(line) > 0 {
				given++
			}
			if json.Valid(line) && line[0] == '{' && envelopeOf(line).isResponse() {
				dropped++
			}
		}
		for line := range bytes.Lines(accepted) {
			given--
			if !json.Valid(line) || line[0] != '{' || line[len(line)-1] != '\n' {
				t.Errorf("%q lets through %q", input, line)
			}
		}
		for line := range bytes.Lines(answered) {
			given--
			checkLine(t, input, line)
		}
		if given != dropped {
			t.Errorf("%q: %d lines were neither handed on nor answered, and %d are answers that nobody waits for", input, given, dropped)
		}
	})
}

// checkLine checks a line that a client gets.
func checkLine(t *testing.T, input, line []byte) message {
	t.Helper()
	var m message
	if err := json.Unmarshal(line, &m); err != nil || m.JSONRPC != "2.0" || line[len(line)-1] != '\n' {
		t.Fatalf("%q: the client gets %q, %v", input, line, err)
	}
	if kinds := boolean(m.Method != nil) + boolean(m.Result != nil) + boolean(m.Error != nil); kinds != 1 {
		t.Errorf("%q: the client gets %q", input, line)
	}
	return m
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

var errNotSetUp = errors.New("not set up")

// FuzzStdio sends any lines to the whole server, with neither system set up. It
// answers in JSON-RPC alone, no request more than once, and ends with its input.
func FuzzStdio(f *testing.F) {
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	for _, line := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"f","version":"1"}}}` + "\n" +
			`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n" + `{"jsonrpc":"2.0","id":"a","method":"tools/list"}`,
		`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_versions","arguments":{"integration":"x"},` + meta + `}}`,
		`{"jsonrpc":"2.0","id":2.5,"method":"tools/call","params":{"name":"promote_application","arguments":"{}","_meta":null}}`,
		`{"jsonrpc":"2.0","id":3,"method":"resources/read","params":{"uri":"pingkit://kits/a/b/files/../../c",` + meta + `}}`,
		`{"jsonrpc":"2.0","id":4,"method":"prompts/get","params":{"name":"promote","arguments":{"application":"x"},` + meta + `}}`,
		`{"jsonrpc":"2.0","id":5,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"x"},"argument":{"name":"integration","value":"p"},` + meta + `}}`,
		`{"jsonrpc":"2.0","id":6,"method":"server/discover","params":{` + meta + `}}` + "\n" + `{"jsonrpc":"2.0","id":6,"method":"ping"}`,
		`{"jsonrpc":"1.0","id":[],"method":{},"params":[]}` + "\n" + `{"id":7,"result":{}}` + "\n[]\nx\n{}",
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}` + "\n" + `{"jsonrpc":"2.0","id":8,"method":"logging/setLevel","params":{"level":"debug"}}`,
	} {
		f.Add([]byte(line))
	}
	one := func() (*connect.PingOne, error) { return nil, errNotSetUp }
	central := func() (*connect.PingCentral, error) { return nil, errNotSetUp }
	integrations := catalog.New(one, "")
	d := &tools.Deps{
		Catalog: integrations, Kits: &download.Service{Catalog: integrations, Fetcher: download.New(one, download.Options{}), Dir: f.TempDir()},
		Promotion: pingcentral.New(central, pingcentral.Options{Audit: pingcentral.NewAudit(io.Discard, "")}),
	}
	var log bytes.Buffer
	f.Fuzz(func(t *testing.T, input []byte) {
		log.Reset()
		s := New(d, Options{Version: "1", Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError}))})
		var out bytes.Buffer
		if err := s.Stdio(t.Context(), bytes.NewReader(input), &out, time.Second); err != nil {
			t.Fatalf("%q: %v", input, err)
		}
		if strings.Contains(log.String(), "panic") {
			t.Fatalf("%q: %s", input, &log)
		}
		requests := map[string]int{}
		for line := range bytes.Lines(input) {
			if e := envelopeOf(bytes.TrimSpace(line)); e.isRequest() {
				requests[string(e.ID)]++
			}
		}
		for line := range bytes.Lines(out.Bytes()) {
			m := checkLine(t, input, line)
			if answer := m.Method == nil && m.ID != nil && string(m.ID) != "null"; envelopeOf(line).isResponse() != answer {
				t.Errorf("%q is taken for an answer: %v", line, !answer)
			}
			if id := string(m.ID); m.Method == nil && m.Result != nil {
				if requests[id]--; requests[id] < 0 {
					t.Errorf("%q: %s is answered too often, or was not asked: %q", input, id, line)
				}
			}
		}
	})
}
