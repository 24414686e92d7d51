package download_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"example.com/pingkit/internal/download"
)

// TestPagesThatQuoteTheirLink has the storage answer with a page or a document in
// place of the kit that repeats what it was asked for and by whom.
func TestPagesThatQuoteTheirLink(t *testing.T) {
	t.Parallel()
	for _, page := range []string{
		"<html><title>No %s here</title></html>", "<html><title>\u200b%s</title></html>",
		`{"code":"E","message":"no %s here"}`, `{"code":"%s"}`, "<html><title>No <b>%s</b></title><p>secret-of-the-client</p></html>",
		"<html><title>secret-of-the-client and foreign-token for %s</title></html>", "%s", "<?xml version='1.0'?><Error><Message>%s</Message></Error>",
	} {
		for _, digest := range []string{foreignDigest, ""} {
			fetcher, request := foreignRequest(t, func(w http.ResponseWriter, r *http.Request) {
				if digest != "" {
					w.Header().Set("x-amz-meta-etag", digest)
				}
				_, _ = io.WriteString(w, fmt.Sprintf(page, "http://"+r.Host+r.URL.RequestURI()))
			})
			_, err := fetcher.Fetch(deadline(t), request, nil)
			if !errors.Is(err, download.ErrIntegrity) {
				t.Errorf("%s: %v", page, err)
			}
			for _, secret := range []string{"secret-of-the-link", "secret-of-the-client", "foreign-token"} {
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("%s with the digest %q shows %s: %v", page, digest, secret, err)
				}
			}
		}
	}
}
