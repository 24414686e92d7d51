package mcpgofix

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// TestIDsKeepTheirNumbers has numbers pass both ways, whatever else a message holds.
func TestIDsKeepTheirNumbers(t *testing.T) {
	for name, message := range map[string]string{
		"nanoseconds":          `{"jsonrpc":"2.0","id":1764543210123456789,"method":"ping"}`,
		"just beyond":          `{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}`,
		"negative":             `{"jsonrpc":"2.0","id":-9007199254740993,"method":"ping"}`,
		"progress token":       `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"_meta":{"progressToken":9007199254740993}}}`,
		"cancelled request":    `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":9007199254740993}}`,
		"other case":           `{"jsonrpc":"2.0","ID":9007199254740993,"method":"ping"}`,
		"beside a long number": `{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"arguments":{"n":12345678901234567890123,"s":"a\\u003cb"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			protected := ProtectIDs([]byte(message))
			// mcp-go decodes and encodes a value as float64.
			var through map[string]any
			if err := json.Unmarshal(protected, &through); err != nil {
				t.Fatal(err)
			}
			for _, path := range [][]string{{"id"}, {"ID"}, {"params", "requestId"}, {"params", "_meta", "progressToken"}} {
				var value any = through
				for _, step := range path {
					object, _ := value.(map[string]any)
					value = object[step]
				}
				if n, isNumber := value.(float64); isNumber && (n > 1<<53 || n < -(1<<53)) {
					t.Errorf("%v is still a number: %s", path, protected)
				}
			}
			var before, after any
			if err := decodeExactly(message, &before); err != nil {
				t.Fatal(err)
			}
			if err := decodeExactly(string(RestoreIDs(protected)), &after); err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("%s came back as %s, %v", message, RestoreIDs(protected), err)
			}
		})
	}
	for name, message := range map[string]string{
		"small":              `{"jsonrpc":"2.0","id":7,"method":"ping"}`,
		"text":               `{"jsonrpc":"2.0","id":"9007199254740993","method":"ping"}`,
		"text like a mark":   `{"jsonrpc":"2.0","id":"pingkit-number-9007199254740993","method":"ping"}`,
		"no object inside":   `{"jsonrpc":"2.0","id":1,"params":[9007199254740993]}`,
		"number in the rest": `{"id":1,"jsonrpc":"2.0","params":{"arguments":{"id":9007199254740993}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after any
			protected := string(ProtectIDs([]byte(message)))
			if decodeExactly(message, &before) != nil || decodeExactly(protected, &after) != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("%s became %s", message, protected)
			}
		})
	}
}

func decodeExactly(text string, value any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d.Decode(value)
}
