package sandbox

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"example.com/pingkit/internal/sandbox/kits"
)

// The paths of the storage.
const (
	objectPrefix = "/integration-assets/"
	hopPrefix    = "/hop/"
)

// lastModified is the time of every object.
const lastModified = "Mon, 15 Jan 2024 09:30:00 GMT"

func (s *Sandbox) storageHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(objectPrefix+"{versionID}", s.serveObject)
	mux.HandleFunc(hopPrefix+"{step}/{versionID}", s.serveHop)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuseStorage(w, http.StatusForbidden, "AccessDenied", linkMissing)
	})
	return s.pipeline(system{
		name: Storage, mux: mux, admit: s.admitToStorage,
		operations: map[string]string{objectPrefix + "{}": "storage", hopPrefix + "{}/{}": "storage", "/": "storage"},
		refuse: func(w http.ResponseWriter, r *http.Request, status int) {
			refuseStorage(w, status, storageCode(status), http.StatusText(status))
		},
	})
}

// admitToStorage refuses two ways to sign at once, and every signature that is not this method's for this path and time.
func (s *Sandbox) admitToStorage(w http.ResponseWriter, r *http.Request, _ string) bool {
	if value := r.Header.Get("Authorization"); value != "" {
		refuseStorage(w, http.StatusBadRequest, "InvalidArgument",
			"Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
			"ArgumentName", "Authorization", "ArgumentValue", value)
		return false
	}
	problem := s.checkLink(r)
	switch problem {
	case "":
		return true
	case linkExpired:
		refuseStorage(w, http.StatusForbidden, "AccessDenied", problem,
			"X-Amz-Expires", r.URL.Query().Get("X-Amz-Expires"), "ServerTime", s.now().UTC().Format("2006-01-02T15:04:05Z"))
	default:
		refuseStorage(w, http.StatusForbidden, "AccessDenied", problem)
	}
	return false
}

func storageCode(status int) string {
	switch status {
	case http.StatusForbidden:
		return "AccessDenied"
	case http.StatusNotFound:
		return "NoSuchKey"
	case http.StatusServiceUnavailable:
		return "SlowDown"
	case http.StatusInternalServerError:
		return "InternalError"
	default:
		return "RequestFailed"
	}
}

// refuseStorage answers with an error in XML; more are pairs of an element's name and text.
func refuseStorage(w http.ResponseWriter, status int, code, message string, more ...string) {
	var b strings.Builder
	b.WriteString(xml.Header + "<Error>")
	for i, pairs := 0, append([]string{"Code", code, "Message", message}, more...); i < len(pairs); i += 2 {
		b.WriteString("<" + pairs[i] + ">")
		if err := xml.EscapeText(&b, []byte(pairs[i+1])); err != nil {
			panic("sandbox: a string builder refused text: " + err.Error()) // it takes everything
		}
		b.WriteString("</" + pairs[i] + ">")
	}
	b.WriteString("<RequestId>4442587FB7D0A2F9</RequestId><HostId>sandbox</HostId></Error>")
	w.Header().Set("x-amz-request-id", "4442587FB7D0A2F9")
	sendText(w, status, "application/xml", b.String())
}

// serveObject sends the archive that a link was signed for.
func (s *Sandbox) serveObject(w http.ResponseWriter, r *http.Request) {
	i, v, ok := s.catalog.object(r.PathValue("versionID"))
	if !ok {
		refuseStorage(w, http.StatusNotFound, "NoSuchKey", "The specified key does not exist.")
		return
	}
	if on := s.forms.get().DigestOn; on == OnStorage || on == OnBoth {
		s.setDigest(w, v.kit)
	}
	w.Header().Set("Content-Disposition", s.disposition(i.name, v.number))
	s.serveKit(w, r, v.kit)
}

// serveHop redirects once more: down to the object, in a circle, or on and on.
func (s *Sandbox) serveHop(w http.ResponseWriter, r *http.Request) {
	step, versionID := r.PathValue("step"), r.PathValue("versionID")
	next := objectPrefix + versionID
	switch {
	case step == "ping":
		next = hopPrefix + "pong/" + versionID
	case step == "pong":
		next = hopPrefix + "ping/" + versionID
	case strings.HasPrefix(step, "endless"):
		next = hopPrefix + step + "x/" + versionID
	default:
		if left, err := strconv.Atoi(step); err == nil && left > 1 {
			next = fmt.Sprintf("%s%d/%s", hopPrefix, left-1, versionID)
		}
	}
	w.Header().Set("Location", s.sign(r, next))
	w.WriteHeader(http.StatusTemporaryRedirect)
}

// serveKit sends an archive, or the range of it that the request asks for (RFC 9110, 14).
func (s *Sandbox) serveKit(w http.ResponseWriter, r *http.Request, k *kits.Kit) {
	form := s.forms.get()
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	if form.ContentType != "" {
		h.Set("Content-Type", form.ContentType)
	}
	h.Set("Last-Modified", lastModified)
	etag := k.ETag()
	if form.WeakETag {
		etag = "W/" + etag
	}
	if !form.NoETag {
		h.Set("ETag", etag)
	}
	from, length, status := int64(0), k.Size(), http.StatusOK
	if !form.IgnoreRange {
		h.Set("Accept-Ranges", "bytes")
		if wanted := r.Header.Get("Range"); wanted != "" && (form.IgnoreIfRange || sameObject(r.Header.Get("If-Range"), etag)) {
			start, n, verdict := parseRange(wanted, k.Size())
			switch verdict {
			case rangeGood:
				if form.ShiftRange && start > 0 {
					start, n = start-1, n+1
				}
				from, length, status = start, n, http.StatusPartialContent
				h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, start+n-1, k.Size()))
			case rangeBeyond:
				h.Set("Content-Range", fmt.Sprintf("bytes */%d", k.Size()))
				h.Del("Content-Disposition")
				h.Del("ETag")
				h.Del("Last-Modified")
				refuseStorage(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable",
					"RangeRequested", wanted, "ActualObjectSize", strconv.FormatInt(k.Size(), 10))
				return
			}
		}
	}
	if !form.NoContentLength {
		h.Set("Content-Length", strconv.FormatInt(length, 10))
	}
	w.WriteHeader(status)
	if err := k.WriteRange(w, from, length); err != nil {
		panic(http.ErrAbortHandler) // the client has left
	}
}
