package connect

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/match"
)

// NotFoundError reports that no item has the ID or name that was looked for. Its field Nearest holds similar names.
type NotFoundError = match.NotFoundError

// AmbiguousError reports that a name fits several items. Its field Candidates holds their IDs and names.
type AmbiguousError = match.AmbiguousError

// The methods that find an item compare, in this order, the exact ID, the whole name without case, and a part of the name that only one
// item has.

// FindEnvironment returns the PingOne environment with an ID or name. The error is a *[NotFoundError], an *[AmbiguousError] or an *[Error].
func (p *PingOne) FindEnvironment(ctx context.Context, idOrName string) (pingone.Environment, error) {
	return find("environment", idOrName, p.Environments(ctx, nil), func(e pingone.Environment) match.Names {
		return match.Names{ID: e.ID, Name: e.Name}
	})
}

// FindIntegration returns the integration with an ID or name from the catalog of an environment. It asks PingOne for the name first, and
// for the whole catalog only where that finds nothing. The error is a *[NotFoundError], an *[AmbiguousError] or an *[Error].
func (p *PingOne) FindIntegration(ctx context.Context, environmentID, idOrName string) (pingone.Integration, error) {
	names := func(i pingone.Integration) match.Names { return match.Names{ID: i.ID, Name: i.Name} }
	quoted, err := json.Marshal(idOrName)
	if err != nil {
		return pingone.Integration{}, err
	}
	filter := "(name co " + string(quoted) + ")"
	found, err := find("integration", idOrName, p.Integrations(ctx, environmentID, &pingone.ListIntegrationsParams{Filter: &filter}), names)
	if _, missing := errors.AsType[*NotFoundError](err); !missing {
		return found, err
	}
	return find("integration", idOrName, p.Integrations(ctx, environmentID, nil), names)
}

// FindApplication returns the application of PingCentral with an ID or name. The error is a *[NotFoundError], an *[AmbiguousError] or an
// *[Error].
func (c *PingCentral) FindApplication(ctx context.Context, idOrName string) (pingcentral.Application, error) {
	return find("application", idOrName, c.Applications(ctx), func(a pingcentral.Application) match.Names {
		return match.Names{ID: valueOf(a.ID), Name: a.Name}
	})
}

// FindEnvironment returns the environment of PingCentral with an ID, name or short code. The error is a *[NotFoundError], an
// *[AmbiguousError] or an *[Error].
func (c *PingCentral) FindEnvironment(ctx context.Context, idOrName string) (pingcentral.Environment, error) {
	return find("environment", idOrName, c.Environments(ctx), func(e pingcentral.Environment) match.Names {
		names := match.Names{ID: e.ID, Name: e.Name}
		if e.ShortCode != nil {
			names.Aliases = []string{*e.ShortCode}
		}
		return names
	})
}

func find[T any](kind, idOrName string, list iter.Seq2[T, error], names func(T) match.Names) (T, error) {
	var all []T
	for item, err := range list {
		if err != nil {
			var none T
			return none, err
		}
		all = append(all, item)
	}
	return match.One(kind, idOrName, all, names)
}

// NewestFirst sorts the versions of an integration by their numbers, the newest first, whatever their type. Numbers are not semantic
// versions: 2.06, 52.137 and 1.1.1.2 occur. Each part counts as a number, so that 2.10 is newer than 2.9, missing parts count as zero,
// and 2.0-rc1 is older than 2.0. Versions of the same number keep their order.
func NewestFirst(versions []pingone.Version) {
	slices.SortStableFunc(versions, func(a, b pingone.Version) int { return compareVersions(b.Number, a.Number) })
}
