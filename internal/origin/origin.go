// Package origin tells whether two addresses are of one server, and whether one
// is of this machine.
package origin

import (
	"net"
	"net/url"
	"strings"
)

// Of returns scheme, host and port (RFC 6454); the port of the scheme is
// spelled out, so that both ways to write an address are equal. Comparing host
// names alone would let a token go from one port of a machine to another.
func Of(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[scheme]
	}
	return scheme + "://" + strings.ToLower(u.Hostname()) + ":" + port
}

// Loopback reports the hosts that do not leave the machine: localhost and the
// loopback addresses. Any other name, also one below localhost, is whatever a
// name server says at that time.
func Loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
