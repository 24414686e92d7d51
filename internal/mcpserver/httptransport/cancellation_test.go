package httptransport

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestNobodyCancelsForOthers has one caller try to cancel the call of another
// whose id is known, in every way that a body and headers leave open.
func TestNobodyCancelsForOthers(t *testing.T) {
	b := start(t, Options{Authorize: byHeader})
	alice, mallory := b.as("alice", modern), b.as("mallory", modern)
	oldMallory := b.as("mallory", legacy)
	answers := make(chan string, 1)
	request := alice.callRequest(t.Context(), "wait")
	go func() {
		response, err := b.client.Do(request)
		if err != nil {
			answers <- err.Error()
			return
		}
		b.events(response, func(e event) { answers <- e.Result.Content[0].Text })
	}()
	if who := b.began(); who != "alice" {
		t.Fatalf("the call runs for %s", who)
	}
	target := fmt.Sprintf(`"requestId":%d`, alice.id)
	meta := mallory.params(`{` + target + `}`)
	for _, try := range []struct {
		name    string
		as      *caller
		body    string
		headers map[string]string
	}{
		{"plain", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":` + meta + `}`, nil},
		{"under another method's header", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":` + meta + `}`, map[string]string{"Mcp-Method": "tools/list"}},
		{"without the body's version", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{` + target + `}}`, nil},
		{"without the header's version", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":` + meta + `}`, map[string]string{"Mcp-Protocol-Version": ""}},
		{"with the older version in the header", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":` + meta + `}`, map[string]string{"Mcp-Protocol-Version": legacy}},
		{"in capitals", mallory, `{"jsonrpc":"2.0","METHOD":"notifications/cancelled","params":` + meta + `}`, nil},
		{"twice", mallory, `{"jsonrpc":"2.0","method":"ping","method":"notifications/cancelled","params":` + meta + `}`, nil},
		{"escaped", mallory, `{"jsonrpc":"2.0","method":"notifications\/c\u0061ncelled","params":` + meta + `}`, nil},
		{"with a broken version", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":1},` + target + `}}`, nil},
		{"in the older era, with a session", oldMallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{` + target + `}}`, nil},
		{"in the older era, without a session", mallory, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{` + target + `}}`, map[string]string{"Mcp-Protocol-Version": ""}},
		{"in a list", mallory, `[{"jsonrpc":"2.0","method":"notifications/cancelled","params":` + meta + `}]`, nil},
	} {
		r := try.as.request(t.Context(), "notifications/cancelled", try.body)
		for name, value := range try.headers {
			if r.Header.Set(name, value); value == "" {
				r.Header.Del(name)
			}
		}
		response := try.as.do(r)
		text := b.drain(response)
		t.Logf("%s: %s %.120s", try.name, response.Status, strings.TrimSpace(text))
		select {
		case who := <-b.broken:
			t.Fatalf("%s: the call of %s was cancelled", try.name, who)
		case <-time.After(20 * time.Millisecond):
		}
	}
	b.finish <- "finished"
	if text := await(t, answers, "no answer"); text != "finished" {
		t.Errorf("alice's call ended with %q", text)
	}
}

// TestCallersCancelTheirOwn is how each era cancels.
func TestCallersCancelTheirOwn(t *testing.T) {
	b := start(t, Options{Authorize: byHeader})
	t.Run("closing the stream", func(t *testing.T) {
		c := b.as("alice", modern)
		ctx, cancel := context.WithCancel(t.Context())
		request := c.callRequest(ctx, "wait")
		ended := make(chan error, 1)
		go func() {
			response, err := b.client.Do(request)
			if err == nil {
				err = response.Body.Close()
			}
			ended <- err
		}()
		b.began()
		cancel()
		await(t, b.broken, "the call goes on")
		await(t, ended, "the client waits")
	})
	t.Run("notification in a session", func(t *testing.T) {
		c := b.as("alice", legacy)
		request := c.callRequest(t.Context(), "wait")
		ended := make(chan int, 1)
		go func() {
			response, err := b.client.Do(request)
			if err != nil {
				ended <- 0
				return
			}
			b.drain(response)
			ended <- response.StatusCode
		}()
		b.began()
		c.notify("notifications/cancelled", fmt.Sprintf(`{"requestId":%d}`, c.id))
		await(t, b.broken, "the call goes on")
		if status := await(t, ended, "the client waits"); status != http.StatusOK {
			t.Errorf("the cancelled call was answered with %d", status)
		}
	})
}

func TestModernCancellationIsAccepted(t *testing.T) {
	b := start(t, Options{})
	b.as("", modern).notify("notifications/cancelled", `{"requestId":99}`)
}
