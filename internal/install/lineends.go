package install

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// maxText is the size in bytes of the largest file whose line ends are compared.
const maxText = 4 << 20

// lineEnds collects what is written to it as long as that can be a text file.
type lineEnds struct {
	text   []byte
	binary bool
}

// Write never fails. A file that holds a zero byte, as every jar does, is no text.
func (l *lineEnds) Write(p []byte) (int, error) {
	if l.binary || len(l.text)+len(p) > maxText || bytes.IndexByte(p, 0) >= 0 {
		l.binary, l.text = true, nil
		return len(p), nil
	}
	l.text = append(l.text, p...)
	return len(p), nil
}

// digests returns the SHA-256 digests of the text with every line end as LF and
// as CRLF; none for a file that is no text.
func (l *lineEnds) digests() []string {
	if l.binary || !bytes.Contains(l.text, []byte("\n")) {
		return nil
	}
	unix := bytes.ReplaceAll(l.text, []byte("\r\n"), []byte("\n"))
	windows := bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n"))
	digest := func(b []byte) string {
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:])
	}
	return []string{digest(unix), digest(windows)}
}
