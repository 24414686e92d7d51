package kitzip

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"example.com/pingkit/internal/sanitize"
)

// maxSaid is how much of a title or message is shown, in characters.
const maxSaid = 100

// checkStart refuses a file that does not start as a zip archive does, and
// tells what it seems to be.
func checkStart(r io.ReaderAt, size int64) error {
	head := make([]byte, 2048)
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:min(int64(n), max(size, 0))]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return nil
	}
	return &NotZipError{Seems: Seems(head, nil)}
}

// magics are the first bytes of files that people take for kits.
var magics = []struct{ start, what string }{
	{"PK\x05\x06", "a zip archive without any file"},
	{"PK\x07\x08", "one part of a split zip archive"},
	{"\x1f\x8b", "a gzip file"},
	{"BZh", "a bzip2 file"},
	{"\xfd7zXZ\x00", "an xz file"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
	{"Rar!", "a RAR archive"},
	{"%PDF-", "a PDF document"},
	{"\x7fELF", "a program"},
	{"MZ", "a Windows program"},
	{"\x89PNG", "an image"},
	{"\xff\xd8\xff", "an image"},
	{"GIF8", "an image"},
}

var (
	title    = lazily(`(?is)<title[^>]*>(.*?)</title>`)
	codeName = lazily(`<Code>([A-Za-z]{1,60})</Code>`)
)

// Seems says what a file is, going by its start: "a web page (\"Sign in\")". Of
// its text only a page's title and an error's code and message are shown, as one
// clean line, without what redact takes out of them: the rest may hold a signed
// address. Where redact is nil, a message is not shown either.
func Seems(head []byte, redact func(string) string) string {
	text := strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff"))
	if text == "" {
		return "an empty file"
	}
	said := func(kind, words string) string {
		words = sanitize.FromHTML(words, 0)
		if redact != nil {
			words = redact(words)
		}
		// Cut last: half a secret would not be found.
		if words = sanitize.Line(words, maxSaid); words == "" {
			return kind
		}
		return kind + " (" + quote(words) + ")"
	}
	for _, magic := range magics {
		if strings.HasPrefix(string(head), magic.start) {
			return magic.what
		}
	}
	lower := strings.ToLower(text)
	switch {
	case IsSAMLMetadata(head):
		return "SAML metadata"
	case strings.HasPrefix(lower, "<?xml") && !strings.Contains(lower, "<html"):
		if code := codeName().FindStringSubmatch(text); code != nil {
			return said("an error of the storage", code[1])
		}
		return "an XML document"
	case strings.HasPrefix(lower, "<"):
		if found := title().FindStringSubmatch(text); found != nil {
			return said("a web page", found[1])
		}
		return "a web page"
	case strings.HasPrefix(lower, "{"), strings.HasPrefix(lower, "["):
		var object struct{ Code, Message string }
		if redact == nil || json.Unmarshal([]byte(text), &object) != nil {
			return "a JSON document"
		}
		return said("a JSON document", strings.TrimSpace(object.Code+" "+object.Message))
	case strings.HasPrefix(lower, "version https://git-lfs"):
		return "a Git LFS pointer"
	case isText(head):
		return "a text file"
	}
	return "a binary file of an unknown kind"
}

// isText reports whether the start of a file is text, which may end within a character.
func isText(head []byte) bool {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		switch {
		case r == utf8.RuneError && n == 1:
			return len(head) < utf8.UTFMax && !utf8.FullRune(head)
		case r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f':
			return false
		}
		head = head[n:]
	}
	return true
}

// IsSAMLMetadata reports whether head begins an XML document of SAML metadata, which PingOne has as the asset of a SAML version.
func IsSAMLMetadata(head []byte) bool {
	decoder := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(head, []byte("\ufeff"))))
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil } // names are ASCII
	for {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		if root, ok := token.(xml.StartElement); ok {
			return root.Name.Local == "EntityDescriptor" || root.Name.Local == "EntitiesDescriptor"
		}
	}
}
