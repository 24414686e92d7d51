package httptransport

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/tools"
)

const (
	// filesPath is below what kits are served.
	filesPath = "/files/"
	// linkLifetime is long enough to begin a download, also after a question to
	// the user, and too short for an address to be kept.
	linkLifetime = 10 * time.Minute
)

// Files serves kits by addresses that only this server can make. Each is good
// for its own caller and a short time, and names the kit rather than a file, so
// that a replica that does not have it fetches it.
type Files struct {
	base string // of the addresses; empty makes none
	aead cipher.AEAD
	log  *slog.Logger
	now  func() time.Time
	kits verified
}

// NewFiles makes the addresses below base, which [BaseURL] gives, sealed by the
// key that replicas share. An empty base makes none; a nil key is one of this
// process alone. open opens a kit.
func NewFiles(base string, key []byte, open func(context.Context, download.Order) (*os.File, error), logger *slog.Logger) (*Files, error) {
	if key == nil {
		key = make([]byte, 32)
		rand.Read(key) // never fails, by its documentation
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "pingkit download address", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	f := &Files{base: base, aead: aead, log: logger, now: time.Now}
	f.kits = verified{open: open, now: func() time.Time { return f.now() }}
	return f, nil
}

// ticket is what an address holds, sealed.
type ticket struct {
	Order   download.Order `json:"k"`
	Caller  string         `json:"c"`
	Expires int64          `json:"x"` // seconds since 1970
}

// address implements tools.Remote.
func (f *Files) address(ctx context.Context, order download.Order, fileName string) (string, time.Time) {
	expires := f.now().Add(linkLifetime)
	content, err := json.Marshal(ticket{Order: order, Caller: tools.CallerOf(ctx), Expires: expires.Unix()})
	if f.base == "" || err != nil { // text and numbers can always be encoded
		return "", time.Time{}
	}
	sealed := base64.RawURLEncoding.EncodeToString(f.aead.Seal(nil, nil, content, nil))
	return f.base + filesPath + sealed + "/" + url.PathEscape(fileName), expires
}

func (f *Files) ticket(sealed string) (t ticket, ok bool) {
	content, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return t, false
	}
	if content, err = f.aead.Open(nil, nil, content, nil); err != nil {
		return t, false
	}
	return t, json.Unmarshal(content, &t) == nil
}

// remote marks the calls that come through next as those of other machines.
func (f *Files) remote(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(tools.WithRemote(r.Context(), f.address)))
	})
}

// ServeHTTP serves the kit of an address.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, r.Method+" is not supported here", http.StatusMethodNotAllowed)
		return
	}
	sealed, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, filesPath), "/")
	t, ok := f.ticket(sealed)
	switch {
	case !ok:
		http.Error(w, "there is nothing at this address; download_asset gives a new one", http.StatusNotFound)
		return
	case t.Caller != tools.CallerOf(r.Context()):
		http.Error(w, "this address was given to another caller; call download_asset yourself", http.StatusForbidden)
		return
	case f.now().Unix() > t.Expires:
		http.Error(w, "this address has expired; download_asset gives a new one", http.StatusGone)
		return
	}
	if !tools.Allows(r.Context(), tools.KitsRead) {
		http.Error(w, "the token was not granted the scope kits:read", http.StatusForbidden)
		return
	}
	content, modified, release, err := f.kits.acquire(r.Context(), t.Order)
	if err != nil {
		f.log.WarnContext(r.Context(), "a kit could not be served", "error", tools.Explain(err))
		http.Error(w, tools.Explain(err), unopened(err))
		return
	}
	defer func() {
		if err := release(); err != nil {
			f.log.WarnContext(r.Context(), "a kit could not be closed", "error", err)
		}
	}()
	// The timeout was for reading the request; it must not end a long download.
	if err := http.NewResponseController(w).SetReadDeadline(time.Time{}); err != nil {
		f.log.WarnContext(r.Context(), "a kit could not be served", "error", err)
		http.Error(w, "the connection cannot be used", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", "attachment")
	h.Set("Cache-Control", "private, no-store")
	h.Set("ETag", `"`+t.Order.ExpectedSHA256+`"`)
	http.ServeContent(w, r, name, modified, content) // also parts of it
}

// unopened is the status of a kit that could not be opened: it tells a caller
// whether to try again.
func unopened(err error) int {
	_, noVersion := errors.AsType[*match.NotFoundError](err)
	_, noKit := errors.AsType[*catalog.NoKitError](err)
	switch {
	case noVersion, noKit, errors.Is(err, download.ErrNoKit):
		return http.StatusNotFound
	case errors.Is(err, download.ErrIntegrity), errors.Is(err, download.ErrUnverified), errors.Is(err, download.ErrTooLarge):
		return http.StatusGone // there is a kit, but not the one that the address was given for
	}
	return http.StatusServiceUnavailable
}
