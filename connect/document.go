package connect

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// firstPart is how much of an answer is read at first, in bytes. Each further
// part is as long as four times all before it.
const firstPart = 64 << 10

// held is the body of a document that was read already.
type held struct {
	*bytes.Reader
	document []byte
	io.Closer
}

// oversize is the body of a document of which more was read than the limit.
type oversize struct {
	io.Reader
	document []byte
	io.Closer
}

// closers closes a body and gives its memory back.
type closers struct {
	io.Closer
	call *call
}

func (c closers) Close() error {
	c.call.closed()
	return c.Closer.Close()
}

// closed ends what a call holds of its answer, unless [KeepAnswers] keeps it.
func (c *call) closed() {
	if c.own {
		c.answers.end()
	}
}

// hold reads a JSON document into memory, so that one that breaks off can be
// asked for again. Of a refusal, the status and the start say enough. What
// exceeds the limit stays unread behind what was read, and is refused by [JSON].
// The length of what is held is the answer's ContentLength, also where the
// system did not tell it.
func hold(resp *http.Response) error {
	if resp.StatusCode/100 != 2 || !strings.Contains(resp.Header.Get("Content-Type"), "json") {
		return nil
	}
	this := callOf(resp.Request.Context())
	document, err := readReserved(resp, this)
	if err != nil {
		resp.Body.Close()
		return err
	}
	this.holds = true
	start := bytes.NewReader(document)
	if len(document) > bodyLimit {
		resp.Body = oversize{io.MultiReader(start, resp.Body), document, closers{resp.Body, this}}
		return nil
	}
	resp.Body.Close()
	resp.Body, resp.ContentLength = held{start, document, closers{io.NopCloser(nil), this}}, int64(len(document))
	return nil
}

// readReserved reads an answer: all of it, or one byte more than the limit. The
// memory for it is reserved before it is read, and that for more than was read is
// given back. After an error nothing is reserved.
func readReserved(resp *http.Response, this *call) (document []byte, err error) {
	ctx := context.Background()
	if resp.Request != nil {
		ctx = resp.Request.Context()
	}
	next := int64(firstPart)
	if resp.ContentLength > 0 {
		next = min(resp.ContentLength, bodyLimit) + 1 // room to see the end
	}
	var b bytes.Buffer
	var reserved int64
	defer func() { this.answers.give(reserved - int64(len(document))) }()
	for {
		begun := time.Now()
		taken, err := this.answers.take(ctx, min(next, bodyLimit+1-reserved))
		if err != nil {
			return nil, broken(resp, err)
		}
		if body, ok := resp.Body.(*watchedBody); ok {
			body.extend(time.Since(begun))
		}
		reserved += taken
		// An announced length costs no memory before bytes come.
		b.Grow(int(min(taken, firstPart)) + bytes.MinRead)
		_, err = b.ReadFrom(io.LimitReader(resp.Body, reserved-int64(b.Len())))
		switch {
		case err != nil:
			return nil, err
		case int64(b.Len()) < reserved || reserved > bodyLimit:
			return b.Bytes(), nil
		}
		next = 3 * reserved
	}
}

// readDocument is what was held of an answer, or else all of it, or one byte more
// than the limit. An answer in a body of somebody else's is held already.
func readDocument(resp *http.Response, this *call) ([]byte, error) {
	switch body := resp.Body.(type) {
	case held:
		if body.Len() == len(body.document) { // nobody has read of it
			return body.document, nil
		}
	case oversize:
		return body.document, nil
	}
	if this.holds {
		return io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
	}
	return readReserved(resp, this)
}
