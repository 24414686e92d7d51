package connect

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
)

const (
	// maxPages and maxItems end a list that does not end by itself.
	maxPages = 1000
	maxItems = 100_000
	// centralPageSize is the numberPerPage that PingCentral is asked for. Its documentation shows 10; a server may ignore it.
	centralPageSize = 100
)

// ErrEndlessList is the cause of a failure to read a list whose pages lead in a circle, or exceed 1,000 pages or 100,000 items.
var ErrEndlessList = errors.New("the list does not end")

// Environments returns the PingOne environments that the worker application may read, from all pages. A nil params asks for all.
// A failure, an *[Error] or [ErrEndlessList], is the last pair; the pages before it were yielded.
func (p *PingOne) Environments(ctx context.Context, params *pingone.ListEnvironmentsParams) iter.Seq2[pingone.Environment, error] {
	return pingOnePages(ctx, p,
		func() (*http.Response, error) { return p.ListEnvironments(ctx, params) },
		func(page pingone.EnvironmentCollection) []pingone.Environment { return page.Embedded.Environments })
}

// Integrations returns the integrations in the catalog of an environment, from all pages. A nil params asks for all; a filter in it is
// in SCIM's notation, such as `name co "PingID"`. A failure, an *[Error] or [ErrEndlessList], is the last pair.
func (p *PingOne) Integrations(ctx context.Context, environmentID string, params *pingone.ListIntegrationsParams) iter.Seq2[pingone.Integration, error] {
	return pingOnePages(ctx, p,
		func() (*http.Response, error) { return p.ListIntegrations(ctx, environmentID, params) },
		func(page pingone.IntegrationCollection) []pingone.Integration { return page.Embedded.Integrations })
}

// Versions returns the versions of an integration from all pages, in PingOne's order, which is not documented; see [NewestFirst].
// A failure, an *[Error] or [ErrEndlessList], is the last pair.
func (p *PingOne) Versions(ctx context.Context, environmentID, integrationID string) iter.Seq2[pingone.Version, error] {
	return pingOnePages(ctx, p,
		func() (*http.Response, error) {
			return p.ListIntegrationVersions(ctx, environmentID, integrationID, nil)
		},
		func(page pingone.VersionCollection) []pingone.Version { return page.Embedded.Versions })
}

// Attributes returns the attributes of a SAML version from all pages. A failure, an *[Error] or [ErrEndlessList], is the last pair.
func (p *PingOne) Attributes(ctx context.Context, environmentID, integrationID, versionID string) iter.Seq2[pingone.Attribute, error] {
	return pingOnePages(ctx, p,
		func() (*http.Response, error) {
			return p.ListIntegrationVersionAttributes(ctx, environmentID, integrationID, versionID, nil)
		},
		func(page pingone.AttributeCollection) []pingone.Attribute { return page.Embedded.Attributes })
}

// pingOnePages follows the links to the next page. A page may be empty without being the last.
func pingOnePages[P interface{ Next() string }, T any](ctx context.Context, p *PingOne, first func() (*http.Response, error), items func(P) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := map[string]bool{}
		page, err := JSON[P](first())
		for count := 0; ; page, err = JSON[P](p.Next(ctx, page.Next())) {
			if err != nil {
				yield(none, err)
				return
			}
			for _, item := range items(page) {
				if count++; !yield(item, nil) {
					return
				}
			}
			next := page.Next()
			if next == "" {
				return
			}
			if seen[next] || len(seen) == maxPages || count > maxItems {
				yield(none, fmt.Errorf("PingOne: reading all pages: %w", ErrEndlessList))
				return
			}
			seen[next] = true
		}
	}
}

// Applications returns the applications that the caller may see, from all pages. A failure, an *[Error] or [ErrEndlessList], is the
// last pair.
func (c *PingCentral) Applications(ctx context.Context) iter.Seq2[pingcentral.Application, error] {
	return pingCentralPages(
		func(page, size int) ([]pingcentral.Application, error) {
			list, err := JSON[pingcentral.ApplicationCollection](c.ListApplications(ctx, &pingcentral.ListApplicationsParams{Page: &page, NumberPerPage: &size}))
			if err != nil {
				return nil, err
			}
			return list.Applications()
		},
		func(a pingcentral.Application) string { return valueOf(a.ID) })
}

// Environments returns the environments of PingCentral, from all pages, without their passwords. A failure, an *[Error] or
// [ErrEndlessList], is the last pair.
func (c *PingCentral) Environments(ctx context.Context) iter.Seq2[pingcentral.Environment, error] {
	return pingCentralPages(
		func(page, size int) ([]pingcentral.Environment, error) {
			list, err := JSON[pingcentral.EnvironmentCollection](c.ListEnvironments(ctx, &pingcentral.ListEnvironmentsParams{Page: &page, NumberPerPage: &size}))
			if err != nil {
				return nil, err
			}
			return list.Environments()
		},
		func(e pingcentral.Environment) string { return e.ID })
}

// Promotions returns the promotion history of an application, in PingCentral's order, which is not documented. The history has no pages.
// A failure, an *[Error], is the last pair.
func (c *PingCentral) Promotions(ctx context.Context, applicationID string) iter.Seq2[pingcentral.Promotion, error] {
	return func(yield func(pingcentral.Promotion, error) bool) {
		history, err := JSON[pingcentral.PromotionHistory](c.ListPromotions(ctx, applicationID))
		var promotions []pingcentral.Promotion
		if err == nil {
			promotions, err = history.Promotions()
		}
		for _, promotion := range promotions {
			if !yield(promotion, nil) {
				return
			}
		}
		if err != nil {
			yield(pingcentral.Promotion{}, err)
		}
	}
}

// pingCentralPages reads pages from 0 until one brings nothing new. A server may ignore both page and size, and may refuse a page behind
// the last one. An item without an ID is yielded from the first page only: it cannot be told from one that was seen.
func pingCentralPages[T any](fetch func(page, size int) ([]T, error), id func(T) string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := map[string]bool{}
		for page := range maxPages {
			items, err := fetch(page, centralPageSize)
			if err != nil {
				if page == 0 || !pastTheEnd(err) {
					yield(none, err)
				}
				return
			}
			fresh := 0
			for _, item := range items {
				key := id(item)
				if seen[key] || key == "" && page > 0 {
					continue
				}
				if key != "" {
					seen[key] = true
					fresh++
				}
				if !yield(item, nil) {
					return
				}
			}
			if fresh == 0 {
				return
			}
			if len(seen) > maxItems {
				break
			}
		}
		yield(none, fmt.Errorf("PingCentral: reading all pages: %w", ErrEndlessList))
	}
}

// pastTheEnd reports the refusal of a page that does not exist.
func pastTheEnd(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusRequestedRangeNotSatisfiable, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// valueOf reads a field that may be absent.
func valueOf[T any](field *T) (value T) {
	if field != nil {
		value = *field
	}
	return value
}
