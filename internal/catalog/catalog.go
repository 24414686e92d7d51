// Package catalog reads PingOne's Integration Catalog: environments,
// integrations and their versions, by name or id, page by page, newest first.
package catalog

import (
	"context"
	"slices"
	"strings"
	"sync"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
)

// Catalog reads the Integration Catalog. It is safe for concurrent use.
type Catalog struct {
	api         func() (*connect.PingOne, error)
	environment string
	shared      *sharing // nil: each read asks

	mu    sync.Mutex
	known map[string]string // ids of environments by what they were asked for
}

// New returns a Catalog. Nothing is asked before the first call: api is called
// then, and its error, such as missing settings, is that call's. environment is
// the id or name of the environment whose catalog is read by default; if empty,
// it is the first one that PingOne lists.
func New(api func() (*connect.PingOne, error), environment string) *Catalog {
	return &Catalog{api: api, environment: environment, known: map[string]string{}}
}

// Bounds of one call. A page of the catalog has 15 integrations or all of them.
const (
	maxPages = 100
	maxItems = 20_000
)

// in is the API together with the environment that a call is about.
type in struct {
	api         *connect.PingOne
	environment string
	shared      *sharing
}

func (c *Catalog) in(ctx context.Context, environment string) (in, error) {
	api, err := c.api()
	if err != nil {
		return in{}, err
	}
	id, err := c.EnvironmentID(ctx, environment)
	return in{api, id, c.shared}, err
}

// keyOf tells what is read from all else, by what it is asked for with: a list to
// its cursors, and an answer to those who share it.
func keyOf(parts ...string) string { return strings.Join(parts, "\x00") }

// integrations is the collection of integrations that satisfy filter; all of
// them if it is empty. Each comes with its latest version, if PingOne tells it.
func (n in) integrations(filter string) collection[givenIntegration] {
	expand := pingone.ExpandLatestVersion
	params := &pingone.ListIntegrationsParams{Expand: &expand}
	if filter != "" {
		params.Filter = &filter
	}
	return collection[givenIntegration]{
		api:  n.api,
		path: []string{"environments", n.environment, "integrations"},
		first: func(ctx context.Context) (answer, error) {
			return n.api.ListIntegrations(ctx, n.environment, params)
		},
		read: func(a answer, err error) ([]givenIntegration, string, error) {
			page, err := connect.JSON[integrationPage](a, err)
			usable := slices.DeleteFunc(page.Embedded.Integrations, func(i givenIntegration) bool { return connect.CheckID(i.ID) != nil })
			return usable, page.Links.Next.Href, err
		},
	}
}

// versions is the collection of an integration's versions.
func (n in) versions(integrationID string) collection[givenVersion] {
	return collection[givenVersion]{
		api:  n.api,
		path: []string{"environments", n.environment, "integrations", integrationID, "versions"},
		first: func(ctx context.Context) (answer, error) {
			return n.api.ListIntegrationVersions(ctx, n.environment, integrationID, nil)
		},
		read: func(a answer, err error) ([]givenVersion, string, error) {
			page, err := connect.JSON[versionPage](a, err)
			return page.Embedded.Versions, page.Links.Next.Href, err
		},
	}
}
