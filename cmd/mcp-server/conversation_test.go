package main

import (
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"
)

// greet opens the connection in an era, with what the client can do.
func (p *process) greet(era, capabilities string) *process {
	p.t.Helper()
	if overHTTP != nil {
		era = modern
	}
	p.era, p.capabilities = era, capabilities
	if era == legacy {
		p.result("initialize", fmt.Sprintf(`{"protocolVersion":%q,"capabilities":%s,"clientInfo":{"name":"test","version":"1"}}`, legacy, capabilities))
		p.send(`{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	}
	return p
}

func (p *process) send(line string) {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, line+"\n"); err != nil {
		p.t.Fatal(err)
	}
}

// message is any JSON-RPC message.
type message struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
	Result  json.RawMessage `json:"result"`
	Error   *struct {
		Code    int
		Message string
	} `json:"error"`
}

// receive returns the next message; anything on stdout that is none fails.
func (p *process) receive() message {
	p.t.Helper()
	select {
	case line, ok := <-p.lines:
		if !ok {
			p.t.Fatal("the server ended")
		}
		var m message
		if err := json.Unmarshal([]byte(line), &m); err != nil || m.JSONRPC != "2.0" {
			p.t.Fatalf("stdout has %q, which is no JSON-RPC", line)
		}
		return m
	case <-time.After(max(patience, p.patience)):
		p.t.Fatal("no answer")
	}
	return message{}
}

// request sends a request and returns its id.
func (p *process) request(method, params string) string {
	p.t.Helper()
	p.next++
	if p.era == modern {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(params), &fields); err != nil {
			p.t.Fatal(err)
		}
		meta := map[string]json.RawMessage{}
		if raw, ok := fields["_meta"]; ok {
			if err := json.Unmarshal(raw, &meta); err != nil {
				p.t.Fatal(err)
			}
		}
		meta["io.modelcontextprotocol/protocolVersion"] = json.RawMessage(`"` + modern + `"`)
		meta["io.modelcontextprotocol/clientCapabilities"] = json.RawMessage(p.capabilities)
		fields["_meta"] = encode(p.t, meta)
		params = string(encode(p.t, fields))
	}
	p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, p.next, method, params))
	return fmt.Sprint(p.next)
}

// result sends a request and returns its result; what comes before is dropped.
func (p *process) result(method, params string) json.RawMessage {
	p.t.Helper()
	id := p.request(method, params)
	for {
		m := p.receive()
		if string(m.ID) != id || m.Method != "" {
			continue
		}
		if m.Error != nil {
			p.t.Fatalf("%s %s: %d %s", method, params, m.Error.Code, m.Error.Message)
		}
		return m.Result
	}
}

// answer is the result of a tool call.
type answer struct {
	IsError    bool
	Content    []struct{ Type, Text, URI, MIMEType string }
	Structured json.RawMessage `json:"structuredContent"`
	// of a result that asks, in the modern era
	ResultType    string                     `json:"resultType"`
	InputRequests map[string]json.RawMessage `json:"inputRequests"`
	RequestState  string                     `json:"requestState"`
}

func (a answer) text() string {
	if len(a.Content) == 0 {
		return ""
	}
	return a.Content[0].Text
}

func callParams(t *testing.T, tool, args string) string {
	t.Helper()
	return fmt.Sprintf(`{"name":%q,"arguments":%s}`, tool, args)
}

// call calls a tool.
func (p *process) call(tool, args string) answer {
	p.t.Helper()
	var a answer
	decode(p.t, p.result("tools/call", callParams(p.t, tool, args)), &a)
	return a
}

// ok calls a tool, which must succeed, and reads its structured content into v.
func (p *process) ok(tool, args string, v any) answer {
	p.t.Helper()
	a := p.call(tool, args)
	if a.IsError {
		p.t.Fatalf("%s %s: %s", tool, args, a.text())
	}
	decode(p.t, a.Structured, v)
	return a
}

func encode(t *testing.T, v any) json.RawMessage {
	t.Helper()
	encoded, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func decode(t *testing.T, raw json.RawMessage, v any) {
	t.Helper()
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
}

// eras runs a test in both eras of the protocol.
func eras(t *testing.T, test func(t *testing.T, era string)) {
	for _, era := range []string{legacy, modern} {
		if era == legacy && overHTTP != nil {
			continue
		}
		t.Run(era, func(t *testing.T) { test(t, era) })
	}
}
