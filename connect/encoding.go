package connect

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// errEncoding is an answer in a transfer form that was not asked for and cannot
// be undone.
var errEncoding = fmt.Errorf("%w: a content encoding that was not asked for", errAnswer)

// decode undoes the compression of an asset on its way, which a storage or proxy
// may apply although none was asked for: the digest is that of the content. A
// body that is not compressed in spite of its header stays as it is.
func decode(resp *http.Response) error {
	encoding := strings.ToLower(strings.TrimSpace(strings.Join(resp.Header.Values("Content-Encoding"), ",")))
	switch encoding {
	case "", "identity":
		return nil
	case "gzip", "x-gzip":
	default:
		return errEncoding
	}
	start := bufio.NewReader(resp.Body)
	magic, err := start.Peek(2)
	if err != nil && err != io.EOF {
		return err
	}
	body := &decoded{Reader: start, Closer: resp.Body}
	resp.Body = body
	if string(magic) != "\x1f\x8b" {
		return nil
	}
	unzipped, err := gzip.NewReader(start)
	if err != nil {
		return err
	}
	body.Reader = &gzipErrors{unzipped, resp}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength, resp.Uncompressed = -1, true
	return nil
}

// decoded is a body read through something else.
type decoded struct {
	io.Reader
	io.Closer
}

// gzipErrors makes damage of the compression an error of the answer.
type gzipErrors struct {
	next *gzip.Reader
	resp *http.Response
}

func (g *gzipErrors) Read(p []byte) (int, error) {
	n, err := g.next.Read(p)
	if err == nil || err == io.EOF || is[*Error](err) {
		return n, err
	}
	return n, broken(g.resp, err)
}
