package httptransport

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestReportsAndQuestionsShareAStream has a call report, ask its user and report
// again, of which mcp-go sends the question.
func TestReportsAndQuestionsShareAStream(t *testing.T) {
	b := start(t, Options{})
	c := b.as("", legacy)
	var seen []string
	b.events(c.do(c.callRequest(t.Context(), "report and ask")), func(e event) {
		if e.Method == "" {
			seen = append(seen, e.Result.Content[0].Text)
			return
		}
		if seen = append(seen, e.Method); e.Method != "elicitation/create" {
			return
		}
		time.Sleep(250 * time.Millisecond) // reports come at most five times a second
		answer := c.do(c.request(t.Context(), "", `{"jsonrpc":"2.0","id":`+string(e.ID)+`,"result":{"action":"decline"}}`))
		if b.drain(answer); answer.StatusCode != http.StatusAccepted {
			t.Errorf("the answer was met with %s", answer.Status)
		}
	})
	// The tool runs twice: to ask, and with the answer.
	const want = "notifications/progress elicitation/create notifications/progress decline"
	if got := strings.Join(seen, " "); got != want {
		t.Errorf("the stream has %s, want %s", got, want)
	}
}

func TestStream(t *testing.T) {
	note := func(s *stream) error { return s.notify("notifications/x", map[string]any{"n": 1}) }
	single := func(s *stream) error {
		s.Header().Set("Content-Type", "application/json")
		s.WriteHeader(http.StatusOK)
		_, err := s.Write([]byte("{\"id\":1}\n"))
		return err
	}
	event := func(s *stream) error {
		s.Header().Set("Content-Type", "text/event-stream")
		s.WriteHeader(http.StatusOK)
		_, err := s.Write([]byte("event: message\ndata: {}\n\n"))
		return err
	}
	const noted = "event: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\",\"params\":{\"n\":1}}\n\n"
	for _, test := range []struct {
		name, contentType, body string
		steps                   []func(*stream) error
		late                    bool // the last step is a notification that comes too late
	}{
		{"a single message", "application/json", "{\"id\":1}\n", []func(*stream) error{single}, false},
		{"a late notification", "application/json", "{\"id\":1}\n", []func(*stream) error{single, note}, true},
		{"a notification and a message", "text/event-stream", noted + "event: message\ndata: {\"id\":1}\n\n", []func(*stream) error{note, single}, false},
		{"a notification after both", "text/event-stream", noted + "event: message\ndata: {\"id\":1}\n\n", []func(*stream) error{note, single, note}, true},
		{"mcp-go's events first", "text/event-stream", "event: message\ndata: {}\n\n" + noted, []func(*stream) error{event, note}, false},
		{"mcp-go's events after", "text/event-stream", noted + "event: message\ndata: {}\n\n", []func(*stream) error{note, event}, false},
	} {
		recorder := httptest.NewRecorder()
		s := &stream{ResponseWriter: recorder, controller: http.NewResponseController(recorder)}
		for i, step := range test.steps {
			if err := step(s); errors.Is(err, errAnswered) != (test.late && i == len(test.steps)-1) {
				t.Errorf("%s, step %d: %v", test.name, i, err)
			}
		}
		response := recorder.Result()
		if response.Header.Get("Content-Type") != test.contentType || recorder.Body.String() != test.body {
			t.Errorf("%s: %s %q", test.name, response.Header.Get("Content-Type"), recorder.Body)
		}
	}
}
