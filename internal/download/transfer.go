package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/kitzip"
)

// transfer copies the bytes of a kit from the storage to the temporary file.
type transfer struct {
	*delivery
	api     *connect.PingOne
	headers []expectedDigest // of the responses for this object
	etag    string           // its strong entity tag, or ""
	size    int64            // its length, or -1
	checked bool             // the disk was asked for the digest that PingOne named
	resumed bool             // the bytes came in several parts
	whole   bool             // parts did not fit before: none are asked for any more
	result  Result           // of a kit that was on the disk
	done    bool
}

// run requests the asset until all its bytes are there. done reports that the disk
// had the kit, and result describes it.
func (t *transfer) run(ctx context.Context) (result Result, done bool, err error) {
	refusals := 0
	for try := 1; ; try++ {
		before := t.kept()
		err := t.try(ctx)
		if t.done {
			return t.result, true, nil
		}
		if err == nil {
			// The headers of the parts fit, and their bytes do not.
			if !t.resumed || mismatch(t.part.sum(), t.expected) == nil {
				return Result{}, false, nil
			}
			err = errParts
			t.whole = true
			if restartErr := t.startOver(); restartErr != nil {
				return Result{}, false, restartErr
			}
		}
		if end := ctx.Err(); end != nil {
			return Result{}, false, stopped(end)
		}
		if refusals++; t.kept() > before {
			refusals = 0
		}
		wait, worth := t.retryAfter(err, try)
		if !worth || try == maxTries || refusals == maxRefusals {
			return Result{}, false, t.final(err, try)
		}
		if !pause(ctx, wait) {
			return Result{}, false, stopped(ctx.Err())
		}
	}
}

// errParts says that a file of several parts does not have the expected digest.
var errParts = failure(ErrIntegrity, "its parts do not have the expected digest together; nothing was kept")

func (t *transfer) kept() int64 {
	if t.part == nil {
		return 0
	}
	return t.part.size
}

// startOver discards what is known of the object and its bytes.
func (t *transfer) startOver() error {
	t.headers, t.etag, t.size, t.resumed = nil, "", -1, false
	t.expected = t.job.pinned
	if t.part == nil {
		return nil
	}
	return t.part.restart()
}

// try requests the asset once and receives its body.
func (t *transfer) try(ctx context.Context) error {
	asset, err := t.api.OpenAsset(ctx, t.job.EnvironmentID, t.job.IntegrationID, t.job.VersionID,
		connect.Range{From: t.kept(), ETag: t.etag})
	if err != nil {
		return err
	}
	defer asset.Body.Close()
	if err := t.accept(asset); err != nil {
		return err
	}
	if !t.checked {
		t.checked = true
		if t.result, t.done, err = t.local(ctx, len(t.headers) > 0); t.done || err != nil {
			return err
		}
	}
	if err := t.begin(); err != nil {
		return err
	}
	return t.receive(asset.Body, redactor(asset))
}

// accept checks the headers of a response before its body is read.
func (t *transfer) accept(asset *connect.Asset) error {
	headers, unread := expectedDigests(asset.Digests)
	if asset.Offset > 0 {
		if err := t.continues(asset, headers); err != nil {
			return errors.Join(err, t.startOver())
		}
		t.resumed = true
		return nil
	}
	if err := t.startOver(); err != nil {
		return err
	}
	t.headers, t.size = headers, asset.Size
	if tag := asset.Header.Get("ETag"); strings.HasPrefix(tag, `"`) && !asset.Uncompressed && !t.whole {
		t.etag = tag
	}
	t.expected = slices.Concat(t.job.pinned, headers)
	if err := disagree(t.expected); err != nil {
		return err
	}
	if len(t.expected) == 0 && !t.job.AllowUnverified {
		return unverified(asset, unread)
	}
	if t.size > t.job.limit {
		return t.tooLarge(fmt.Sprintf("it has %d bytes", t.size))
	}
	return nil
}

// errOtherPart says that a response does not continue the received bytes.
var errOtherPart = errors.New("the storage sent a part of another object")

