package auth

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"example.com/pingkit/internal/mcpserver"
	"example.com/pingkit/internal/tools"
)

// mayCall refuses a call of something that the caller was not granted, as MCP's
// authorization has it: with 403 and the scope to ask for. The tools refuse by
// themselves as well; this tells a client what it can do about it.
func mayCall(w http.ResponseWriter, r *http.Request, who identity) error {
	if r.Method != http.MethodPost || len(who.scopes) == len(tools.Scopes()) {
		return nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mcpserver.MaxMessage))
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	need := needed(body)
	if len(need) == 0 || tools.Allows(r.Context(), need...) {
		return nil
	}
	// A list of alternatives would be read as all of them together.
	return insufficient(need[:1])
}

// needed returns the scopes, any one of which a message needs; none where that
// cannot be known from its text.
func needed(message []byte) []tools.Scope {
	var m struct {
		Method string `json:"method"`
		Params struct {
			Name string `json:"name"`
			URI  string `json:"uri"`
		} `json:"params"`
	}
	if err := json.Unmarshal(message, &m); err != nil {
		return nil
	}
	switch m.Method {
	case "tools/call":
		return tools.ScopesOf(m.Params.Name)
	case "resources/read":
		return tools.ScopesOfResource(m.Params.URI)
	}
	return nil
}
