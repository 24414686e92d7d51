package catalog

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// maxCursor bounds a cursor's length in bytes; it holds a link of PingOne's.
const maxCursor = 8192

// maxDepth bounds how many pages of PingOne a search may turn in all, lest
// links that lead in a circle be followed for ever.
const maxDepth = 10_000

// ErrCursor says that a cursor is not one of ours, or belongs to another list.
var ErrCursor = errors.New("the cursor was changed, or belongs to another list: " +
	"pass next_cursor as it came, with the same other arguments")

// position is a place in a list, and what a cursor holds: no secret, and
// nothing that is taken on trust.
type position struct {
	Link   string `json:"l,omitempty"` // of the page, relative; "" is the first
	Offset int    `json:"o,omitempty"` // items of the page that were dealt with
	Depth  int    `json:"d,omitempty"` // pages turned so far
	Plain  bool   `json:"p,omitempty"` // the filter was refused, so that none is sent
}

// tagSize is how many bytes of a hash tie a cursor to its list. It tells
// mistakes apart, not forgeries: for these a position is checked by itself.
const tagSize = 8

func cursorTag(list string, body []byte) []byte {
	sum := sha256.Sum256(append([]byte(list+"\x00"), body...))
	return sum[:tagSize]
}

// within returns the position with a link that leaves out its path, which is the
// list's own: a model reads and writes every character of a cursor.
func (p position) within() position {
	if path, query, found := strings.Cut(p.Link, "?"); found && !strings.HasSuffix(path, "/") {
		p.Link = "?" + query
	}
	return p
}

// encode returns the position as the cursor of a list; list is its key, as
// [keyOf] makes it.
func (p position) encode(list string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil {
		return "" // no position fails to encode
	}
	body := bytes.TrimSpace(b.Bytes())
	return base64.RawURLEncoding.EncodeToString(append(cursorTag(list, body), body...))
}

// decodeCursor reads a cursor of a list; "" is its beginning. The link is not
// checked here.
func decodeCursor(cursor, list string) (position, error) {
	if cursor == "" {
		return position{}, nil
	}
	if len(cursor) > maxCursor {
		return position{}, ErrCursor
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(data) < tagSize || strings.ContainsAny(cursor, "\r\n") {
		return position{}, ErrCursor
	}
	tag, body := data[:tagSize], data[tagSize:]
	if !bytes.Equal(tag, cursorTag(list, body)) {
		return position{}, ErrCursor
	}
	var p position
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return position{}, ErrCursor
	}
	if _, err := decoder.Token(); err != io.EOF {
		return position{}, ErrCursor
	}
	if p.Offset < 0 || p.Offset > maxItems || p.Depth < 0 || p.Depth > maxDepth || (p.Link == "") != (p.Depth == 0) {
		return position{}, ErrCursor
	}
	return p, nil
}
