package connect

import (
	"crypto/tls"
	"net/http"
)

// documentLimit bounds an answer to the client of [NewHTTPClient], in bytes.
const documentLimit = 1 << 20

// The systems beside those that a caller asks for.
const (
	// SystemIssuer is whoever issues the tokens of a server's callers.
	SystemIssuer System = "the token issuer"
	// SystemCollector is where a server sends its traces and metrics.
	SystemCollector System = "the telemetry collector"
)

// NewHTTPClient returns a client without credentials for small public documents,
// such as an OpenID provider's keys. It retries like the others, follows no
// redirect, and cuts an answer off at 1 MiB, with an error. Its errors are
// *[Error] inside the *url.Error of net/http.
func NewHTTPClient(list ...Option) *http.Client { return newHTTPClient(SystemIssuer, nil, list) }

// NewTrustingClient is NewHTTPClient, and trusts the authorities of pem as well
// as the system's, unless it is empty.
func NewTrustingClient(pem []byte, list ...Option) (*http.Client, error) {
	roots, err := rootsWith(pem)
	if err != nil {
		return nil, err
	}
	return newHTTPClient(SystemIssuer, &tls.Config{RootCAs: roots}, list), nil
}

// NewCollectorClient returns a client that is as NewHTTPClient's, trusts the
// authorities of pem as well, unless it is empty, and sends a POST once.
func NewCollectorClient(pem []byte, list ...Option) (*http.Client, error) {
	roots, err := rootsWith(pem)
	if err != nil {
		return nil, err
	}
	return newHTTPClient(SystemCollector, &tls.Config{RootCAs: roots}, list), nil
}

func newHTTPClient(system System, config *tls.Config, list []Option) *http.Client {
	o := optionsOf(list)
	network := o.transport(config, o.head)
	reader := &caller{
		system:  system,
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
