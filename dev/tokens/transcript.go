package tokens

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// transcript is what of a conversation reaches the model.
type transcript struct {
	definitions  string // of the tools, as JSON
	instructions string
	results      []result
	err          error // that kept something from being read
}

// result is what a call gave, in the two forms of which a client forwards one.
type result struct {
	tool                string
	content, structured string
}

// hear is a demo.Heard.
func (t *transcript) hear(method string, params any, raw json.RawMessage) {
	var err error
	switch method {
	case "initialize", "server/discover":
		var hello struct{ Instructions string }
		err = json.Unmarshal(raw, &hello)
		t.instructions = hello.Instructions
	case "tools/list":
		var list struct{ Tools json.RawMessage }
		if err = json.Unmarshal(raw, &list); err == nil {
			t.definitions, err = compact(list.Tools)
		}
	case "tools/call":
		err = t.hearResult(params, raw)
	}
	if err != nil {
		t.err = errors.Join(t.err, fmt.Errorf("reading the answer to %s: %w", method, err))
	}
}

func (t *transcript) hearResult(params any, raw json.RawMessage) error {
	var answer struct {
		ResultType        string
		Content           []json.RawMessage
		StructuredContent json.RawMessage
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	if answer.ResultType == "input_required" {
		return nil // a question to the user; the call is made again with the answer
	}
	sent, err := json.Marshal(params)
	if err != nil {
		return err
	}
	var call struct{ Name string }
	if err := json.Unmarshal(sent, &call); err != nil {
		return err
	}
	var content []string
	for _, block := range answer.Content {
		var text struct{ Type, Text string }
		if err := json.Unmarshal(block, &text); err != nil {
			return err
		}
		if text.Type != "text" { // clients forward it in forms of their own, of about this size
			if text.Text, err = compact(block); err != nil {
				return err
			}
		}
		content = append(content, text.Text)
	}
	t.results = append(t.results, result{call.Name, strings.Join(content, "\n"), string(answer.StructuredContent)})
	return nil
}

// compact is JSON without white space.
func compact(raw json.RawMessage) (string, error) {
	var b bytes.Buffer
	err := json.Compact(&b, raw)
	return b.String(), err
}

// rows are the figures of the result, one where both forms say the same.
func (r result) rows(what string) []Row {
	if r.same() {
		return []Row{row(what, r.content)}
	}
	return []Row{row(what+", content", r.content), row(what+", structured content", r.structured)}
}

// same reports that the content is one text, the structured content as JSON.
func (r result) same() bool {
	var content, structured any
	return json.Unmarshal([]byte(r.content), &content) == nil &&
		json.Unmarshal([]byte(r.structured), &structured) == nil &&
		reflect.DeepEqual(content, structured)
}
