package catalog

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// environmentsPage is the most that every page of the reference allows.
const environmentsPage = 500

// ErrNoEnvironment says that the worker application sees no environment.
var ErrNoEnvironment = errors.New("PingOne shows this worker application no environment: " +
	"give it a role in one, or set PINGONE_CATALOG_ENVIRONMENT_ID")

// Environments returns all environments that the worker application sees. Their
// texts are cleaned.
func (c *Catalog) Environments(ctx context.Context) ([]pingone.Environment, error) {
	list, err := c.environments(ctx, environmentsPage, collection[pingone.Environment].all)
	return slices.Clone(list), err
}

func (c *Catalog) environments(ctx context.Context, limit int, read func(collection[pingone.Environment], context.Context) ([]pingone.Environment, int64, error)) ([]pingone.Environment, error) {
	api, err := c.api()
	if err != nil {
		return nil, err
	}
	list := collection[pingone.Environment]{
		api:  api,
		path: []string{"environments"},
		first: func(ctx context.Context) (answer, error) {
			return api.ListEnvironments(ctx, &pingone.ListEnvironmentsParams{Limit: &limit})
		},
		read: func(a answer, err error) ([]pingone.Environment, string, error) {
			page, err := connect.JSON[pingone.EnvironmentCollection](a, err)
			environments := slices.DeleteFunc(page.Embedded.Environments, func(e pingone.Environment) bool { return connect.CheckID(e.ID) != nil })
			for i := range environments {
				clean(&environments[i])
			}
			return environments, page.Next(), err
		},
	}
	return share(ctx, c.shared, keyOf("environments", strconv.Itoa(limit)), func(ctx context.Context) ([]pingone.Environment, int64, error) {
		return read(list, ctx)
	})
}

func clean(e *pingone.Environment) {
	e.Name = sanitize.Line(e.Name, maxName)
	for text, limit := range map[*string]int{e.Description: maxDescription, e.Type: maxWord, e.Region: maxWord, e.Status: maxWord} {
		if text != nil {
			*text = sanitize.Line(*text, limit)
		}
	}
}

// EnvironmentID returns the id of an environment that is named by its id or
// name. An empty idOrName means the default: that of the settings, or else the
// first one that PingOne lists. What was found out is remembered. What has the
// shape of an id is believed without asking.
func (c *Catalog) EnvironmentID(ctx context.Context, idOrName string) (string, error) {
	want := strings.TrimSpace(idOrName)
	if want == "" {
		want = strings.TrimSpace(c.environment)
	}
	if looksLikeID(want) {
		return want, nil
	}
	if id, ok := c.remembered(want); ok {
		return id, nil
	}
	id, err := c.findEnvironment(ctx, want)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) == maxKnown {
		clear(c.known)
	}
	c.known[want] = id
	return id, nil
}

// maxKnown is how many spellings of environments are remembered: a name has more
// than anybody uses.
const maxKnown = 256

func (c *Catalog) remembered(want string) (id string, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, ok = c.known[want]
	return id, ok
}

func (c *Catalog) findEnvironment(ctx context.Context, want string) (string, error) {
	if want == "" {
		// PingOne's own workflow begins with this request.
		first, err := c.environments(ctx, 1, collection[pingone.Environment].head)
		if err != nil {
			return "", err
		}
		if len(first) == 0 {
			return "", ErrNoEnvironment
		}
		return first[0].ID, nil
	}
	list, err := c.Environments(ctx)
	if err != nil {
		return "", err
	}
	found, err := match.One("environment", want, list, func(e pingone.Environment) match.Names {
		return match.Names{ID: e.ID, Name: e.Name}
	})
	return found.ID, err
}

// looksLikeID reports whether s has the shape of the ids in the documentation:
// letters and digits in groups of 8, 4, 4, 4 and 12. Not all are valid UUIDs.
func looksLikeID(s string) bool {
	for _, hyphen := range []int{8, 13, 18, 23} {
		if len(s) != 36 || s[hyphen] != '-' {
			return false
		}
	}
	return resemblesID(s)
}

// resemblesID reports whether s is so like an id that it is worth asking for as
// one first: as many letters and digits in as many groups, however long each is.
func resemblesID(s string) bool {
	rest := strings.ReplaceAll(s, "-", "")
	return len(s) == 36 && len(rest) == 32 && !strings.ContainsFunc(rest, notAlphanumeric)
}

func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
