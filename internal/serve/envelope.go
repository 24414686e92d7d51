package serve

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
			if depth != 1 || !isName {
				continue
			}
			switch plain(name) {
			case "id":
				e.id = scalar(value)
			case "method":
				e.method = true
			case "result", "error":
				answers = true
			}
			if e.id != nil && (e.method || answers) {
				return e
			}
		}
	}
	return e
}

// plain is a quoted name as encoding/json takes it: without escapes, and in
// whatever case.
func plain(name []byte) string {
	text := string(bytes.Trim(name, `"`))
	if strings.Contains(text, `\`) && json.Unmarshal(name, &text) != nil {
		return ""
	}
	return strings.ToLower(text)
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
	return s
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
