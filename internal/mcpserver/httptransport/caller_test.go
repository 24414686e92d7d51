package httptransport

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"example.com/pingkit/internal/tools"
)

// callerHeader names the caller in the tests. Who a caller is in truth is not
// this package's business.
const callerHeader = "X-Test-Caller"

func byHeader(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := r.Header.Get(callerHeader)
		if caller == "" {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r.WithContext(tools.WithCaller(r.Context(), caller)))
	})
}

// caller is a client of the bench.
type caller struct {
	*bench
	name, era, session string
	id                 int
}

// as opens a connection in an era.
func (b *bench) as(name, era string) *caller {
	b.t.Helper()
	c := &caller{bench: b, name: name, era: era}
	if era == legacy {
		response := c.post("initialize", fmt.Sprintf(`{"protocolVersion":%q,"capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"1"}}`, legacy))
		b.drain(response)
		if response.StatusCode != http.StatusOK {
			b.t.Fatalf("initialize: %s", response.Status)
		}
		c.session = response.Header.Get("Mcp-Session-Id")
		c.notify("notifications/initialized", `{}`)
	}
	return c
}

// request is a request with the headers that its era demands.
func (c *caller) request(ctx context.Context, method, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	if c.name != "" {
		r.Header.Set(callerHeader, c.name)
	}
	if c.session != "" {
		r.Header.Set("Mcp-Session-Id", c.session)
	}
	if c.era == modern {
		r.Header.Set("Mcp-Protocol-Version", modern)
		r.Header.Set("Mcp-Method", method)
		var m struct{ Params struct{ Name string } }
		if json.Unmarshal([]byte(body), &m) == nil && m.Params.Name != "" {
			r.Header.Set("Mcp-Name", m.Params.Name)
		}
	}
	return r
}

// params adds what the modern era has in every request.
func (c *caller) params(params string) string {
	if c.era != modern {
		return params
	}
	meta := fmt.Sprintf(`"io.modelcontextprotocol/protocolVersion":%q,"io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}`, modern)
	if strings.Contains(params, `"_meta":{`) {
		return strings.Replace(params, `"_meta":{`, `"_meta":{`+meta+",", 1)
	}
	return strings.Replace(params, "{", `{"_meta":{`+meta+`},`, 1)
}

func (c *caller) do(r *http.Request) *http.Response {
	c.t.Helper()
	response, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	return response
}

func (c *caller) post(method, params string) *http.Response {
	c.t.Helper()
	c.id++
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, c.id, method, c.params(params))
	return c.do(c.request(c.t.Context(), method, tidy(body)))
}

func (c *caller) notify(method, params string) {
	c.t.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","method":%q,"params":%s}`, method, c.params(params))
	response := c.do(c.request(c.t.Context(), method, tidy(body)))
	if text := c.drain(response); response.StatusCode != http.StatusAccepted {
		c.t.Errorf("%s: %s %s", method, response.Status, text)
	}
}

// tidy removes the comma that adding a member to an empty object leaves.
func tidy(body string) string { return strings.ReplaceAll(body, ",}", "}") }

func (c *caller) callRequest(ctx context.Context, tool string) *http.Request {
	c.t.Helper()
	c.id++
	params := c.params(fmt.Sprintf(`{"name":%q,"arguments":{},"_meta":{"progressToken":%d}}`, tool, c.id))
	return c.request(ctx, "tools/call", fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":%s}`, c.id, params))
}

// event is a JSON-RPC message of an answer.
type event struct {
	ID     json.RawMessage
	Method string
	Result struct {
		Content      []struct{ Text, URI string }
		IsError      bool
		RequestState string
	}
	Error *struct {
		Code    int
		Message string
	}
}

// events hands each message of an answer to see, from a stream or a single one.
func (b *bench) events(response *http.Response, see func(event)) {
	b.t.Helper()
	defer response.Body.Close()
	decode := func(data []byte) {
		var e event
		if err := json.Unmarshal(data, &e); err != nil {
			b.t.Errorf("%.200s: %v", data, err)
			return
		}
		see(e)
	}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "text/event-stream") {
		if body := b.drain(response); body != "" { // as the answer to a cancelled call is
			decode([]byte(body))
		}
		return
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if data, found := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); found {
			decode(data)
		}
	}
}

// call calls a tool and returns the text of its result and the methods of what
// came before.
func (c *caller) call(tool string) (text string, before []string) {
	c.t.Helper()
	response := c.do(c.callRequest(c.t.Context(), tool))
	if response.StatusCode != http.StatusOK {
		return response.Status + " " + c.drain(response), nil
	}
	c.events(response, func(e event) {
		switch {
		case e.Method != "":
			before = append(before, e.Method)
		case e.Error != nil:
			text = e.Error.Message
		case len(e.Result.Content) > 0:
			text = e.Result.Content[0].Text
		}
	})
	return text, before
}
