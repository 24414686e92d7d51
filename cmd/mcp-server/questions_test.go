package main

import (
	"encoding/json"
	"fmt"
	"strings"
)

// question is what the user is asked.
type question struct {
	Message         string
	RequestedSchema json.RawMessage
}

// asked calls a tool and answers its question in the way of the era. reply makes
// the JSON of the answer; an empty one is a failure to ask.
func (p *process) asked(tool, args string, reply func(question) string) answer {
	p.t.Helper()
	if p.era == modern {
		first := p.call(tool, args)
		if first.ResultType != "input_required" {
			return first
		}
		return p.again(tool, args, first, reply)
	}
	id := p.request("tools/call", callParams(p.t, tool, args))
	for {
		m := p.receive()
		switch {
		case m.Method == "elicitation/create":
			var q question
			decode(p.t, m.Params, &q)
			if text := reply(q); text != "" {
				p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, m.ID, text))
			} else {
				p.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"error":{"code":-32603,"message":"no window"}}`, m.ID))
			}
		case string(m.ID) == id && m.Method == "":
			if m.Error != nil {
				p.t.Fatalf("%s: %d %s", tool, m.Error.Code, m.Error.Message)
			}
			var a answer
			decode(p.t, m.Result, &a)
			return a
		}
	}
}

// again repeats a call of the modern era with the answers to its questions.
func (p *process) again(tool, args string, first answer, reply func(question) string) answer {
	p.t.Helper()
	responses := map[string]json.RawMessage{}
	for id, raw := range first.InputRequests {
		var request struct {
			Method string
			Params question
		}
		decode(p.t, raw, &request)
		if request.Method != "elicitation/create" {
			p.t.Fatalf("the server asks for %s", request.Method)
		}
		if text := reply(request.Params); text != "" {
			responses[id] = json.RawMessage(text)
		}
	}
	params := map[string]any{
		"name": tool, "arguments": json.RawMessage(args), "inputResponses": responses, "requestState": first.RequestState,
	}
	var a answer
	decode(p.t, p.result("tools/call", string(encode(p.t, params))), &a)
	return a
}

func always(text string) func(question) string { return func(question) string { return text } }

// approving answers as a person does who approves: with the name of the
// environment that the first line names, or the choice that is not the default.
func approving(q question) string {
	var form struct {
		Properties map[string]struct{ Enum []string }
	}
	if err := json.Unmarshal(q.RequestedSchema, &form); err != nil {
		return err.Error()
	}
	for name, field := range form.Properties {
		value := ""
		if n := len(field.Enum); n > 0 {
			value = field.Enum[n-1]
		} else if _, rest, found := strings.Cut(q.Message, ` to "`); found {
			value, _, _ = strings.Cut(rest, `"`)
		}
		return fmt.Sprintf(`{"action":"accept","content":{%q:%q}}`, name, value)
	}
	return "the form has no field"
}
