package connect

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxHops is how many redirects lead to an asset; one is documented.
const maxHops = 5

// errRedirect is the cause of a redirect that is not followed.
var errRedirect = fmt.Errorf("%w: a redirect that is not followed", errAnswer)

// redirects reports the statuses that name another address for the same GET.
func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// follow goes where resp, an answer of the API, redirects to, without any
// credentials, and returns the first answer that is no redirect. The method is
// GET throughout: the signature of a presigned URL covers it, so that even a
// HEAD would be refused.
func (p *PingOne) follow(resp *http.Response, digests []AssetDigest, part Range) (*http.Response, []AssetDigest, error) {
	ctx := resp.Request.Context()
	ctx = WithTransactionID(ctx, callOf(ctx).transactionID)
	seen := map[string]bool{resp.Request.URL.String(): true}
	for range maxHops {
		discard(resp)
		to, err := target(resp, seen)
		if err != nil {
			return nil, nil, broken(resp, err)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
		if err != nil {
			return nil, nil, broken(resp, errRedirect)
		}
		wantBytes(req)
		if part.From > 0 {
			req.Header.Set("Range", "bytes="+strconv.FormatInt(part.From, 10)+"-")
			req.Header.Set("If-Range", part.ETag)
		}
		if resp, err = p.storage.Do(req); err != nil {
			return nil, nil, err
		}
		digests = digestsOf(digests, resp, SystemStorage)
		if !redirects(resp.StatusCode) {
			return resp, digests, open(resp, nil)
		}
	}
	discard(resp)
	return nil, nil, broken(resp, fmt.Errorf("%w: more than %d in a row", errRedirect, maxHops))
}

// escapedBlanks escapes what an address must not hold raw and some servers send
// so, such as blanks in a file name. The rest stays byte for byte: it is signed.
func escapedBlanks(address string) string {
	var b strings.Builder
	for i := range len(address) {
		if c := address[i]; c == ' ' || c >= 0x80 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// target returns where resp redirects to, and refuses what is not a plain step
// forward. No error quotes the address: its query is a credential.
func target(resp *http.Response, seen map[string]bool) (*url.URL, error) {
	from := resp.Request.URL
	to, err := from.Parse(escapedBlanks(resp.Header.Get("Location")))
	switch {
	case resp.Header.Get("Location") == "":
		return nil, fmt.Errorf("%w: it names no address", errRedirect)
	case err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http":
		return nil, fmt.Errorf("%w: its address is no web address", errRedirect)
	case to.User != nil:
		return nil, fmt.Errorf("%w: its address holds a user", errRedirect)
	case from.Scheme == "https" && to.Scheme == "http":
		return nil, fmt.Errorf("%w: it leads from https to http", errRedirect)
	}
	to.Fragment, to.RawFragment = "", ""
	if seen[to.String()] {
		return nil, fmt.Errorf("%w: it leads in a circle", errRedirect)
	}
	seen[to.String()] = true
	return to, nil
}
