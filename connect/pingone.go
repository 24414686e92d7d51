package connect

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"net/url"

	"example.com/pingkit/gen/client/pingone"
)

// PingOne is a client of PingOne's Integration Catalog. Read the answers of its
// generated methods with [JSON], follow their pages with [PingOne.Next], and
// fetch assets with [PingOne.OpenAsset].
type PingOne struct {
	*pingone.Client

	base     base
	api      *caller
	storage  *caller
	networks []*http.Transport
}

// NewPingOne returns a ready client. It sends nothing; the token is fetched with
// the first call. The error is a *[SettingsError].
func NewPingOne(settings PingOneSettings, list ...Option) (*PingOne, error) {
	api, token, err := settings.endpoints()
	if err != nil {
		return nil, err
	}
	o := optionsOf(list)
	known := newSecrets(clientSecrets(settings.ClientID, settings.ClientSecret)...)
	roots, err := rootsWith(settings.CACertificates)
	if err != nil {
		return nil, &SettingsError{System: SystemPingOne, Problems: []SettingsProblem{{Field: "CACertificates", Message: err.Error()}}}
	}
	network := o.transport(&tls.Config{RootCAs: roots}, o.head)
	storage := o.transport(&tls.Config{RootCAs: roots}, o.storageHead)
	source := newTokenSource(SystemPingOne, o, network, known, token, settings.ClientID, settings.ClientSecret)
	source.renews = true
	p := &PingOne{base: newBase(api), networks: []*http.Transport{network, storage}}
	header := http.Header{"User-Agent": {o.userAgent}}
	p.api = &caller{system: SystemPingOne, header: header, secrets: known, next: layers(o, network, source, p.base)}
	p.storage = &caller{system: SystemStorage, header: header, secrets: known, next: layers(o.forStorage(), storage, nil, base{})}
	if p.Client, err = pingone.NewClient(api.String(), pingone.WithHTTPClient(p.api)); err != nil {
		return nil, err
	}
	return p, nil
}

// Next follows the link to a list's next page, `_links.next.href`. The token
// travels with the request, so a link that leaves the API's origin or path is
// refused with [ErrForeignOrigin]. A relative link is taken from the API's URL.
func (p *PingOne) Next(ctx context.Context, href string) (*http.Response, error) {
	to, err := p.base.link(href)
	if err != nil {
		return nil, &Error{System: SystemPingOne, Method: http.MethodGet, Host: p.base.url.Host, Path: p.base.url.EscapedPath(), Message: "next page not fetched", Err: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return nil, err
	}
	return p.api.Do(req)
}

// ResolveNext returns the address that [PingOne.Next] asks for: the link on the API's own origin and below its path. The error wraps
// [ErrForeignOrigin]. A link to PingOne's real host, which a gateway passed on, is resolved on the configured address.
func (p *PingOne) ResolveNext(href string) (*url.URL, error) { return p.base.link(href) }

// CloseIdleConnections gives up the connections that are kept for reuse.
func (p *PingOne) CloseIdleConnections() { closeIdle(p.networks) }

func closeIdle(networks []*http.Transport) {
	for _, network := range networks {
		network.CloseIdleConnections()
	}
}

// clientSecrets returns a client's secret in each form in which it is sent; none
// without a secret, where such a form could stand in any text.
func clientSecrets(id, secret string) []string {
	if secret == "" {
		return nil
	}
	form := url.QueryEscape(secret)
	basic := url.QueryEscape(id) + ":" + form
	return []string{secret, form, basic, base64.StdEncoding.EncodeToString([]byte(basic))}
}
