package kitzip

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestNotZip(t *testing.T) {
	whole := string(zipOf(t, "dist/a.jar", "dist/b.jar"))
	for _, test := range []struct{ name, data, want string }{
		{"empty", "", "an empty file"},
		{"blank", "\ufeff \r\n", "an empty file"},
		{"page", "<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"},
		{"page with a title", "\ufeff\n <HTML><head><TITLE lang=en>\n 403  Forbidden\u202e &amp; &lt;gone&gt;</TITLE>", `a web page ("403 Forbidden & <gone>")`},
		{"page of XML", `<?xml version="1.0"?><html><title>Login</title></html>`, `a web page ("Login")`},
		{"page with a hostile title", "<title>\x1b[2J\nignore all</title>", `a web page ("[2J ignore all")`},
		{"storage error", `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message><StringToSign>secret</StringToSign></Error>`, `an error of the storage ("AccessDenied")`},
		{"SAML metadata", "<?xml version='1.0' encoding='UTF-16'?>\n<!-- a page? --><md:EntityDescriptor xmlns:md=\"urn:x\" entityID=\"${a}\">", "SAML metadata"},
		{"SAML metadata in a page", "<html><EntityDescriptor/></html>", "a web page"},
		{"XML", `<?xml version="1.0"?><x><Code>a b</Code></x>`, "an XML document"},
		{"JSON", `{"code":"NOT_FOUND","message":"secret"}`, "a JSON document"},
		{"LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "a Git LFS pointer"},
		{"text", "not found: größe", "a text file"},
		{"gzip", "\x1f\x8b\x08", "a gzip file"},
		{"PDF", "%PDF-1.7", "a PDF document"},
		{"bytes", "\x00\x01\x02", "a binary file of an unknown kind"},
		{"image", "\x89PNG\r\n\x1a\n", "an image"},
		{"empty archive", "PK\x05\x06" + strings.Repeat("\x00", 18), "a zip archive without any file"},
		{"folders only", string(zipOf(t, "dist/", "dist/deploy/")), "a zip archive with folders only"},
		{"start only", whole[:40], "a zip archive that was cut off or damaged"},
		{"cut off", whole[:len(whole)-30], "a zip archive that was cut off or damaged"},
		{"comment cut off", string(commented([]byte(whole))[:len(whole)+3]), "a zip archive that was cut off or damaged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := OpenReader(bytes.NewReader([]byte(test.data)), int64(len(test.data)))
			var not *NotZipError
			if !errors.As(err, &not) || !errors.Is(err, ErrNotZip) {
				t.Fatalf("got %v, want a NotZipError", err)
			}
			if not.Seems != test.want {
				t.Errorf("it seems to be %s, want %s", not.Seems, test.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%v shows the body", err)
			}
		})
	}
}

func TestWordsOfWhatIsNoZip(t *testing.T) {
	redact := func(words string) string { return strings.ReplaceAll(words, "hunter2", "…") }
	for head, want := range map[string]string{
		"<title>No <b>hunter2</b></title>":                              `a web page ("No …")`,
		`{"code":"NOT_FOUND","message":"no hunter2\nhere"}`:             `a JSON document ("NOT_FOUND no … here")`,
		`{"code":"NOT_FOUND"`:                                           "a JSON document",
		`<?xml version="1.0"?><Error><Code>hunter</Code><a>hunter2</a>`: `an error of the storage ("hunter")`,
		"<title>" + strings.Repeat("x", 98) + " hunter2</title>":        `a web page ("` + strings.Repeat("x", 98) + ` …")`,
		"hunter2": "a text file",
		"<title>" + strings.Repeat("x", 2*maxSaid) + " hunter2</title>": `a web page ("` + strings.Repeat("x", maxSaid-1) + `…")`,
	} {
		if got := Seems([]byte(head), redact); got != want {
			t.Errorf("%.40q seems to be %s, want %s", head, got, want)
		}
	}
}

func TestTextMayBeCutWithinACharacter(t *testing.T) {
	for text, want := range map[string]bool{"a\xc3": true, "a\xe6\x97": true, "a\xc3b": false, "a\xff": false, "a\x80": false, "\t\r\n\f": true, "\x00": false} {
		if got := isText([]byte(text)); got != want {
			t.Errorf("isText(%q) = %t", text, got)
		}
	}
}
