package catalog

import (
	"encoding/base64"
	"testing"
)

func TestCursorRoundTrip(t *testing.T) {
	for _, p := range []position{
		{}, {Offset: 7}, {Link: "/v1/environments/e/integrations?cursor=a%2Fb", Depth: 3}, {Link: "/x", Offset: 2, Depth: 1, Plain: true},
	} {
		got, err := decodeCursor(p.encode("list"), "list")
		if err != nil || got != p {
			t.Errorf("%+v comes back as %+v, %v", p, got, err)
		}
		if _, err := decodeCursor(p.encode("list"), "other"); err == nil {
			t.Errorf("the cursor of %+v is good for another list", p)
		}
	}
}

// Forged cursors carry the right tag, which is no secret.
func TestForgedCursors(t *testing.T) {
	for _, body := range []string{
		``, `{}{}`, `[]`, `null x`, `{"l":5}`, `{"x":1}`, `{"o":-1}`, `{"o":99999999}`, `{"d":-1}`, `{"d":1}`, `{"l":"/v1"}`, `{"l":"/v1","d":10001}`,
	} {
		cursor := base64.RawURLEncoding.EncodeToString(append(cursorTag("list", []byte(body)), body...))
		if got, err := decodeCursor(cursor, "list"); err == nil {
			t.Errorf("%s is read as %+v", body, got)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add([]byte(`{"l":"/v1/environments?cursor=x","o":1,"d":1}`), "list", "")
	f.Add([]byte(`{"o":25}`), "", "AAAA")
	f.Add([]byte(`null`), "list", position{Offset: 3}.encode("list"))
	f.Fuzz(func(t *testing.T, body []byte, list, raw string) {
		for _, cursor := range []string{raw, base64.RawURLEncoding.EncodeToString(append(cursorTag(list, body), body...))} {
			p, err := decodeCursor(cursor, list)
			if err != nil {
				continue
			}
			if p.Offset < 0 || p.Depth < 0 || (p.Link == "") != (p.Depth == 0) {
				t.Errorf("%q is read as %+v", cursor, p)
			}
			if again, err := decodeCursor(p.encode(list), list); err != nil || again != p {
				t.Errorf("%+v comes back as %+v, %v", p, again, err)
			}
		}
	})
}

// Only the list's own path is left out of a link.
func TestPositionWithoutPath(t *testing.T) {
	for link, want := range map[string]string{
		"": "", "/v1/x": "/v1/x", "/v1/x?a=b&c=?": "?a=b&c=?", "/v1/x/?a=b": "/v1/x/?a=b", "?a": "?a",
	} {
		if got := (position{Link: link}).withoutPath().Link; got != want {
			t.Errorf("%s becomes %s, want %s", link, got, want)
		}
	}
}
