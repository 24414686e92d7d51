package sandbox

import (
	"sync"
	"time"
)

// DigestEncoding is the way the kit's SHA-256 stands in the header x-amz-meta-etag.
type DigestEncoding string

// The encodings a client must understand. The empty one is [DigestPrefixedHex].
const (
	DigestPrefixedHex    DigestEncoding = "sha256=hex"
	DigestHex            DigestEncoding = "hex"
	DigestPrefixedBase64 DigestEncoding = "sha256=base64"
	DigestBase64         DigestEncoding = "base64"
	DigestBase64URL      DigestEncoding = "base64url"        // URL alphabet, without padding
	DigestUpperHex       DigestEncoding = "SHA256=HEX"       // upper case throughout
	DigestETag           DigestEncoding = "etag"             // the ETag instead: no SHA-256 at all
	DigestNone           DigestEncoding = "none"             // no header
	DigestGarbage        DigestEncoding = "sha256=(garbage)" // a value that nothing can read
)

// Place says which answer carries a header.
type Place string

// The places of the digest header. The empty one is [OnRedirect].
const (
	OnRedirect Place = "redirect"
	OnStorage  Place = "storage"
	OnBoth     Place = "both"
)

// Redirect is where the asset's redirect leads.
type Redirect string

// The ways a redirect may go. The empty one leads straight to the storage.
const (
	RedirectStraight  Redirect = ""
	RedirectChain     Redirect = "chain"       // three more hops on the storage, then the object
	RedirectLoop      Redirect = "loop"        // two addresses of the storage that lead to each other
	RedirectEndless   Redirect = "endless"     // always another address
	RedirectDowngrade Redirect = "downgrade"   // from https to plain http; needs Options.TLS
	RedirectRelative  Redirect = "relative"    // to a path of the API's own host, which redirects to the storage
	RedirectNowhere   Redirect = "no location" // no Location header
	RedirectInvalid   Redirect = "invalid"     // a Location that is no address
	RedirectFile      Redirect = "file"        // a Location with another scheme
)

// Embedding says how expand=latestVersion is answered.
type Embedding string

// The forms of an embedded latest version. The empty one is [VersionsList].
const (
	VersionsList  Embedding = "versions: list"
	LatestObject  Embedding = "latestVersion: object"
	LatestList    Embedding = "latestVersion: list"
	EmbedsObject  Embedding = "versions: object"
	EmbedsNothing Embedding = "nothing"  // the expand is ignored
	EmbedsAll     Embedding = "versions" // all versions, as if asked for them
)

// NextLink is the form of `_links.next`.
type NextLink string

// The forms of the link to the next page. The empty one is an absolute address on the API's own host.
const (
	NextAbsolute NextLink = ""
	NextRelative NextLink = "relative"   // path and query alone
	NextForeign  NextLink = "other host" // the storage's host, which must never see a token
	NextItself   NextLink = "itself"     // leads to the same page for ever
)

// ErrorForm is the form of an error's body.
type ErrorForm string

// The forms of an error's body. The empty one is JSON.
const (
	ErrorJSON  ErrorForm = ""
	ErrorEmpty ErrorForm = "empty"
	ErrorHTML  ErrorForm = "html"
	ErrorText  ErrorForm = "text" // plain text where JSON is announced
)

// ListForm is the form of a PingCentral list.
type ListForm string

// The forms of a list. The empty one is an object with items.
const (
	ListItems ListForm = ""
	ListBare  ListForm = "bare"
	ListNull  ListForm = "null" // {"items":null} where a list is empty
)

// TimeForm is the form of a PingCentral time.
type TimeForm string

// The forms of a time. The empty one is RFC 3339 with milliseconds.
const (
	TimeRFC3339 TimeForm = ""
	TimeOffset  TimeForm = "offset" // 2024-01-15T09:30:00.000+0000
	TimeMillis  TimeForm = "millis" // a number: milliseconds since 1970; on promotions only
)

