// Package catalog reads PingOne's Integration Catalog: environments,
// integrations and their versions. Each is found by ID or name, and lists come
// newest first.
package catalog

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
)

// Catalog reads the Integration Catalog. It is safe for concurrent use.
type Catalog struct {
	api         func() (*connect.PingOne, error)
	environment string
	lookup      chan struct{} // full while an environment ID is looked up: equal lookups would follow

	mu    sync.Mutex
	known map[string]string // environment IDs by the name that a caller used
}

// New returns a Catalog, and sends nothing. Each call of a method calls api, and
// returns its error, such as missing settings. environment is the ID or name of
// the environment whose catalog is read by default; if it is empty, the default
// is the first environment that PingOne lists.
func New(api func() (*connect.PingOne, error), environment string) *Catalog {
	return &Catalog{api: api, environment: environment, lookup: make(chan struct{}, 1), known: map[string]string{}}
}

// reader reads the catalog of one environment.
type reader struct {
	api         *connect.PingOne
	environment string // ID
}

func (c *Catalog) reader(ctx context.Context, environment string) (reader, error) {
	api, err := c.api()
	if err != nil {
		return reader{}, err
	}
	id, err := c.EnvironmentID(ctx, environment)
	return reader{api, id}, err
}

// integrations is the list of integrations that satisfy filter, or of all
// integrations if filter is empty. PingOne embeds the latest version in each.
func (r reader) integrations(filter string) collection[pingone.Integration] {
	expand := pingone.ExpandLatestVersion
	params := &pingone.ListIntegrationsParams{Expand: &expand}
	if filter != "" {
		params.Filter = &filter
	}
	return collection[pingone.Integration]{
		api:  r.api,
		path: []string{"environments", r.environment, "integrations"},
		first: func(ctx context.Context) (*http.Response, error) {
			return r.api.ListIntegrations(ctx, r.environment, params)
		},
		decode: func(response *http.Response, err error) ([]pingone.Integration, string, error) {
			page, err := connect.JSON[pingone.IntegrationCollection](response, err)
			return withID(page.Embedded.Integrations, func(i pingone.Integration) string { return i.ID }), page.Next(), err
		},
	}
}

// versions is the list of an integration's versions.
func (r reader) versions(integrationID string) collection[pingone.Version] {
	return collection[pingone.Version]{
		api:  r.api,
		path: []string{"environments", r.environment, "integrations", integrationID, "versions"},
		first: func(ctx context.Context) (*http.Response, error) {
			return r.api.ListIntegrationVersions(ctx, r.environment, integrationID, nil)
		},
		decode: func(response *http.Response, err error) ([]pingone.Version, string, error) {
			page, err := connect.JSON[pingone.VersionCollection](response, err)
			return page.Embedded.Versions, page.Next(), err
		},
	}
}

// refused reports that PingOne did not accept a request's parameters. The codes
// may change, so the status decides.
func refused(err error) bool {
	upstream, ok := errors.AsType[*connect.Error](err)
	return ok && !upstream.SignIn && upstream.Status == http.StatusBadRequest
}

// absent reports that PingOne does not have, or does not show, the object of an
// ID. PingOne does not document which status it answers in each case.
func absent(err error) bool {
	upstream, ok := errors.AsType[*connect.Error](err)
	if !ok || upstream.SignIn {
		return errors.Is(err, errNoIntegration)
	}
	return upstream.Status == http.StatusNotFound || upstream.Status == http.StatusForbidden || upstream.Status == http.StatusBadRequest
}
