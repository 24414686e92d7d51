// Package mcpgofix works around faults of mcp-go that were seen in v1.2.1, one
// file for each. Remove a file when its test passes without it.
package mcpgofix

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"regexp"
	"strings"
	"sync"
)

// Fault of mcp-go v1.2.1: it reads IDs and progress tokens as float64, which changes numbers beyond
// 2^53, such as a clock in nanoseconds: the client would wait for ever. Such a
// number passes mcp-go as a text, which [RestoreIDs] takes back.

// IDMark begins such a text. No client can guess it.
var IDMark = sync.OnceValue(func() string { return "pingkit-number-" + rand.Text() + "-" })

// longNumber finds what may be a number that float64 changes.
var longNumber = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[0-9]{16}`) })

// ProtectIDs returns a JSON-RPC message, an object, whose ID, progress token and
// ID of a cancelled request are safe from mcp-go.
func ProtectIDs(message []byte) []byte {
	if !longNumber().Match(message) {
		return message
	}
	return replaced(message, func(name string, value json.RawMessage) json.RawMessage {
		switch {
		case strings.EqualFold(name, "id"):
			return marked(value)
		case strings.EqualFold(name, "params"):
			return replaced(value, func(name string, value json.RawMessage) json.RawMessage {
				switch {
				case strings.EqualFold(name, "requestId"), strings.EqualFold(name, "progressToken"):
					return marked(value)
				case strings.EqualFold(name, "_meta"):
					return replaced(value, func(name string, value json.RawMessage) json.RawMessage {
						if strings.EqualFold(name, "progressToken") {
							return marked(value)
						}
						return value
					})
				}
				return value
			})
		}
		return value
	})
}

// replaced returns an object with other values; what is no object as it is.
func replaced(object json.RawMessage, with func(name string, value json.RawMessage) json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil || members == nil {
		return object // mcp-go refuses it
	}
	for name, value := range members {
		members[name] = with(name, value)
	}
	encoded, err := json.Marshal(members)
	if err != nil {
		return object
	}
	return encoded
}

// marked makes a text of a number that is too long.
func marked(value json.RawMessage) json.RawMessage {
	if len(value) == 0 || value[0] != '-' && (value[0] < '0' || value[0] > '9') || !longNumber().Match(value) {
		return value
	}
	return json.RawMessage(`"` + IDMark() + string(value) + `"`)
}

var markedNumber = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`"` + regexp.QuoteMeta(IDMark()) + `([-+0-9.eE]+)"`)
})

// RestoreIDs takes back in what is sent what ProtectIDs did.
func RestoreIDs(message []byte) []byte {
	if !bytes.Contains(message, []byte(IDMark())) {
		return message
	}
	return markedNumber().ReplaceAll(message, []byte("$1"))
}
