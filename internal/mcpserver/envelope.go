package mcpserver

import (
	"bytes"
	"encoding/json"
	"strings"
)

// envelope is the part of a JSON-RPC message that tells its kind.
type envelope struct {
	id     []byte // as it is written; nil if there is none
	method bool   // there is one
}

// envelopeOf looks at the names in a message, an object of valid JSON, until it
// knows its kind: to decode each message once more than mcp-go does, results
// among them, would take longer than most calls.
func envelopeOf(message []byte) (e envelope) {
	depth, answers := 0, false
	for i := 0; i < len(message); i++ {
		switch message[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			name := quoted(message[i:])
			i += len(name) - 1
			value, isName := bytes.CutPrefix(bytes.TrimLeft(message[i+1:], " \t\r\n"), []byte(":"))
			if depth != 1 || !isName || len(name) < 2 {
				continue
			}
			switch {
			case reads(name, "id"):
				e.id = scalar(value)
			case reads(name, "method"):
				e.method = true
			case reads(name, "result"), reads(name, "error"):
				answers = true
			}
			if e.id != nil && (e.method || answers) {
				return e
			}
		}
	}
	return e
}

// reads reports whether encoding/json takes a quoted name for another: it may
// have escapes, and any case.
func reads(quoted []byte, name string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return len(quoted) == len(name)+2 && strings.EqualFold(string(quoted[1:len(quoted)-1]), name)
	}
	var plain string
	return json.Unmarshal(quoted, &plain) == nil && strings.EqualFold(plain, name)
}

// quoted returns the string that s begins with, with its quotes.
func quoted(s []byte) []byte {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[:i+1]
		}
	}
	return s // not to its end: of what is no JSON
}

// scalar returns the string or number, or the word, that s begins with.
func scalar(s []byte) []byte {
	s = bytes.TrimLeft(s, " \t\r\n")
	if bytes.HasPrefix(s, []byte(`"`)) {
		return quoted(s)
	}
	if end := bytes.IndexAny(s, ",} \t\r\n"); end >= 0 {
		s = s[:end]
	}
	return s
}

func (e envelope) hasID() bool { return len(e.id) > 0 && string(e.id) != "null" }

func (e envelope) isRequest() bool { return e.hasID() && e.method }

func (e envelope) isResponse() bool { return e.hasID() && !e.method }
