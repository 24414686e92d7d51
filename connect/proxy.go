package connect

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
)

// ProxyError is the cause of an [Error] for a request that the proxy between
// this machine and the system refused. The system never saw it.
type ProxyError struct {
	Host   string // of the proxy, with its port
	Status int    // HTTP status of the proxy's answer
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy %s refused the connection: %d %s", e.Host, e.Status, http.StatusText(e.Status))
}

// temporary reports an answer of the proxy that may change by itself.
func (e *ProxyError) temporary() bool { return retryable(e.Status) }

// refusedProxies holds the proxies, with their credentials, that answered 407.
// The variables of a process do not change, and each further attempt counts as a
// failed sign-in at the directory behind the proxy.
var refusedProxies sync.Map

// proxyOf returns the proxy for a request, and refuses one whose credentials
// were refused before.
func proxyOf(req *http.Request) (*url.URL, error) {
	proxy, err := http.ProxyFromEnvironment(req)
	if err != nil || proxy == nil || proxy.User == nil {
		return proxy, err
	}
	if _, refused := refusedProxies.Load(proxy.String()); refused {
		return nil, &ProxyError{Host: proxy.Host, Status: http.StatusProxyAuthRequired}
	}
	return proxy, nil
}

// proxyAnswer reads the answer to a CONNECT request.
func proxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	if resp.StatusCode == http.StatusProxyAuthRequired {
		refusedProxies.Store(proxy.String(), true)
	}
	return &ProxyError{Host: proxy.Host, Status: resp.StatusCode}
}

// plainProxyAnswer is proxyAnswer for a request without TLS, whose answer is the
// proxy's own: no server behind a proxy sends 407.
func plainProxyAnswer(resp *http.Response) error {
	if resp.StatusCode != http.StatusProxyAuthRequired {
		return nil
	}
	host := "in between"
	if proxy, err := http.ProxyFromEnvironment(resp.Request); err == nil && proxy != nil {
		host = proxy.Host
		refusedProxies.Store(proxy.String(), true)
	}
	resp.Body.Close()
	return &ProxyError{Host: host, Status: resp.StatusCode}
}
