package sandbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"
)

// listeners are the open ports, one for each simulated host.
type listeners struct {
	host                                      string // as clients name it
	api, auth, storage, plainStorage, central net.Listener
}

// listen opens all ports: the API's at addr, the others at the next free ones after it, or anywhere when addr's port is 0.
// Without TLS the storage is plain already.
func listen(addr string, withTLS bool) (listeners, error) {
	host, portText, err := net.SplitHostPort(addr)
	if err != nil {
		return listeners{}, fmt.Errorf("address %q: %w", addr, err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil || port < 0 || port > 65535 {
		return listeners{}, fmt.Errorf("address %q: the port must be a number up to 65535", addr)
	}
	l := listeners{host: host}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		l.host = "127.0.0.1" // a listener on all addresses is reached by this one as well
	}
	if l.api, err = net.Listen("tcp", net.JoinHostPort(host, portText)); err != nil {
		return listeners{}, err
	}
	wanted := []*net.Listener{&l.auth, &l.storage, &l.central}
	if withTLS {
		wanted = append(wanted, &l.plainStorage)
	}
	for _, next := range wanted {
		if *next, port, err = listenAfter(host, port); err != nil {
			l.close()
			return listeners{}, err
		}
	}
	return l, nil
}

// listenAfter opens the next free port after port, or any port when port is 0. It tries 50 of them.
func listenAfter(host string, port int) (net.Listener, int, error) {
	if port == 0 {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		return l, 0, err
	}
	var last error
	for next := port + 1; next <= min(port+50, 65535); next++ {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(next)))
		if err == nil {
			return l, next, nil
		}
		last = err
	}
	return nil, 0, fmt.Errorf("no free port after %d: %w", port, last)
}

// close gives up what was opened before a start failed. That failure is what the caller hears of.
func (l listeners) close() {
	for _, one := range []net.Listener{l.api, l.auth, l.storage, l.plainStorage, l.central} {
		if one != nil {
			one.Close()
		}
	}
}

func portOf(l net.Listener) string {
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		panic("sandbox: a listener has no port: " + err.Error()) // a TCP listener always has one
	}
	return port
}

func (s *Sandbox) scheme() string {
	if s.opts.TLS {
		return "https"
	}
	return "http"
}

// apiURL and its siblings are the addresses that clients use.
func (s *Sandbox) apiURL() string {
	return s.scheme() + "://" + net.JoinHostPort(s.listeners.host, portOf(s.listeners.api)) + "/v1"
}

func (s *Sandbox) authURL() string {
	return s.scheme() + "://" + net.JoinHostPort(s.listeners.host, portOf(s.listeners.auth))
}

// StorageURL has another host name than the API: a client that compares host names alone must not be let off.
func (s *Sandbox) StorageURL() string {
	return s.scheme() + "://" + net.JoinHostPort(storageHost(s.listeners.host), portOf(s.listeners.storage))
}

func (s *Sandbox) plainStorageURL() string {
	return "http://" + net.JoinHostPort(storageHost(s.listeners.host), portOf(s.listeners.plainStorage))
}

func storageHost(host string) string {
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		return "localhost"
	}
	if host == "localhost" {
		return "127.0.0.1"
	}
	return host
}

func (s *Sandbox) centralURL() string {
	return "https://" + net.JoinHostPort(s.listeners.host, portOf(s.listeners.central))
}

// serve answers the listener's connections in the background.
func (s *Sandbox) serve(l net.Listener, secure bool, handler http.Handler) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // failed handshakes are part of the tests
		ConnState:         s.countConnection,
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{s.certificate}, MinVersion: tls.VersionTLS12},
	}
	s.servers = append(s.servers, server)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		var err error
		if secure {
			err = server.ServeTLS(l, "", "")
		} else {
			err = server.Serve(l)
		}
		if !errors.Is(err, http.ErrServerClosed) {
			panic("sandbox: a server ended by itself: " + err.Error()) // only Close ends a listener
		}
	}()
}

// countConnection lets Close wait for the goroutines of connections. A server calls it for a new connection before the
// goroutine starts, and for a closed one when the goroutine is about to end.
func (s *Sandbox) countConnection(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.running.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.running.Done()
	}
}
