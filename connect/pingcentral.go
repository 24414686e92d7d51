package connect

import (
	"crypto/tls"
	"encoding/base64"
	"net/http"

	"example.com/pingkit/gen/client/pingcentral"
)

// PingCentral is a client of a PingCentral server. Read the answers of its
// generated methods with [JSON] or [Check]. A write is sent once, whatever
// happens; see [Error.InDoubt].
type PingCentral struct {
	*pingcentral.Client

	networks []*http.Transport
}

// NewPingCentral returns a ready client. It sends nothing before the first
// call. The error is a *[SettingsError].
func NewPingCentral(settings PingCentralSettings, list ...Option) (*PingCentral, error) {
	api, endpoint, err := settings.endpoints()
	if err != nil {
		return nil, err
	}
	o := optionsOf(list)
	roots, err := rootsWith(settings.CACertificates)
	if err != nil {
		return nil, &SettingsError{System: SystemPingCentral, Problems: []SettingsProblem{{Field: "CACertificates", Message: err.Error()}}}
	}
	network := o.transport(&tls.Config{RootCAs: roots, InsecureSkipVerify: settings.InsecureSkipVerify}, 0)
	c := &PingCentral{networks: []*http.Transport{network}}

	basic := base64.StdEncoding.EncodeToString([]byte(settings.Username + ":" + settings.Password))
	own := append(clientSecrets(settings.ClientID, settings.ClientSecret), settings.Password, settings.Token)
	if settings.Password != "" {
		own = append(own, basic)
	}
	known := newSecrets(own...)
	var login credentials
	switch {
	case endpoint != nil:
		outside := o.transport(&tls.Config{RootCAs: roots}, o.head)
		c.networks = append(c.networks, outside)
		source := newTokenSource(SystemPingCentral, o, outside, known, endpoint, settings.ClientID, settings.ClientSecret)
		source.scopes = settings.Scopes
		login = source
	case settings.Token != "":
		login = fixed("Bearer " + settings.Token)
	default:
		login = fixed("Basic " + basic)
	}
	// PingCentral refuses every call, reads included, without this header
	// (PingCentral API guide).
	header := http.Header{"User-Agent": {o.userAgent}}
	header.Set(pingcentral.XSRFHeader, pingcentral.XSRFHeaderValue)
	bound := newBase(api)
	doer := &caller{system: SystemPingCentral, header: header, secrets: known, next: layers(o, network, login, bound)}
	if c.Client, err = pingcentral.NewClient(api.String(), pingcentral.WithHTTPClient(doer)); err != nil {
		return nil, err
	}
	return c, nil
}

// CloseIdleConnections gives up the connections that are kept for reuse.
func (c *PingCentral) CloseIdleConnections() { closeIdle(c.networks) }
