package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// linkTime is the form of X-Amz-Date.
const linkTime = "20060102T150405Z"

// The texts of a refused link.
const (
	linkExpired = "Request has expired"
	linkForged  = "The request signature we calculated does not match the signature you provided"
	linkMissing = "Access Denied"
)

// sign gives path the query of a presigned address for GET: the names are those of Amazon's signatures, the signature is the
// sandbox's own, over method, path, time and lifetime.
func (s *Sandbox) sign(r *http.Request, path string) string {
	at, lifetime := s.now(), s.opts.LinkLifetime
	if activeFault(r).ExpiredLink {
		at = at.Add(-lifetime - time.Minute)
	}
	date, expires := at.UTC().Format(linkTime), strconv.Itoa(int(lifetime.Seconds()))
	signature := s.signature(http.MethodGet, path, date, expires)
	if activeFault(r).ForgedLink {
		signature = strings.Repeat("0", len(signature))
	}
	return path + "?" + url.Values{
		"X-Amz-Algorithm":     {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential":    {"SANDBOX/" + date[:8] + "/eu-central-1/s3/aws4_request"},
		"X-Amz-Date":          {date},
		"X-Amz-Expires":       {expires},
		"X-Amz-SignedHeaders": {"host"},
		"X-Amz-Signature":     {signature},
	}.Encode()
}

func (s *Sandbox) signature(method, path, date, expires string) string {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "%s\n%s\n%s\n%s\n", method, path, date, expires)
	return hex.EncodeToString(mac.Sum(nil))
}

// checkLink says what is wrong with a presigned request; "" for nothing.
func (s *Sandbox) checkLink(r *http.Request) string {
	q := r.URL.Query()
	date, expires, signature := q.Get("X-Amz-Date"), q.Get("X-Amz-Expires"), q.Get("X-Amz-Signature")
	if signature == "" {
		return linkMissing
	}
	if !hmac.Equal([]byte(signature), []byte(s.signature(r.Method, r.URL.Path, date, expires))) {
		return linkForged
	}
	at, err := time.Parse(linkTime, date)
	if err != nil {
		return linkForged
	}
	seconds, err := strconv.Atoi(expires)
	if err != nil {
		return linkForged
	}
	// The date has whole seconds, so the link may live up to a second less than its lifetime.
	if !s.now().Before(at.Add(time.Duration(seconds) * time.Second)) {
		return linkExpired
	}
	return ""
}
