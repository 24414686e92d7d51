package catalog

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingone"
	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// environmentsPage is the largest limit that every page of the reference allows.
const environmentsPage = 500

// ErrNoEnvironment says that the worker application sees no environment.
var ErrNoEnvironment = errors.New("PingOne shows this worker application no environment: " +
	"give it a role in one, or set PINGONE_CATALOG_ENVIRONMENT_ID")

// Environments returns all environments that the worker application sees, with
// sanitized texts.
func (c *Catalog) Environments(ctx context.Context) ([]pingone.Environment, error) {
	list, err := c.environments(environmentsPage)
	if err != nil {
		return nil, err
	}
	return list.all(ctx)
}

func (c *Catalog) environments(limit int) (collection[pingone.Environment], error) {
	api, err := c.api()
	return collection[pingone.Environment]{
		api:  api,
		path: []string{"environments"},
		first: func(ctx context.Context) (*http.Response, error) {
			return api.ListEnvironments(ctx, &pingone.ListEnvironmentsParams{Limit: &limit})
		},
		decode: func(response *http.Response, err error) ([]pingone.Environment, string, error) {
			page, err := connect.JSON[pingone.EnvironmentCollection](response, err)
			environments := withID(page.Embedded.Environments, func(e pingone.Environment) string { return e.ID })
			for i := range environments {
				sanitizeEnvironment(&environments[i])
			}
			return environments, page.Next(), err
		},
	}, err
}

func sanitizeEnvironment(e *pingone.Environment) {
	e.Name = sanitize.Line(e.Name, maxName)
	for text, limit := range map[*string]int{e.Description: maxDescription, e.Type: maxWord, e.Region: maxWord, e.Status: maxWord} {
		if text != nil {
			*text = sanitize.Line(*text, limit)
		}
	}
}

// EnvironmentID returns the ID of the environment with this ID or name. Without
// one it returns the default: that of the settings, or else the first that
// PingOne lists. It accepts text in the form of an ID without a request, and
// remembers the IDs of names.
func (c *Catalog) EnvironmentID(ctx context.Context, idOrName string) (string, error) {
	want := strings.TrimSpace(idOrName)
	if want == "" {
		want = strings.TrimSpace(c.environment)
	}
	if isID(want) {
		return want, nil
	}
	if id, found := c.knownID(want); found {
		return id, nil
	}
	select {
	case c.lookup <- struct{}{}:
		defer func() { <-c.lookup }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if id, found := c.knownID(want); found {
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

func (c *Catalog) knownID(want string) (id string, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id, found = c.known[want]
	return id, found
}

// maxKnown bounds how many names of environments a Catalog remembers: callers
// may spell one name in any number of ways.
const maxKnown = 256

func (c *Catalog) findEnvironment(ctx context.Context, want string) (string, error) {
	if want == "" {
		return c.firstEnvironment(ctx)
	}
	list, err := c.Environments(ctx)
	if err != nil {
		return "", err
	}
	found, err := match.One("environment", want, list, func(e pingone.Environment) match.Names {
		return match.Names{ID: e.ID, Name: e.Name, Detail: text(e.Type)}
	})
	return found.ID, err
}

// firstEnvironment begins as PingOne's own workflow does, with a limit of one.
func (c *Catalog) firstEnvironment(ctx context.Context) (string, error) {
	list, err := c.environments(1)
	if err != nil {
		return "", err
	}
	for page, err := range list.pages(ctx, "") {
		if err != nil {
			return "", err
		}
		if len(page.items) > 0 {
			return page.items[0].ID, nil
		}
	}
	return "", ErrNoEnvironment
}

// isID reports whether s has the form of the IDs in PingOne's documentation:
// letters and digits in groups of 8, 4, 4, 4 and 12. Not all are valid UUIDs.
func isID(s string) bool {
	for _, hyphen := range []int{8, 13, 18, 23} {
		if len(s) != 36 || s[hyphen] != '-' {
			return false
		}
	}
	return resemblesID(s)
}

// resemblesID reports whether s is similar enough to an ID to try it as one
// first: as many letters and digits in as many groups, of any length.
func resemblesID(s string) bool {
	rest := strings.ReplaceAll(s, "-", "")
	return len(s) == 36 && len(rest) == 32 && !strings.ContainsFunc(rest, notAlphanumeric)
}

func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