// Forms are the shapes of answers that the documents leave open, or that a foreign server may choose. The zero value is the
// documented or likeliest form of each.
type Forms struct {
	// PageSize is the number of integrations and versions on a page; 0 means 15.
	PageSize int
	// IgnoreLimit makes GET /environments ignore its limit. The other lists never read theirs, as it is not documented.
	IgnoreLimit bool
	// NoCounts leaves out count and size.
	NoCounts bool
	// NoEmptyLists leaves out a list of the catalog that is empty.
	NoEmptyLists bool
	// EmptyPage puts an empty page between each two pages.
	EmptyPage bool
	// Next is the form of the link to the next page.
	Next NextLink
	// LatestVersion is the form of expand=latestVersion.
	LatestVersion Embedding
	// ThirdPartyOld writes thirdParty.company.name instead of thirdParty.companyName.
	ThirdPartyOld bool
	// UnknownValues adds values to every enumeration that no document lists, and UnknownFields adds fields to every object.
	UnknownValues bool
	UnknownFields bool
	// OddDates writes dates of the catalog in forms that no document names.
	OddDates bool
	// NoTokenStatus is the status of a missing, wrong or expired token, 401 (the default) or 403; NoEnvironmentStatus that of an
	// environment that does not exist, 403 (the default) or 404.
	NoTokenStatus       int
	NoEnvironmentStatus int
	// NoKitStatus is the status of the asset of a SAML version, which has no kit; 0 means 200 with SAML metadata.
	NoKitStatus int

	// RedirectStatus is the status of the asset's redirect; 0 means 307.
	RedirectStatus int
	// Redirect is where it leads.
	Redirect Redirect
	// DirectAsset answers the asset with the archive itself.
	DirectAsset bool
	// DigestEncoding and DigestOn say how and where the digest is told; WrongDigest tells another one.
	DigestEncoding DigestEncoding
	DigestOn       Place
	WrongDigest    bool
	// ContentType and ContentDisposition replace those headers of an archive.
	ContentType        string
	ContentDisposition string
	// NoContentLength sends archives without their length.
	NoContentLength bool
	// IgnoreRange answers a range with the whole object, IgnoreIfRange answers it although the object was replaced, and
	// ShiftRange answers another range than the one asked for, and says so in Content-Range.
	IgnoreRange   bool
	IgnoreIfRange bool
	ShiftRange    bool
	// WeakETag marks the storage's ETag as weak, NoETag leaves it out.
	WeakETag bool
	NoETag   bool

	// ErrorForm is the form of error bodies of PingOne and PingCentral.
	ErrorForm ErrorForm

	// Lists is the form of PingCentral's applications and environments, History that of promotion histories.
	Lists   ListForm
	History ListForm
	// HistoryLag keeps a promotion out of the history until it is that old.
	HistoryLag time.Duration
	// NewestFirst sorts histories that way; otherwise the oldest row comes first.
	NewestFirst bool
	// Times is the form of times.
	Times TimeForm
	// CentralPageSize pages PingCentral's lists with page and numberPerPage, so many rows on a page unless the request says
	// otherwise; 0 means that both are ignored.
	CentralPageSize int
	// NoSingleApplication is the status of reading one application, 404 or 405; 0 means that it works.
	NoSingleApplication int
	// PromoteStatus and RevertStatus are the statuses of success: 200 (the default), 201 or 204. NoResult leaves the body of 200
	// and 201 empty.
	PromoteStatus int
	RevertStatus  int
	NoResult      bool
	// OfflineStatus is what a promotion to an offline environment answers, 400 (the default) or 422.
	OfflineStatus int
	// PromoteAnyType promotes SAML and PingAccess applications as well.
	PromoteAnyType bool
	// RefuseChosenSecrets refuses a client secret that the caller chose.
	RefuseChosenSecrets bool
	// ApprovalRequired keeps a promotion until somebody approves it in PingCentral, which nobody does here: it is answered like
	// a success, and the history gets no row. A second one for the same application and environment is refused.
	ApprovalRequired bool
	// Login limits how PingCentral is logged in to: "basic" (single sign-on off), "bearer" (on), or "" for both.
	Login string
}

// formsHolder guards the forms in use.
type formsHolder struct {
	mu    sync.RWMutex
	forms Forms
}

func (h *formsHolder) get() Forms {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.forms
}

func (h *formsHolder) set(f Forms) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forms = f
}

// SetForms replaces the forms of all later answers.
func (s *Sandbox) SetForms(f Forms) { s.forms.set(f) }

// ChangeForms changes some of the forms of all later answers.
func (s *Sandbox) ChangeForms(change func(*Forms)) {
	s.forms.mu.Lock()
	defer s.forms.mu.Unlock()
	change(&s.forms.forms)
}

// Forms returns the forms in use.
func (s *Sandbox) Forms() Forms { return s.forms.get() }
