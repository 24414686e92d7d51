package catalog

import (
	"context"
	"errors"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

const kindIntegration = "integration"

// Integration returns the integration that idOrName names: by its exact id,
// else by its exact name ignoring case, else by a part of a name that only one
// has. The name of its file, such as pf-pingid-integration-kit, counts as a
// name. One request suffices for a name, and for an id that looks like one.
//
// The error is a [*lookup.NotFoundError], a [*lookup.AmbiguousError] or that of
// the request.
func (c *Catalog) Integration(ctx context.Context, environment, idOrName string) (Integration, error) {
	want := sanitize.Line(idOrName, maxText)
	if want == "" {
		return Integration{}, &match.NotFoundError{Kind: kindIntegration}
	}
	where, err := c.in(ctx, environment)
	if err != nil {
		return Integration{}, err
	}
	return share(ctx, c.shared, keyOf("integration", where.environment, want), func(ctx context.Context) (Integration, int64, error) {
		found, err := where.find(ctx, want)
		return found, integrationSize, err
	})
}

func (n in) find(ctx context.Context, want string) (Integration, error) {
	if resemblesID(want) {
		if found, err := n.integration(ctx, want); err == nil || !absent(err) {
			return found, err
		}
	}
	found, err := n.named(ctx, want, criteria{words: searchTerms(want)}.scim())
	if !refused(err) && (!notFound(err) || resemblesID(want)) {
		return found, err
	}
	again, unusual := n.unusual(ctx, want)
	if notFound(err) && errors.Is(unusual, ErrPaging) {
		return found, err // the whole catalog is too much to look through
	}
	return again, unusual
}

// unusual looks for what a filter does not find: ids of another shape, and
// names that only our own comparison finds. It also sees what is near.
func (n in) unusual(ctx context.Context, want string) (Integration, error) {
	if !resemblesID(want) && !strings.Contains(want, " ") && connect.CheckID(want) == nil {
		if found, err := n.integration(ctx, want); err == nil || !absent(err) {
			return found, err
		}
	}
	return n.named(ctx, want, "")
}

// errNothing is an answer without an integration.
var errNothing = errors.New("PingOne's answer holds no integration")

// integration asks for one integration by its id.
func (n in) integration(ctx context.Context, id string) (Integration, error) {
	expand := pingone.ExpandLatestVersion
	found, err := connect.JSON[givenIntegration](n.api.GetIntegration(ctx, n.environment, id, &pingone.GetIntegrationParams{Expand: &expand}))
	if err == nil && connect.CheckID(found.ID) != nil {
		err = errNothing
	}
	return newIntegration(found), err
}

// named looks for want among the integrations that satisfy filter.
func (n in) named(ctx context.Context, want, filter string) (Integration, error) {
	list, _, err := n.integrations(filter).all(ctx)
	if err != nil {
		return Integration{}, err
	}
	found, err := match.One(kindIntegration, want, list, namesOf)
	return newIntegration(found), err
}

func notFound(err error) bool {
	_, ok := errors.AsType[*match.NotFoundError](err)
	return ok
}

// searchTerms returns what to look for in names: the name as it is, or the
// words of a file's name.
func searchTerms(want string) []string {
	if strings.Contains(want, " ") || !strings.Contains(want, "-") {
		return []string{want}
	}
	words := strings.FieldsFunc(want, func(r rune) bool { return r == '-' })
	if len(words) > 1 && strings.EqualFold(words[0], filePrefix) {
		words = words[1:]
	}
	return words[:min(len(words), maxTextWords)]
}

// filePrefix begins the names of PingFederate's kits.
const filePrefix = "pf"

// namesOf returns what an integration can be called by. Besides its id and name
// these are the names of its file, as manifests for containers have them:
// pf-pingone-mfa-integration-kit is the kit of PingOne MFA Integration Kit.
// Where the newest version has such a name, that counts too.
func namesOf(i givenIntegration) match.Names {
	name := sanitize.Line(i.Name, maxName)
	slug := strings.ToLower(strings.Join(strings.FieldsFunc(name, notAlphanumeric), "-"))
	aliases := []string{slug, filePrefix + "-" + slug}
	if latest, ok := i.latest(); ok && strings.Contains(latest.Name, "-") && !strings.Contains(latest.Name, " ") {
		aliases = append(aliases, sanitize.Line(latest.Name, maxName))
	}
	return match.Names{ID: i.ID, Name: name, Aliases: aliases}
}
