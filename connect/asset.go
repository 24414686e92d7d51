package connect

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Range asks for the rest of an asset whose beginning is there already. It needs
// the strong ETag under which the beginning came: without one, the head of an
// old object could be joined to the tail of a new one, so the whole asset is
// asked for instead.
type Range struct {
	From int64 // bytes already there
	ETag string
}

func (r Range) usable() bool {
	return r.From > 0 && len(r.ETag) > 2 && strings.HasPrefix(r.ETag, `"`) && strings.HasSuffix(r.ETag, `"`)
}

// Asset is an asset's bytes as they arrive. Close its Body. A body that stops
// arriving ends with [ErrStalled].
type Asset struct {
	*http.Response
	// Digests are what the systems say about the whole asset's SHA-256.
	Digests []AssetDigest
	// Offset is where the body begins: Range.From, or 0 where the storage sends
	// the whole asset although a range was asked for.
	Offset int64
	// Size is the length of the whole asset in bytes, or -1 when it was not told.
	Size int64
}

// AssetDigest is one digest header as it came: hexadecimal or base64, with or
// without "sha256=".
type AssetDigest struct {
	Source string // "PingOne" or "storage"
	Value  string
}

// digestHeader is documented as the SHA-256 of the archive. ETag is not.
const digestHeader = "X-Amz-Meta-Etag"

// errPart is an answer to a range that does not fit what was asked for.
var errPart = fmt.Errorf("%w: another part of the asset than asked for", errAnswer)

// OpenAsset asks for a version's asset and follows the redirect to the presigned
// URL with a client that has no credentials. A URL that has expired, and a range
// that the storage cannot serve, are mended by asking once more. What exceeds
// that is an *[Error]; its System tells PingOne and the storage apart.
func (p *PingOne) OpenAsset(ctx context.Context, environmentID, integrationID, versionID string, part Range) (*Asset, error) {
	for _, id := range []string{environmentID, integrationID, versionID} {
		if err := CheckID(id); err != nil {
			return nil, fmt.Errorf("an id of the asset %w", err)
		}
	}
	ctx = streamed(ctx)
	if !part.usable() {
		part = Range{}
	}
	for expired := false; ; {
		asset, err := p.openAsset(ctx, environmentID, integrationID, versionID, part)
		e, _ := errors.AsType[*Error](err)
		switch {
		case e == nil || e.System != SystemStorage:
			return asset, err
		case e.Status == http.StatusForbidden && !expired:
			// "Request has expired": it means to ask again, not "no permission".
			expired = true
		case part.From > 0 && (e.Status == http.StatusRequestedRangeNotSatisfiable || errors.Is(err, errPart)):
			part = Range{}
		default:
			return nil, err
		}
	}
}

func (p *PingOne) openAsset(ctx context.Context, environmentID, integrationID, versionID string, part Range) (*Asset, error) {
	resp, err := p.GetIntegrationVersionAsset(ctx, environmentID, integrationID, versionID, nil, func(_ context.Context, req *http.Request) error {
		wantBytes(req)
		return nil
	})
	if err != nil {
		return nil, err
	}
	digests := digestsOf(nil, resp, SystemPingOne)
	if redirects(resp.StatusCode) {
		resp, digests, err = p.follow(resp, digests, part)
	} else {
		err = open(resp, nil)
	}
	if err != nil {
		return nil, err
	}
	return asAsset(resp, digests, part)
}

// asAsset checks that the answer is the whole asset or the part asked for.
func asAsset(resp *http.Response, digests []AssetDigest, part Range) (*Asset, error) {
	// The query of a presigned URL is a credential: it ends here.
	ended := resp.Request.Clone(resp.Request.Context())
	ended.URL.RawQuery = ""
	resp.Request = ended
	if err := decode(resp); err != nil {
		resp.Body.Close()
		return nil, broken(resp, err)
	}
	asset := &Asset{Response: resp, Digests: digests, Size: resp.ContentLength}
	switch resp.StatusCode {
	case http.StatusOK:
		return asset, nil
	case http.StatusPartialContent:
		first, last, size, ok := contentRange(resp.Header.Get("Content-Range"))
		tag := resp.Header.Get("ETag")
		toTheEnd := size < 0 || last == size-1
		if ok && !resp.Uncompressed && part.From > 0 && first == part.From && toTheEnd && (tag == "" || tag == part.ETag) {
			asset.Offset, asset.Size = first, size
			return asset, nil
		}
	}
	resp.Body.Close()
	return nil, broken(resp, errPart)
}

// contentRange reads "bytes 10-99/100", whose positions count from 0 and are
// both included; the size is -1 for "*" (RFC 9110, section 14.4).
func contentRange(header string) (first, last, size int64, ok bool) {
	unit, rest, _ := strings.Cut(header, " ")
	span, total, _ := strings.Cut(rest, "/")
	from, to, _ := strings.Cut(span, "-")
	ok = strings.EqualFold(unit, "bytes")
	number := func(digits string) int64 {
		n, err := strconv.ParseUint(digits, 10, 63) // unlike ParseInt, without a sign
		ok = ok && err == nil
		return int64(n)
	}
	first, last, size = number(from), number(to), -1
	if total != "*" {
		size = number(total)
	}
	return first, last, size, ok && first <= last && (size < 0 || last < size)
}

// wantBytes asks for the object as it is stored: the digest is not that of what
// a compression on the way makes of it.
func wantBytes(req *http.Request) {
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Accept-Encoding", "identity")
}

func digestsOf(list []AssetDigest, resp *http.Response, source System) []AssetDigest {
	for _, value := range resp.Header.Values(digestHeader) {
		list = append(list, AssetDigest{Source: string(source), Value: value})
	}
	return list
}
