package connect

import (
	"crypto/tls"
	"net/http"
)

// documentLimit bounds an answer to the client of [NewHTTPClient], in bytes.
const documentLimit = 1 << 20

// SystemIssuer issues the tokens of a server's callers.
const SystemIssuer System = "the token issuer"

// NewHTTPClient returns a client without credentials for small public documents,
// such as an OpenID provider's keys. It retries like the others, follows no
// redirect, and cuts a response off at 1 MiB, with an error. Its errors are
// *[Error] inside the *url.Error of net/http.
func NewHTTPClient(list ...Option) *http.Client { return newHTTPClient(nil, list) }

// NewTrustingClient is NewHTTPClient that also trusts the authorities of pem, unless it is empty.
func NewTrustingClient(pem []byte, list ...Option) (*http.Client, error) {
	roots, err := rootsWith(pem)
	if err != nil {
		return nil, err
	}
	return newHTTPClient(&tls.Config{RootCAs: roots}, list), nil
}

func newHTTPClient(config *tls.Config, list []Option) *http.Client {
	o := optionsOf(list)
	network := o.transport(config, o.head)
	reader := &caller{
		system:  SystemIssuer,
		header:  http.Header{"User-Agent": {o.userAgent}},
		secrets: newSecrets(),
		next:    layers(o, network, nil, base{}),
	}
	return &http.Client{
		Transport:     &short{reader, network},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// short bounds the bodies of answers.
type short struct {
	next    http.RoundTripper
	network *http.Transport
}

func (s *short) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, documentLimit)
	return resp, nil
}

// CloseIdleConnections is what http.Client.CloseIdleConnections calls.
func (s *short) CloseIdleConnections() { s.network.CloseIdleConnections() }
