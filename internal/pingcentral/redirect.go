package pingcentral

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"example.com/pingkit/internal/origin"
)

const (
	// maxRedirectURIs and maxRedirectText, the sum of their lengths in bytes, keep
	// a plan short enough to be read, and to be shown whole.
	maxRedirectURIs = 50
	maxRedirectText = 4000
	// maxRedirectURI is the longest redirect URI taken, in bytes.
	maxRedirectURI = 2000
)

// Schemes that run or read something on the user's machine when they are
// opened, so that no OAuth client has them as a redirect URI.
var localSchemes = []string{"javascript", "vbscript", "data", "file", "blob", "filesystem", "about", "view-source", "ws", "wss"}

// checkRedirectURIs checks what a promotion sends as redirectUris. PingCentral
// takes no wildcard; RFC 6749, section 3.1.2, wants absolute URIs without a
// fragment; RFC 8252, section 7.1, allows a native application's own scheme.
// The error names every URI that cannot be sent.
func checkRedirectURIs(uris []string) error {
	if len(uris) > maxRedirectURIs {
		return &RefusedError{
			Reason: fmt.Sprintf("%d redirect URIs are more than the %d that a plan can show", len(uris), maxRedirectURIs),
			Next:   "give fewer",
		}
	}
	var wrong []string
	text := 0
	for i, uri := range uris {
		text += len(uri)
		problem := redirectProblem(uri)
		if problem == "" && slices.Contains(uris[:i], uri) {
			problem = "it is given twice"
		}
		if problem != "" {
			wrong = append(wrong, fmt.Sprintf("%s (%s)", quoted(uri), problem))
		}
	}
	switch {
	case len(wrong) == 0 && text <= maxRedirectText:
		return nil
	case len(wrong) == 0:
		return &RefusedError{
			Reason: fmt.Sprintf("the redirect URIs have %d characters together, more than the %d that a plan can show", text, maxRedirectText),
			Next:   "give fewer or shorter ones",
		}
	}
	return &RefusedError{
		Reason: "redirect URIs that cannot be used: " + strings.Join(wrong, ", "),
		Next:   "give each as a complete URI, such as https://app.example.com/callback",
	}
}

// redirectProblem returns what is wrong with one redirect URI, or "".
func redirectProblem(uri string) string {
	switch {
	case uri == "":
		return "it is empty"
	case len(uri) > maxRedirectURI:
		return fmt.Sprintf("it is longer than %d characters", maxRedirectURI)
	case strings.Contains(uri, "*") || strings.Contains(strings.ToLower(uri), "%2a"):
		return "wildcards are not allowed"
	case strings.Contains(uri, "#"):
		return "a fragment (#) is not allowed"
	}
	if i := strings.IndexFunc(uri, func(r rune) bool { return !uriCharacter(r) }); i >= 0 {
		return "it holds a character that no URI can hold; percent-encode it, or write the host in its ASCII form"
	}
	u, err := url.Parse(uri)
	if err != nil {
		return "it is not a URI"
	}
	scheme := strings.ToLower(u.Scheme)
	switch {
	case scheme == "":
		return "it is not absolute: the scheme is missing"
	case slices.Contains(localSchemes, scheme):
		return "its scheme is not allowed"
	case u.User != nil || strings.Contains(u.Host, "@"):
		return "a user name or password is not allowed"
	case scheme == "http" || scheme == "https":
		return webProblem(u)
	case u.Opaque == "" && u.Host == "" && strings.Trim(u.Path, "/") == "":
		return "nothing follows the scheme"
	}
	return ""
}

// webProblem checks what only http and https have: a host and a port.
func webProblem(u *url.URL) string {
	host := u.Hostname()
	if u.Opaque != "" || host == "" {
		return "the host is missing"
	}
	if strings.HasPrefix(u.Host, "[") {
		if _, err := netip.ParseAddr(host); err != nil {
			return "its host is not an IP address"
		}
	} else if !hostName(host) {
		return "its host is not a host name"
	}
	if strings.HasSuffix(u.Host, ":") {
		return "the port is missing after the colon"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "its port is not between 1 and 65535"
		}
	}
	return ""
}

// hostName reports whether host is letters, digits, hyphens and underscores in
// labels of 1 to 63 characters; a trailing dot is taken.
func hostName(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool { return !alphanumeric(r) && r != '-' && r != '_' }) {
			return false
		}
	}
	return true
}

// uriCharacter reports whether RFC 3986, section 2, lets r stand in a URI.
func uriCharacter(r rune) bool {
	return alphanumeric(r) || r < 0x80 && strings.ContainsRune("-._~:/?#[]@!$&'()*+,;=%", r)
}

func alphanumeric(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// unencrypted reports whether the answer to this redirect URI, authorization
// code included, crosses a network in the clear.
func unencrypted(uri string) bool {
	u, err := url.Parse(uri)
	if err != nil || !strings.EqualFold(u.Scheme, "http") {
		return false
	}
	return !origin.Loopback(u.Hostname())
}
