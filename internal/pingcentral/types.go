package pingcentral

import "time"

// EnvironmentRef names an environment. Where Gone, PingCentral no longer lists
// it and Name and ShortCode are what the history remembers, or empty.
type EnvironmentRef struct {
	ID        string
	Name      string
	ShortCode string
	Gone      bool
}

// Environment is a target of promotions. It has no field for a password: the
// ones PingCentral sends are dropped when its answer is decoded.
type Environment struct {
	ID          string
	Name        string
	ShortCode   string
	Description string
	// Shielded: protected, as production is. Where ShieldedNotGiven, PingCentral
	// does not say, which counts as not shielded.
	Shielded         bool
	ShieldedNotGiven bool
	// Available is false for an Availability that says offline or disabled.
	Available    bool
	Availability string // as PingCentral says it
}

// Application is an application that PingCentral manages. All text is cleaned.
type Application struct {
	ID          string
	Name        string
	Type        string // OAuth, OIDC, SAML_20_SP, PINGACCESS, or a newer one
	Description string
	Owners      []string
	OwnerGroups []string
	// Environment is where the application was taken from; nil for one made from
	// a template.
	Environment           *EnvironmentRef
	TemplateID            string
	TemplateVersion       *int
	UsingOutdatedTemplate bool
	Created               string // RFC 3339 where it can be read, else as it came
	Modified              string // likewise
	Disabled              bool
	Unmanaged             bool
	PingCentralVersion    string

	digest string // of every field PingCentral sent but secrets
}

// Promotion is one row of an application's history.
type Promotion struct {
	ID          string
	Name        string // the application's name at the time
	Type        string
	Environment EnvironmentRef
	Promoted    string    // RFC 3339 where it can be read, else as it came
	At          time.Time // the same; zero where it cannot be read
	CanRevert   bool
	WhyNot      string // why it cannot be reverted to; empty where it can

	key string // tells rows apart, even those without an id
}

// ApplicationView is an application with its history, newest first.
type ApplicationView struct {
	Application
	Promotions []Promotion
	// More is how many older promotions the history holds.
	More int
}

// AppQuery asks for a page of applications.
type AppQuery struct {
	Text   string // part of a name, a description or an owner, or an id; case is ignored
	Type   string
	Limit  int    // 1 to 100; 0 means 25
	Cursor string // NextCursor of the page before
}

// AppPage is a page of applications in PingCentral's order.
type AppPage struct {
	Applications []Application
	NextCursor   string // empty on the last page
}

// Kind tells a promotion from a revert.
type Kind string

// The kinds of writes.
const (
	KindPromote Kind = "promote"
	KindRevert  Kind = "revert"
)

// Request is what a plan is made from: a PromoteRequest or a RevertRequest. A
// sealed plan is good for an equal request only.
type Request interface {
	kind() Kind
}

// PromoteRequest asks for the promotion of an application to an environment.
type PromoteRequest struct {
	Application     string   // id or name
	Environment     string   // id, name or short code
	RedirectURIs    []string // for OAuth and OIDC
	NoRedirectURIs  bool     // the application uses no grant that needs redirect URIs
	ClientSecretRef string   // env:NAME or file:PATH; empty lets PingCentral generate one
	AnyType         bool     // send it although the documented call cannot promote the type
}

// RevertRequest asks for the return of an application to an earlier promotion.
type RevertRequest struct {
	Application string // id or name
	Promotion   string // id, or "previous"
}

// Previous asks a RevertRequest for the last promotion before the newest that
// can be reverted to.
const Previous = "previous"

func (PromoteRequest) kind() Kind { return KindPromote }
func (RevertRequest) kind() Kind  { return KindRevert }

// PlanLifetime is how long a plan can be carried out after it was made.
const PlanLifetime = 5 * time.Minute

// Plan is a write that was found possible and waits for approval. A plan that
// came out of Open holds ID, Kind, Digest and Expires alone: Execute reads the
// rest again.
type Plan struct {
	ID      string // unique; a plan is good once
	Kind    Kind
	Digest  string // of the request and of everything read for it, hexadecimal
	Expires time.Time

	Application Application
	Target      *Environment // of a promotion
	Overwrites  *Promotion   // the last promotion to the target, if any
	Restores    *Promotion   // of a revert: what it returns to
	// Shielded is set for a promotion to a shielded environment, which only a
	// person may approve.
	Shielded bool

	request   Request
	looked    time.Time // when everything was read
	sealed    time.Time // for a plan from Open: when Seal was called
	subject   string    // digest of the server and the application's id
	inexact   bool      // a part of a name stood for the application or the target
	known     []string
	sealedFor Means // for a plan from Open
	caller    string
}

// Means is how a write was approved.
type Means string

// The ways of approval.
const (
	// ByUser is a person's answer to the plan's words: an accepted elicitation, or
	// a confirmation typed at a terminal.
	ByUser Means = "user"
	// ByPlan is a second call that presents the sealed plan, from a client that
	// cannot ask its user.
	ByPlan Means = "plan"
	// ByFlag is a flag that a person or a script gave on a command line.
	ByFlag Means = "flag"
)

// Approval says who approved a plan, and how.
type Approval struct {
	By     Means
	Caller string // as given to Seal and Open
	How    string // for the audit, such as "elicitation", "terminal" or "--yes"
	// Answer is what the person answered; it matters for ByUser alone. See
	// Plan.Yes and Plan.ToType.
	Answer string
	// Shielded is a further flag by which a person names a shielded target; it
	// matters for ByFlag alone.
	Shielded bool
}

// Status is what became of a write.
type Status string

// The outcomes of a write that was sent.
const (
	StatusPromoted    Status = "promoted"
	StatusReverted    Status = "reverted"
	StatusNotPromoted Status = "not_promoted" // PingCentral failed and the history shows nothing
	StatusNotReverted Status = "not_reverted" // likewise, and the application did not change
	StatusUnknown     Status = "unknown"      // Next says what to look at

	statusNotSent     Status = "not_sent"     // in the audit: the write was given up before it was sent
	statusNotApproved Status = "not_approved" // in the audit: a question was answered with something else than an approval
)

// Outcome is what is known of a write that was sent. It never holds a secret.
type Outcome struct {
	Status        Status
	Application   Application     // as approved
	Environment   *EnvironmentRef // of a promotion
	Promotion     *Promotion      // the new row of the history, or the one reverted to
	Message       string          // what was found, in words
	Changed       []string        // what is different now
	Notes         []string        // what else the reader has to know
	Next          string          // what to do or to look at
	TransactionID string
}
