package connect

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Time-outs of a connection. How long an answer as a whole may take is the
// caller's to say, by the context.
const (
	dialTimeout      = 10 * time.Second
	handshakeTimeout = 10 * time.Second
	// headerTimeout is how long PingOne may think before it
	// answers. PingCentral's connections have none: a promotion takes as long as it
	// takes. Its reads have it, see watch.
	headerTimeout = 20 * time.Second
	// storageTimeout is headerTimeout for a storage.
	storageTimeout = 2 * time.Minute
	// idleConnTimeout is how long a connection is kept without a request.
	idleConnTimeout = 90 * time.Second
	// A connection that was silent for pingAfter is probed (HTTP/2), and given
	// up when the probe is not answered within pingTimeout.
	pingAfter   = 30 * time.Second
	pingTimeout = 15 * time.Second
)

// headerLimit bounds an answer's header; a presigned URL in it may be long.
const headerLimit = 1 << 20

// newTransport returns connections of one kind. HTTP/2 is used where the server
// offers it, and connections are kept for reuse. Requests reach it through a
// watch, which has each sent once.
func newTransport(config *tls.Config, wait time.Duration) *http.Transport {
	return &http.Transport{
		Proxy:                  proxyOnce,
		OnProxyConnectResponse: proxyAnswer,
		DialContext:            (&net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    handshakeTimeout,
		ResponseHeaderTimeout:  wait,
		MaxResponseHeaderBytes: headerLimit,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout},
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        idleConnTimeout,
	}
}

// rootsWith returns the system's certificate authorities and those of pem; nil,
// which means the system's, where there are none.
func rootsWith(pem []byte) (*x509.CertPool, error) {
	if len(pem) == 0 {
		return nil, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("the system's certificate authorities cannot be read: %w", err)
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("holds no PEM certificate")
	}
	return roots, nil
}
