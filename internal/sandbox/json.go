package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// writeJSON answers with v.
func writeJSON(w http.ResponseWriter, status int, v any) {
	body := mustJSON(v)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	send(w, body)
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("sandbox: cannot encode an answer: " + err.Error()) // answers are made of the sandbox's own values
	}
	return b
}

// raw is v as the generated types hold values of undocumented forms.
func raw(v any) *json.RawMessage { return ptr(json.RawMessage(mustJSON(v))) }

// send writes a body. A client that has left is nothing a server could mend: the connection is given up.
func send(w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// sendText answers with a body of another kind than JSON.
func sendText(w http.ResponseWriter, status int, contentType, body string) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	send(w, []byte(body))
}

// reshape lets edit change the JSON form of v, for forms that the generated types cannot have.
func reshape(v any, edit func(document any)) json.RawMessage {
	var document any
	if err := json.Unmarshal(mustJSON(v), &document); err != nil {
		panic("sandbox: cannot decode its own JSON: " + err.Error()) // it was encoded in the line above
	}
	edit(document)
	return mustJSON(document)
}
