package mcpgofix

import (
	"context"
	"net/url"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
)

// CanonicalURI writes the address of a resource as the templates expect it.
// Fault of mcp-go v1.2.1: it takes a comma for the end of a value, and matches no address in which a
// client left a reserved character as it is, as encodeURIComponent leaves ( ) ' ! *
// and url.PathEscape leaves $ & + = : @.
func CanonicalURI(_ context.Context, _ any, request *mcp.ReadResourceRequest) {
	const scheme = "pingkit://"
	path, found := strings.CutPrefix(request.Params.URI, scheme)
	if !found {
		return
	}
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if i == 0 {
			continue // it says which scope is needed, and is no value
		}
		plain, err := url.PathUnescape(segment)
		if err != nil {
			return // no template matches it
		}
		segments[i] = strings.ReplaceAll(url.QueryEscape(plain), "+", "%20")
	}
	request.Params.URI = scheme + strings.Join(segments, "/")
}
