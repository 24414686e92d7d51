package connect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"example.com/pingkit/internal/origin"
)

// base is the address of an API: requests with its credentials go to this
// scheme, host, port and path prefix, and nowhere else.
type base struct {
	url    *url.URL // its path has no trailing slash
	origin string
}

func newBase(u *url.URL) base {
	return base{url: u, origin: origin.Of(u)}
}

// check refuses an address that is not under b.
func (b base) check(u *url.URL) error {
	switch {
	case u.Opaque != "" || u.User != nil || origin.Of(u) != b.origin:
		return fmt.Errorf("%w: the address is not on %s", ErrForeignOrigin, b.origin)
	case !strings.HasPrefix(u.Path, b.url.Path+"/") || dotted(u.Path):
		return fmt.Errorf("%w: the address is not under %s%s/", ErrForeignOrigin, b.origin, b.url.Path)
	}
	return nil
}

// dotted reports segments that lead elsewhere when a server resolves them. The
// path is a decoded one, so that encoded dots and slashes are seen too.
func dotted(path string) bool {
	for segment := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// link resolves a link that the API put into an answer.
func (b base) link(href string) (*url.URL, error) {
	ref, err := url.Parse(href)
	if err != nil {
		return nil, fmt.Errorf("%w: the link is no URL", ErrForeignOrigin)
	}
	if dotted(ref.Path) {
		return nil, fmt.Errorf("%w: the link's path has dot segments", ErrForeignOrigin)
	}
	root := *b.url
	root.Path += "/"
	u := root.ResolveReference(ref)
	u.Fragment, u.RawFragment = "", ""
	if u, err = b.behindGateway(u); err != nil {
		return nil, err
	}
	if err := b.check(u); err != nil {
		return nil, err
	}
	if u.Path == root.Path {
		return nil, fmt.Errorf("%w: the link names nothing under %s", ErrForeignOrigin, root.Path)
	}
	return u, nil
}

// realHost matches the hosts of PingOne's own API, in every region.
var realHost = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^api\.pingone\.[a-z]+(\.[a-z]+)?$`) })

// behindGateway returns a link that names PingOne's real host on the configured
// base instead: a gateway in between passes on links as they are. Only path and
// query are taken, so the token goes where it always goes.
func (b base) behindGateway(u *url.URL) (*url.URL, error) {
	if origin.Of(u) == b.origin || u.Scheme != "https" || u.User != nil || u.Port() != "" || !realHost().MatchString(u.Hostname()) {
		return u, nil
	}
	version := b.url.Path[strings.LastIndexByte(b.url.Path, '/')+1:] // v1, see Check
	rest, found := strings.CutPrefix(u.EscapedPath(), "/"+version+"/")
	if !found {
		return u, nil
	}
	moved, err := url.Parse(b.url.EscapedPath() + "/" + rest)
	if err != nil {
		return nil, fmt.Errorf("%w: the link is no URL", ErrForeignOrigin)
	}
	to := *b.url
	to.Path, to.RawPath, to.RawQuery = moved.Path, moved.RawPath, u.RawQuery
	return &to, nil
}

// ErrForeignOrigin is the cause of an [Error] for a request that was not sent,
// because it would have carried the credentials away from the API.
var ErrForeignOrigin = errors.New("refused to send credentials there")

// credentials is how a client authenticates.
type credentials interface {
	// value returns the Authorization header.
	value(req *http.Request) (string, error)
	// refused says that the system answered 401 to value, and reports whether
	// another one may be asked for and tried at once.
	refused(value string) bool
}

// authorizer is the one place where credentials are put on a request. They
// never stay on a request that a caller can see.
type authorizer struct {
	next        http.RoundTripper
	credentials credentials
	bound       base
}

func (a *authorizer) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := a.bound.check(req.URL); err != nil {
		return nil, giveUp(req, err)
	}
	value, err := a.credentials.value(req)
	if err != nil {
		return nil, giveUp(req, err)
	}
	resp, err := a.send(req, value)
	if err != nil || !refusesToken(resp) {
		return resp, err
	}
	this := callOf(req.Context())
	if !a.credentials.refused(value) || !isRead(req.Method) || this.attempt.Load() >= maxAttempts {
		return resp, nil
	}
	renewed, err := a.credentials.value(req)
	if err != nil {
		resp.Body.Close()
		return nil, err
	}
	if renewed == value {
		return resp, nil
	}
	discard(resp)
	this.attempt.Add(1)
	return a.send(req, renewed)
}

// refusesToken reports an answer that is about the token and not about what it
// allows: 401, or a 403 that says so (PingOne's error codes: ACCESS_FAILED with
// the detail INVALID_TOKEN).
func refusesToken(resp *http.Response) bool {
	if resp.StatusCode != http.StatusForbidden {
		return resp.StatusCode == http.StatusUnauthorized
	}
	// Who reads the answer gets it whole; an error comes again behind its start.
	start, _ := io.ReadAll(io.LimitReader(resp.Body, errorBodyLimit))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), resp.Body), resp.Body}
	return bytes.Contains(start, []byte(`"INVALID_TOKEN"`))
}

func (a *authorizer) send(req *http.Request, value string) (*http.Response, error) {
	authorized := *req
	authorized.Header = req.Header.Clone()
	authorized.Header.Set("Authorization", value)
	resp, err := a.next.RoundTrip(&authorized)
	if err != nil {
		return nil, err
	}
	resp.Request = req
	return resp, nil
}

// giveUp closes the body of a request that is not sent, as a RoundTripper must.
func giveUp(req *http.Request, err error) error {
	if req.Body != nil {
		err = errors.Join(err, req.Body.Close())
	}
	return err
}

// fixed are credentials that do not change: Basic, or a bearer token from the
// settings. After a 401 there is nothing else to try, and trying the same again
// can lock the account.
type fixed string

func (f fixed) value(*http.Request) (string, error) { return string(f), nil }
func (f fixed) refused(string) bool                 { return false }
