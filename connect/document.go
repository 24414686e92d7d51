package connect

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
)

const (
	// announced bounds how much room an answer gets because it announces to be
	// long.
	announced = 64 << 10
	// shortDocument is what any number of calls may hold of an answer, in bytes.
	shortDocument = 1 << 20
	// longAtOnce is how many longer documents this process holds at a time. Each
	// may take three times [bodyLimit] while it grows.
	longAtOnce = 2
)

// longTurns has a place for each long document that is held.
var longTurns = make(chan struct{}, longAtOnce)

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

// hold reads a JSON document into memory, so that one that breaks off can be
// asked for again. Of a refusal, the status and the start say enough. What
// exceeds the limit stays unread behind what was read, and is refused by [JSON].
// The length of what is held is the answer's ContentLength, also where the
// system did not tell it.
func hold(resp *http.Response) error {
	if resp.StatusCode/100 != 2 || !strings.Contains(resp.Header.Get("Content-Type"), "json") {
		return nil
	}
	document, err := readInTurn(resp)
	if err != nil {
		resp.Body.Close()
		return err
	}
	start := bytes.NewReader(document)
	switch {
	case len(document) < shortDocument:
		resp.Body.Close()
		resp.Body, resp.ContentLength = held{start, document, io.NopCloser(nil)}, int64(len(document))
	case len(document) <= bodyLimit:
		resp.Body, resp.ContentLength = held{start, document, resp.Body}, int64(len(document))
	default:
		resp.Body = oversize{io.MultiReader(start, resp.Body), document, resp.Body}
	}
	return nil
}

// readInTurn reads an answer: all of it, or one byte more than the limit. One
// that is long waits for its turn, which ends when the answer is closed.
func readInTurn(resp *http.Response) ([]byte, error) {
	var b bytes.Buffer
	if resp.ContentLength > 0 {
		b.Grow(int(min(resp.ContentLength, announced)) + bytes.MinRead) // room to see the end
	}
	if _, err := b.ReadFrom(io.LimitReader(resp.Body, shortDocument)); err != nil || b.Len() < shortDocument {
		return b.Bytes(), err
	}
	if err := takeTurn(resp); err != nil {
		return nil, err
	}
	_, err := b.ReadFrom(io.LimitReader(resp.Body, bodyLimit+1-shortDocument))
	return b.Bytes(), err
}

// readDocument is what was held of an answer, or else all of it, or one byte more
// than the limit. It takes no turn: an answer in a body of somebody else's may
// have one already.
func readDocument(resp *http.Response) ([]byte, error) {
	switch body := resp.Body.(type) {
	case held:
		if body.Len() == len(body.document) { // nobody has read of it
			return body.document, nil
		}
	case oversize:
		return body.document, nil
	}
	return io.ReadAll(io.LimitReader(resp.Body, bodyLimit+1))
}

// takeTurn waits until one more long document may be held.
func takeTurn(resp *http.Response) error {
	ctx := context.Background()
	if resp.Request != nil {
		ctx = resp.Request.Context()
	}
	select {
	case longTurns <- struct{}{}:
		resp.Body = &turn{ReadCloser: resp.Body}
		return nil
	case <-ctx.Done():
		return plainCause(ctx, context.Cause(ctx))
	}
}

// turn is the body of a long document.
type turn struct {
	io.ReadCloser
	end sync.Once
}

func (t *turn) Close() error {
	t.end.Do(func() { <-longTurns })
	return t.ReadCloser.Close()
}
