package connect

import (
	"net/http"
	"strings"
)

// plainMediaType writes the media type of a document as the readers of answers
// compare it, the generated clients' among them: in lower case. A document that
// has none is taken for JSON; what is none fails as such.
func plainMediaType(resp *http.Response) {
	name, parameters, found := strings.Cut(resp.Header.Get("Content-Type"), ";")
	name = strings.ToLower(strings.TrimSpace(name))
	switch {
	case name == "" && resp.StatusCode/100 == 2 && resp.StatusCode != http.StatusNoContent && resp.ContentLength != 0:
		name = "application/json"
	case name == "":
		return
	}
	if found {
		name += ";" + parameters
	}
	resp.Header.Set("Content-Type", name)
}
