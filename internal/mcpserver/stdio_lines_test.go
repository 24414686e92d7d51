package mcpserver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// readAll reads the lines that reach the server and what was answered instead.
func readAll(t *testing.T, input string) (accepted, answered string) {
	t.Helper()
	var out bytes.Buffer
	ending := make(chan struct{})
	close(ending) // nobody answers here
	wire := newLines(strings.NewReader(input), &out, time.Minute, ending, func() {})
	got, err := io.ReadAll(wire)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := wire.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("after the end come %d bytes and %v", n, err)
	}
	return string(got), out.String()
}

func TestLinesHandsOnMessagesAndAnswersTheRest(t *testing.T) {
	const request = `{"jsonrpc":"2.0","id":1,"method":"ping"}`
	long := `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", MaxMessage) + `"}`
	longest := `{"x":"` + strings.Repeat("x", MaxMessage-8) + `"}`
	tests := []struct {
		name, input, accepted string
		code                  int // of the answer; 0 for none
	}{
		{"a request", request + "\n", request + "\n", 0},
		{"without a line feed at the end", request, request + "\n", 0},
		{"with a carriage return", request + "\r\n", request + "\n", 0},
		{"empty lines", "\n\r\n  \n" + request + "\n\n", request + "\n", 0},
		{"no JSON", "hello\n" + request + "\n", request + "\n", -32700},
		{"cut JSON", `{"jsonrpc":` + "\n" + request + "\n", request + "\n", -32700},
		{"a batch", "[" + request + "]\n", "", -32600},
		{"a number", "12\n", "", -32600},
		{"as long as may be", longest + "\n", longest + "\n", 0},
		{"too long", long + "\n" + request + "\n", request + "\n", -32600},
		{"too long without an end", long, "", -32600},
		{"an answer nobody waits for", `{"jsonrpc":"2.0","id":7,"error":{"code":-1,"message":"no"}}` + "\n", "", 0},
		{"nothing", "", "", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			accepted, answered := readAll(t, test.input)
			if accepted != test.accepted {
				t.Errorf("accepted %.100q, want %.100q", accepted, test.accepted)
			}
			if test.code == 0 {
				if answered != "" {
					t.Errorf("answered %q, want nothing", answered)
				}
				return
			}
			var answer struct {
				JSONRPC string
				ID      json.RawMessage
				Error   struct {
					Code    int
					Message string
				}
			}
			if err := json.Unmarshal([]byte(answered), &answer); err != nil {
				t.Fatalf("answered %q: %v", answered, err)
			}
			if answer.JSONRPC != "2.0" || string(answer.ID) != "null" || answer.Error.Code != test.code || answer.Error.Message == "" {
				t.Errorf("answered %q, want the code %d and the id null", answered, test.code)
			}
		})
	}
}

func TestLinesDeliversOnlyTheResponseToAnOpenRequest(t *testing.T) {
	const own = `{"jsonrpc":"2.0","id":1,"method":"ping"}` + "\n"
	for _, test := range []struct{ name, before, response, want string }{
		{"result", "", `{"id":%d,"result":{"action":"accept"}}`, `{"action":"accept"}`},
		{"error", "", `{"id":%d,"error":{"code":-32601,"message":"no"}}`, "the client responded with error -32601: no"},
		{"after a response to another request", `{"id":1,"error":{"code":-1,"message":"late"}}`, `{"id":%d,"result":{}}`, "{}"},
		{"after the ID as a string", `{"id":"1000000001","result":{"action":"accept"}}`, `{"id":%d,"result":{}}`, "{}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			in, client := io.Pipe()
			sent, out := io.Pipe()
			wire := newLines(in, out, 0, nil, func() {})
			got := make(chan string, 1)
			go func() {
				result, err := wire.request(t.Context(), "elicitation/create", struct{}{})
				if err != nil {
					result = []byte(err.Error())
				}
				got <- string(result)
			}()
			accepted := make(chan []byte, 1)
			go func() {
				content, _ := io.ReadAll(wire)
				accepted <- content
			}()
			var request struct{ ID int64 }
			if err := json.NewDecoder(sent).Decode(&request); err != nil {
				t.Fatal(err)
			}
			response := fmt.Sprintf(test.response, request.ID)
			go func() { _, _ = io.Copy(io.Discard, sent) }()
			// The second response comes too late: its request is closed.
			if _, err := io.WriteString(client, test.before+"\n"+response+"\n"+response+"\n"+own); err != nil {
				t.Fatal(err)
			}
			if result := <-got; result != test.want {
				t.Errorf("the request ended with %s, want %s", result, test.want)
			}
			client.Close()
			defer out.Close()
			if content := <-accepted; string(content) != own {
				t.Errorf("mcp-go gets %q, want only the client's own request", content)
			}
		})
	}
}

func TestLinesEndsItsRequestsWithTheInput(t *testing.T) {
	wire := newLines(strings.NewReader(""), io.Discard, time.Hour, nil, func() {})
	if _, err := io.ReadAll(wire); err != nil {
		t.Fatal(err)
	}
	if _, err := wire.request(t.Context(), "elicitation/create", struct{}{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v", err)
	}
}

// TestLinesWaitsForAnswers ends the input while a request is open: the end is
// handed on when it is answered, and not before.
func TestLinesWaitsForAnswers(t *testing.T) {
	var out bytes.Buffer
	wire := newLines(strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`+"\n"), &out, time.Hour, nil, func() {})
	if _, err := wire.Read(make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := wire.Read(make([]byte, 100))
		ended <- err
	}()
	select {
	case err := <-ended:
		t.Fatalf("the end came before the answer: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	for _, message := range []string{`{"jsonrpc":"2.0","method":"notifications/progress"}`, `{"jsonrpc":"2.0","id":1,"result":{}}`} {
		if _, err := wire.Write([]byte(message + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case err := <-ended:
		if err != io.EOF {
			t.Errorf("got %v, want the end of input", err)
		}
	case <-time.After(time.Minute):
		t.Error("the end did not come with the answer")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestLinesStopsWhenTheOutputIsGone(t *testing.T) {
	stopped := false
	wire := newLines(strings.NewReader(""), brokenWriter{}, time.Hour, nil, func() { stopped = true })
	if _, err := wire.Write([]byte("{}\n")); err == nil {
		t.Error("the error was swallowed")
	}
	if !stopped {
		t.Error("the server was not stopped")
	}
}