// continues checks that a partial response belongs to the same object. connect has
// checked its range and its ETag.
func (t *transfer) continues(asset *connect.Asset, headers []expectedDigest) error {
	if asset.Size >= 0 && t.size >= 0 && asset.Size != t.size || !sameSums(t.headers, headers) {
		return errOtherPart
	}
	return nil
}

// unverified returns the error for a body without any digest. An error page comes
// without one as well; the error describes the page then.
func unverified(asset *connect.Asset, unread []string) error {
	start := make([]byte, sniffed)
	if n, err := io.ReadFull(asset.Body, start); n > 0 && (err == nil || err == io.ErrUnexpectedEOF) {
		if err := notZip(start[:n], redactor(asset)); err != nil {
			return err
		}
	}
	text := "neither PingOne nor its storage named a sha256"
	if len(unread) > 0 {
		text = strings.Join(unread, ", ")
	}
	return failure(ErrUnverified, "%s; give the expected sha256, or allow an unverified download", text)
}

func (t *transfer) tooLarge(what string) error {
	return failure(ErrTooLarge, "%s, and the limit is %d", what, t.job.limit)
}

// receive writes a body to the temporary file.
func (t *transfer) receive(body io.Reader, redact func(string) string) error {
	buffer := make([]byte, chunk)
	if t.part.size == 0 {
		n, err := io.ReadFull(body, buffer[:sniffed])
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return err
		}
		if n == 0 && t.size > 0 {
			return io.ErrUnexpectedEOF
		}
		if err := notZip(buffer[:n], redact); err != nil {
			return err
		}
		if err := t.write(buffer[:n]); err != nil {
			return err
		}
	}
	for {
		n, err := fill(body, buffer)
		if n > 0 {
			if err := t.write(buffer[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if t.size >= 0 && t.part.size != t.size {
		return fmt.Errorf("%d bytes came of %d: %w", t.part.size, t.size, io.ErrUnexpectedEOF)
	}
	return nil
}

// worthWriting is how many bytes are gathered before they are written. TLS and
// HTTP/2 return a quarter of that at a time.
const worthWriting = 64 << 10

// fill reads at least worthWriting bytes, unless the body ends.
func fill(body io.Reader, buffer []byte) (n int, err error) {
	for n < worthWriting && err == nil {
		var more int
		more, err = body.Read(buffer[n:])
		n += more
	}
	return n, err
}

func (t *transfer) write(bytes []byte) error {
	if t.part.size+int64(len(bytes)) > t.job.limit {
		return t.tooLarge("more bytes came")
	}
	if _, err := t.part.Write(bytes); err != nil {
		return err
	}
	t.notify(Progress{Name: t.job.FileName, Done: t.part.size, Total: t.size})
	return nil
}

// sniffed is how many bytes of a body are checked before any is written.
const sniffed = 512

// zipSignatures begin an archive: of a first file, of an empty archive, and of
// one that was split (APPNOTE.TXT, sections 4.3.7, 4.3.16 and 8.5.3).
var zipSignatures = [][]byte{[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("PK\x07\x08")}

// notZip returns an error that describes a body which is not a zip archive. Proxies
// send error pages and sign-in forms with the status 200; saved as a zip, they
// would be found much later. redact removes secrets from quoted text.
func notZip(start []byte, redact func(string) string) error {
	for _, signature := range zipSignatures {
		if bytes.HasPrefix(start, signature) {
			return nil
		}
	}
	if kitzip.IsSAMLMetadata(start) {
		return failure(ErrNoKit, "the asset of this version is SAML metadata (XML), no kit; nothing was kept")
	}
	return failure(ErrIntegrity, "what came is no zip archive but %s; nothing was kept", kitzip.Seems(start, redact))
}

// redactor removes secrets from text of an asset's body. An error page may quote the
// presigned link, which is a credential.
func redactor(asset *connect.Asset) func(string) string {
	return func(text string) string { return connect.Redact(asset.Response, nil, text) }
}
