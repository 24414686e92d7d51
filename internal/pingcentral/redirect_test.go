package pingcentral

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestRedirectURIs(t *testing.T) {
	for uri, want := range map[string]string{
		"https://app.example.com/callback":               "",
		"https://app.example.com":                        "",
		"https://app.example.com:8443/cb?tenant=1&x=%20": "",
		"HTTPS://APP.EXAMPLE.COM/cb":                     "",
		"http://localhost:8080/cb":                       "",
		"http://127.0.0.1/cb":                            "",
		"http://[::1]:3000/cb":                           "",
		"https://a_b.example.com./cb":                    "",
		"com.example.app:/oauth2redirect":                "",
		"com.example.app://callback":                     "",
		"myapp:callback":                                 "",
		"urn:ietf:wg:oauth:2.0:oob":                      "",

		"":                                                     "empty",
		"https://*.example.com/cb":                             "wildcard",
		"https://app.example.com/*":                            "wildcard",
		"https://app.example.com/%2A":                          "wildcard",
		"https://app.example.com/?x=%2a":                       "wildcard",
		"myapp:*":                                              "wildcard",
		"https://app.example.com/#frag":                        "fragment",
		"https://app.example.com/cb#":                          "fragment",
		"/callback":                                            "scheme is missing",
		"app.example.com/callback":                             "scheme is missing",
		"//app.example.com/callback":                           "scheme is missing",
		"https:///callback":                                    "host is missing",
		"https:callback":                                       "host is missing",
		"https://:443/cb":                                      "host is missing",
		"https://user:pw@app.example.com/":                     "user name",
		"https://user@app.example.com/":                        "user name",
		"https://app.example.com@evil.test/":                   "user name",
		"myapp://user@callback":                                "user name",
		"javascript:alert(1)":                                  "scheme is not allowed",
		"JavaScript:alert(1)":                                  "scheme is not allowed",
		"data:text/html,x":                                     "scheme is not allowed",
		"file:///etc/passwd":                                   "scheme is not allowed",
		"myapp:":                                               "nothing follows",
		"myapp://":                                             "nothing follows",
		"https://app.example.com/a b":                          "character",
		"https://app.example.com/\r\nX: y":                     "character",
		"https://app.example.com/\x00":                         "character",
		"https://app.example.com/\u202ecb":                     "character",
		"https://pаypal.example/cb":                            "character", // a Cyrillic letter
		"https://app.example.com\\@evil.test":                  "character",
		"https://app.example.com/{id}":                         "character",
		"https://app.example.com/\"x\"":                        "character",
		"https://app.example.com/%zz":                          "not a URI",
		"https://app.example.com:port/cb":                      "not a URI",
		"https://app.example.com:0/cb":                         "port",
		"https://app.example.com:70000/cb":                     "port",
		"https://app.example.com:/cb":                          "port",
		"https://-bad.example.com/":                            "host name",
		"https://a..b/":                                        "host name",
		"https://[::zz]/":                                      "not a",
		"https://app.example.com/" + strings.Repeat("a", 2000): "longer",
	} {
		err := checkRedirectURIs([]string{"https://good.example.com/", uri})
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", uri, err)
			}
			continue
		}
		var refused *RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%q is accepted", uri)
			continue
		}
		if !strings.Contains(refused.Reason, want) || strings.Contains(refused.Reason, "good.example.com") || refused.Next == "" {
			t.Errorf("%q: the error is %q, want it to hold %q and to name this URI alone", uri, err, want)
		}
		if strings.ContainsAny(err.Error(), "\r\n\x00\u202e") {
			t.Errorf("%q: the error holds control characters: %q", uri, err)
		}
	}
}

func TestRedirectURIsAreNamedTogether(t *testing.T) {
	err := checkRedirectURIs([]string{"https://*.one.test/", "https://two.test/", "three", "https://two.test/"})
	for _, want := range []string{`"https://*.one.test/" (wildcards`, `"three" (it is not absolute`, `"https://two.test/" (it is given twice)`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want it to hold %s", err, want)
		}
	}
}

func TestTooManyRedirectURIs(t *testing.T) {
	var uris []string
	for i := range maxRedirectURIs {
		uris = append(uris, fmt.Sprintf("https://app.example.com/%d", i))
	}
	if err := checkRedirectURIs(uris); err != nil {
		t.Errorf("%d redirect URIs: %v", len(uris), err)
	}
	if err := checkRedirectURIs(append(uris, "https://app.example.com/more")); err == nil {
		t.Error("more redirect URIs than a plan can show are accepted")
	}
}

func TestLongRedirectURIsAreBoundTogether(t *testing.T) {
	long := func(i, length int) string {
		uri := fmt.Sprintf("https://app%d.example.com/", i)
		return uri + strings.Repeat("x", length-len(uri))
	}
	if err := checkRedirectURIs([]string{long(1, maxRedirectURI), long(2, maxRedirectURI)}); err != nil {
		t.Errorf("as much as a plan can show: %v", err)
	}
	err := checkRedirectURIs([]string{long(1, maxRedirectURI), long(2, maxRedirectURI), long(3, 100)})
	if err == nil || !strings.Contains(err.Error(), "4100 characters together") {
		t.Errorf("more than a plan can show gives %v", err)
	}
}

func TestUnencrypted(t *testing.T) {
	for uri, want := range map[string]bool{
		"http://app.example.com/":  true,
		"HTTP://app.example.com/":  true,
		"https://app.example.com/": false,
		"http://localhost:1/":      false,
		"http://LocalHost/":        false,
		"http://127.0.0.2/":        false,
		"http://[::1]/":            false,
		"http://10.0.0.1/":         true,
		"myapp:/cb":                false,
	} {
		if got := unencrypted(uri); got != want {
			t.Errorf("unencrypted(%q) = %t, want %t", uri, got, want)
		}
	}
}
