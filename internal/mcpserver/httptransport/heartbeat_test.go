package httptransport

import (
	"bufio"
	"strings"
	"testing"
	"time"
)

// TestSilentCallsAreKeptAlive reads heartbeats of a call that reports nothing,
// and its result after them.
func TestSilentCallsAreKeptAlive(t *testing.T) {
	for name, tool := range map[string]string{"a call without progress": "wait"} {
		t.Run(name, func(t *testing.T) {
			b := start(t, Options{timeouts: timeouts{heartbeat: 10 * time.Millisecond}})
			eras(t, func(t *testing.T, era string) {
				c := b.as("", era)
				response := c.do(c.callRequest(t.Context(), tool))
				defer response.Body.Close()
				if got := response.Header.Get("Content-Type"); got != eventStream {
					t.Errorf("the answer is %s", got)
				}
				lines := bufio.NewScanner(response.Body)
				beats, result := 0, ""
				for lines.Scan() {
					if strings.HasPrefix(lines.Text(), ":") {
						if beats++; beats == 3 {
							b.finish <- "finished"
						}
					}
					if strings.HasPrefix(lines.Text(), "data: ") {
						result = lines.Text()
					}
				}
				if err := lines.Err(); err != nil || beats < 3 || !strings.Contains(result, "finished") {
					t.Errorf("%d heartbeats, then %q, %v", beats, result, err)
				}
			})
		})
	}
}

// TestHeartbeatsOfAQuestion has the user of a stateful session take time to answer.
func TestHeartbeatsOfAQuestion(t *testing.T) {
	b := start(t, Options{timeouts: timeouts{heartbeat: 10 * time.Millisecond}})
	c := b.as("", legacy)
	response := c.do(c.callRequest(t.Context(), "ask"))
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	asked, beats := "", 0
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.Contains(line, "elicitation/create"):
			_, after, _ := strings.Cut(line, `"id":`)
			asked = strings.FieldsFunc(after, func(r rune) bool { return r == ',' || r == '}' })[0]
		case asked != "" && strings.HasPrefix(line, ":"):
			if beats++; beats == 2 {
				b.drain(c.do(c.request(t.Context(), "", `{"jsonrpc":"2.0","id":`+asked+`,"result":{"action":"decline"}}`)))
			}
		}
	}
	if beats < 2 {
		t.Errorf("%d heartbeats while the user was asked", beats)
	}
}
