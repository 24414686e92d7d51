package fetch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"pingkit/connect"
	"pingkit/internal/plaintext"
)

// sniffed is how many bytes of a body are looked at before any is written, as
// many as [http.DetectContentType] considers.
const sniffed = 512

// zipSignatures begin an archive: of a first file, of an empty archive, and of
// one that was split (APPNOTE.TXT, sections 4.3.7, 4.3.16 and 8.5.3).
var zipSignatures = [][]byte{[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("PK\x07\x08")}

// title is made when a page came, which is seldom.
var title = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`) })

// notZip says what came instead of a zip archive, or returns nil for one. Pages
// of proxies and sign-in forms arrive with the status 200, and saved as a zip
// they are found only much later. redact takes secrets out of words that came.
func notZip(start []byte, redact func(string) string) error {
	for _, signature := range zipSignatures {
		if bytes.HasPrefix(start, signature) {
			return nil
		}
	}
	return failure(ErrIntegrity, "what came is no zip archive but %s; nothing was kept", describe(start, redact))
}

// describe names a kind of content. Of its own words it gives only a title or a
// message, cleaned: the rest could hold anything.
func describe(start []byte, redact func(string) string) string {
	said := func(kind, words string) string {
		// Cut last: half a secret would not be found.
		if words = plaintext.Line(redact(plaintext.FromHTML(words, 0)), 100); words == "" {
			return kind
		}
		return fmt.Sprintf("%s: %q", kind, words)
	}
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\ufeff")))
	mime, _, _ := strings.Cut(http.DetectContentType(start), ";")
	switch {
	case len(trimmed) == 0:
		return "empty"
	case mime == "text/html":
		if found := title().FindSubmatch(start); found != nil {
			return said("an HTML page", string(found[1]))
		}
		return "an HTML page"
	case trimmed[0] == '{' || trimmed[0] == '[':
		var object struct{ Code, Message string }
		if json.Unmarshal(trimmed, &object) != nil {
			return "JSON"
		}
		return said("JSON", strings.TrimSpace(object.Code+" "+object.Message))
	case mime == "text/xml":
		return "XML"
	case strings.HasPrefix(mime, "text/"):
		return "plain text"
	default:
		return "something else (" + mime + ")"
	}
}

// redactor takes secrets out of words from an asset's body. A page in its place
// may quote the link that it was asked for by, and the link is a credential.
func redactor(asset *connect.Asset) func(string) string {
	return func(words string) string { return connect.Redact(asset.Response, nil, words) }
}
