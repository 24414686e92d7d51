package connect

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"
)

// silent accepts connections, reads what comes and never says a word.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			open.Go(func() {
				defer connection.Close()
				_, _ = io.Copy(io.Discard, connection) // until the client gives up
			})
		}
	})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		open.Wait()
	})
	return listener.Addr().String()
}

// TestSilentServer gives up a server that does not finish the handshake of TLS,
// or does not answer, by the transport's own limits, here short ones.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	for scheme, limit := range map[string]func(*http.Transport){
		"https": func(n *http.Transport) { n.TLSHandshakeTimeout = 50 * time.Millisecond },
		"http":  func(n *http.Transport) { n.ResponseHeaderTimeout = 50 * time.Millisecond },
	} {
		network := newTransport(nil, headerTimeout)
		if network.TLSHandshakeTimeout != handshakeTimeout || network.ResponseHeaderTimeout != headerTimeout {
			t.Fatalf("the limits are %v and %v", network.TLSHandshakeTimeout, network.ResponseHeaderTimeout)
		}
		limit(network)
		o := optionsOf([]Option{WithRetryBudget(0)})
		client := &caller{system: SystemPingOne, secrets: newSecrets(), next: layers(o, network, nil, base{})}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://"+silent(t)+"/v1/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Do(req)
		failed, ok := errors.AsType[*Error](err)
		slow, late := errors.AsType[net.Error](err)
		if !ok || !late || !slow.Timeout() || !failed.Temporary() || failed.Status != 0 {
			t.Errorf("%s: %v", scheme, err)
		}
		if failed != nil && failed.Sent != (scheme == "http") { // a request may have arrived where there was a connection
			t.Errorf("%s: sent is %t", scheme, failed.Sent)
		}
		network.CloseIdleConnections()
	}
	if central := newTransport(nil, 0); central.ResponseHeaderTimeout != 0 {
		t.Error("a promotion may not take as long as it takes")
	}
}
