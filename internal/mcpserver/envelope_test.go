package mcpserver

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// kinds are messages, and what they are.
var kinds = map[string]string{
	`{"jsonrpc":"2.0","id":1,"result":{"method":"x"}}`:        "answer",
	`{"jsonrpc":"2.0","id":"a","error":{"code":1}}`:           "answer",
	`{"jsonrpc":"2.0","id":"a\",\"method\":","result":{}}`:    "answer",
	`{"jsonrpc":"2.0","id":"\\","result":{}}`:                 "answer",
	`{"result":{"id":2,"method":"x"},"id":1,"jsonrpc":"2.0"}`: "answer",
	` { "id" : 1.5e3 , "result" : [ { "method" : 1 } ] } `:    "answer",
	`{"id":1}`: "answer",
	`{"jsonrpc":"2.0","id":1,"method":"ping"}`:                              "request",
	`{"method":"ping","id":"\u0031","params":{"id":null}}`:                  "request",
	`{"ID":1,"Method":"ping"}`:                                              "request",
	`{"params":{"a":"\\\"}"},"method":"ping","id":7}`:                       "request",
	`{"jsonrpc":"2.0","id":null,"error":{"code":-32700}}`:                   "",
	`{"jsonrpc":"2.0","method":"notifications/progress","params":{"id":1}}`: "",
	`{"jsonrpc":"2.0","method":"x","params":{"a":["id",1,{"id":2}]}}`:       "",
	`{"\u0069d":1,"m\u0065thod":"x"}`:                                       "request",
	`{}`:                                                                    "",
}

func kindOf(e envelope) string {
	switch {
	case e.isRequest():
		return "request"
	case e.isResponse():
		return "answer"
	}
	return ""
}

func TestEnvelope(t *testing.T) {
	for message, want := range kinds {
		if got := kindOf(envelopeOf([]byte(message))); got != want {
			t.Errorf("%s is taken for %q, not %q", message, got, want)
		}
	}
}

// decoded is the envelope that a decoder finds.
func decoded(message []byte) (envelope, bool) {
	var d struct{ ID, Method json.RawMessage }
	if json.Unmarshal(message, &d) != nil {
		return envelope{}, false
	}
	return envelope{id: d.ID, method: len(d.Method) > 0}, true
}

// FuzzEnvelope compares it with a decoder, which it must agree with on every
// object that has no name twice.
func FuzzEnvelope(f *testing.F) {
	for message := range kinds {
		f.Add([]byte(message))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		envelopeOf(message) // of anything, without a panic
		var names map[string]json.RawMessage
		if json.Unmarshal(message, &names) != nil {
			return
		}
		once, err := json.Marshal(names)
		want, ok := decoded(once)
		for name := range names {
			ok = ok && (name == strings.ToLower(name) || !slices.Contains([]string{"id", "method"}, strings.ToLower(name)))
		}
		if err != nil || !ok || len(names) == 0 {
			return
		}
		if got := envelopeOf(once); kindOf(got) != kindOf(want) {
			t.Errorf("%s is taken for %q, not %q", once, kindOf(got), kindOf(want))
		}
	})
}
