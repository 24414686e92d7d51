package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/mark3labs/mcp-go/server"
)

// sessionKey binds the sessions of MCP's older era to who opened them: who knows
// another one's session id could listen to it, end it, or answer in its place.
type sessionKey [32]byte

// bind checks that the session a request names is the caller's own, and returns
// the writer to answer with, which binds a new session to the caller. Outside,
// the id of a session ends in a code that only the server can make.
func (k *sessionKey) bind(w http.ResponseWriter, r *http.Request, caller string) (http.ResponseWriter, bool) {
	if given := r.Header.Values(server.HeaderKeySessionID); len(given) > 0 {
		id, code, _ := cutLast(given[0])
		if len(given) > 1 || !hmac.Equal([]byte(code), []byte(k.code(id, caller))) {
			return nil, false
		}
		r.Header.Set(server.HeaderKeySessionID, id)
	}
	return &binder{ResponseWriter: w, code: func(id string) string { return k.code(id, caller) }}, true
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// code is the same for the same session and caller, and for no other.
func (k *sessionKey) code(id, caller string) string {
	mac := hmac.New(sha256.New, k[:])
	// A session id holds visible characters only, so a zero ends it.
	mac.Write([]byte(id + "\x00" + caller))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// binder adds the code to the id of a session in an answer's header.
type binder struct {
	http.ResponseWriter
	code func(id string) string
	sent bool
}

func (b *binder) WriteHeader(status int) {
	if !b.sent && status >= http.StatusOK {
		b.sent = true
		if id := b.Header().Get(server.HeaderKeySessionID); id != "" {
			b.Header().Set(server.HeaderKeySessionID, id+"."+b.code(id))
		}
	}
	b.ResponseWriter.WriteHeader(status)
}

func (b *binder) Write(p []byte) (int, error) {
	if !b.sent {
		b.WriteHeader(http.StatusOK)
	}
	return b.ResponseWriter.Write(p)
}

// Flush is what mcp-go looks for to stream an answer.
func (b *binder) Flush() {
	if !b.sent {
		b.WriteHeader(http.StatusOK)
	}
	// A writer that cannot flush sends when it likes.
	_ = http.NewResponseController(b.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (b *binder) Unwrap() http.ResponseWriter { return b.ResponseWriter }
