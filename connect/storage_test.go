package connect_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// storage is a presigned object storage as facts of S3 have it.
type storage struct {
	*foreign
	mu      sync.Mutex
	object  []byte
	etag    string
	urls    int             // signed so far
	expired map[string]bool // signatures
	// How it deviates.
	ignoresRange, ignoresIfRange, shifted, short, omitsContentRange bool
	fail                                                            http.HandlerFunc
}

func newStorage(t *testing.T, object string) *storage {
	t.Helper()
	s := &storage{object: []byte(object), etag: `"v1"`, expired: map[string]bool{}}
	s.foreign = serve(t, s.answer)
	return s
}

func (s *storage) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	signature := r.URL.Query().Get("X-Amz-Signature")
	if auth := r.Header.Get("Authorization"); auth != "" {
		s3Error(w, 400, "InvalidArgument", "Only one auth mechanism allowed", "<ArgumentValue>"+auth+"</ArgumentValue>")
		return
	}
	if r.Method != http.MethodGet || signature == "" {
		s3Error(w, 403, "SignatureDoesNotMatch", "The request signature we calculated does not match", "")
		return
	}
	if s.expired[signature] {
		s3Error(w, 403, "AccessDenied", "Request has expired", "")
		return
	}
	if s.fail != nil {
		s.fail(w, r)
		return
	}
	w.Header().Set("ETag", s.etag)
	w.Header().Set("Content-Type", "application/zip")
	sum := sha256.Sum256(s.object)
	w.Header().Set("X-Amz-Meta-Etag", hex.EncodeToString(sum[:]))
	from := 0
	if n, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); n == 1 && err == nil && !s.ignoresRange {
		if s.ignoresIfRange || r.Header.Get("If-Range") == s.etag {
			if from >= len(s.object) {
				s3Error(w, 416, "InvalidRange", "The requested range is not satisfiable", "")
				return
			}
			if s.shifted {
				from--
			}
			to := len(s.object)
			if s.short {
				to--
			}
			if !s.omitsContentRange {
				w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to-1, len(s.object)))
			}
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(s.object[from:to])
			return
		}
	}
	_, _ = w.Write(s.object)
}

func s3Error(w http.ResponseWriter, status int, code, message, more string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n<Error><Code>%s</Code><Message>%s</Message>%s<RequestId>1</RequestId></Error>", code, message, more)
}

// sign is the API's answer to a request for an asset.
func (s *storage) sign(address, digest string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		s.urls++
		url := fmt.Sprintf("%s/bucket/kit.zip?X-Amz-Expires=60&X-Amz-Signature=signature-%d", address, s.urls)
		s.mu.Unlock()
		if digest != "" {
			w.Header().Set("X-Amz-Meta-Etag", digest)
		}
		w.Header().Set("Location", url)
		w.WriteHeader(http.StatusTemporaryRedirect)
	}
}
