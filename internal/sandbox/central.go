package sandbox

import (
	"fmt"
	"slices"
	"sync"
	"time"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// The types of an application.
const (
	typeOAuth      = "OAuth"
	typeOIDC       = "OIDC"
	typeSAML       = "SAML_20_SP"
	typePingAccess = "PINGACCESS"
)

// central is everything PingCentral holds.
type central struct {
	mu           sync.RWMutex
	environments []*centralEnvironment
	applications []*application
	waiting      map[[2]string]bool // application and environment of a promotion that waits for approval
	made         int                // promotions made since the start; names the next one
	created      int                // applications created since the start, likewise
}

// centralEnvironment is an environment as PingCentral answers it: with its secrets.
type centralEnvironment struct {
	api.Environment
	PFUsername                    string `json:"pfUsername"`
	PFPassword                    string `json:"pfPassword"`
	PFClientSecret                string `json:"pfClientSecret"`
	PAPassword                    string `json:"paPassword"`
	PAClientSecret                string `json:"paClientSecret"`
	IDPSigningCertificatePassword string `json:"idpSigningCertificatePassword"`
}

// application is an application with PingCentral's copy of its settings and its history, oldest first.
type application struct {
	document          api.Application // without its times
	created, modified time.Time
	settings          settings
	noRedirects       bool // uses the client-credentials grant alone, which needs no redirect URIs
	history           []promotion
}

// settings are what a promotion carries into an environment, and a revert brings back.
type settings struct {
	clientSecret string
	redirectURIs []string
}

// promotion is a row of a history.
type promotion struct {
	document api.Promotion // without its time
	at       time.Time
	settings settings
}

// findApplication finds by id. The state must be locked, here and in the other methods of this file.
func (c *central) findApplication(id string) *application {
	for _, a := range c.applications {
		if *a.document.ID == id {
			return a
		}
	}
	return nil
}

func (c *central) findEnvironment(id string) *centralEnvironment {
	for _, e := range c.environments {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// addPromotion appends a row to the history, with the settings that were promoted.
func (c *central) addPromotion(a *application, e *centralEnvironment, now settings, at time.Time) promotion {
	c.made++
	a.settings = now
	row := promotion{at: at, settings: now, document: api.Promotion{
		ID:            ptr(stableID("promotion", *a.document.ID, fmt.Sprint(c.made))),
		ApplicationID: *a.document.ID, EnvironmentID: e.ID, EnvironmentName: ptr(e.Name), EnvironmentShortCode: ptr(*e.ShortCode),
		Name: a.document.Name, Type: a.document.Type,
		OutdatedVersion: ptr(false), NotPromotedInCurrentVersion: ptr(false),
	}}
	a.history = append(a.history, row)
	return row
}

// revert brings back the settings of a row, in PingCentral's copy alone.
func (a *application) revert(row promotion, at time.Time) {
	a.settings = row.settings
	a.modified = at
}

func (a *application) row(id string) (promotion, bool) {
	at := slices.IndexFunc(a.history, func(p promotion) bool { return *p.document.ID == id })
	if at < 0 {
		return promotion{}, false
	}
	return a.history[at], true
}

func (a *application) ownedBy(user string) bool {
	return slices.Contains(a.document.ApplicationOwners, user)
}

// redirectable says whether promotions of the application carry redirect URIs and a client secret.
func (a *application) redirectable() bool {
	return a.document.Type == typeOAuth || a.document.Type == typeOIDC
}
