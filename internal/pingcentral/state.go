package pingcentral

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/match"
)

// environments reads all environments.
func environments(ctx context.Context, api *connect.PingCentral) ([]Environment, error) {
	ctx = traced(ctx)
	list := pager[Environment]{
		kind: "environments",
		id:   func(e Environment) string { return e.ID },
		fetch: func(page int) ([]Environment, error) {
			size := pageSize
			answer, err := connect.JSON[pingcentral.EnvironmentCollection](api.ListEnvironments(ctx,
				&pingcentral.ListEnvironmentsParams{Page: &page, NumberPerPage: &size}))
			if err != nil {
				return nil, err
			}
			items, err := answer.Environments()
			if err != nil {
				return nil, unreadable(ctx, "/environments", err)
			}
			clean := make([]Environment, len(items))
			for i, item := range items {
				clean[i] = newEnvironment(item)
			}
			return clean, nil
		},
	}
	return list.all()
}

// namesForRows reads the environments to name those that applications and rows
// refer to by id. Whoever may not read them sees ids and remembered names: known
// is false then.
func namesForRows(ctx context.Context, api *connect.PingCentral) (list []Environment, known bool, err error) {
	list, err = environments(ctx, api)
	if code := status(err); code == http.StatusForbidden || code == http.StatusNotFound {
		return nil, false, nil
	}
	return list, err == nil, err
}

// applicationPages reads the applications page by page.
func applicationPages(ctx context.Context, api *connect.PingCentral, from int) *pager[Application] {
	ctx = traced(ctx)
	return &pager[Application]{
		kind: "applications",
		page: from,
		id:   func(a Application) string { return a.ID },
		fetch: func(page int) ([]Application, error) {
			size := pageSize
			answer, err := connect.JSON[pingcentral.ApplicationCollection](api.ListApplications(ctx,
				&pingcentral.ListApplicationsParams{Page: &page, NumberPerPage: &size}))
			if err != nil {
				return nil, err
			}
			items, err := answer.Applications()
			if err != nil {
				return nil, unreadable(ctx, "/applications", err)
			}
			clean := make([]Application, len(items))
			for i, item := range items {
				if clean[i], err = newApplication(item); err != nil {
					return nil, unreadable(ctx, "/applications", err)
				}
			}
			return clean, nil
		},
	}
}

// looksLikeID is the form of PingCentral's own ids. Others are found in the list.
var looksLikeID = regexp.MustCompile(`(?i)^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

// findApplication returns the application that want names. What looks like an id
// is asked for at once; anything else is looked up in the list first.
func findApplication(ctx context.Context, api *connect.PingCentral, want string) (Application, error) {
	want = strings.TrimSpace(want)
	if looksLikeID.MatchString(want) {
		if application, err := readApplication(ctx, api, want); !unsupported(err) {
			return application, err
		}
		return inList(ctx, api, want)
	}
	row, err := inList(ctx, api, want)
	if err != nil {
		return Application{}, err
	}
	application, err := readApplication(ctx, api, row.ID)
	if unsupported(err) {
		return row, nil
	}
	return application, err
}

// readApplication reads one application by its id.
func readApplication(ctx context.Context, api *connect.PingCentral, id string) (Application, error) {
	ctx = traced(ctx)
	answer, err := connect.JSON[pingcentral.Application](api.GetApplication(ctx, id))
	if err != nil {
		return Application{}, err
	}
	if answer.ID == nil {
		answer.ID = &id
	}
	path := "/applications/" + id
	switch {
	case answer.Name == "": // as in {} or null; taken for the application, it would look changed
		return Application{}, unreadable(ctx, path, errors.New("it holds no application"))
	case *answer.ID != id:
		return Application{}, unreadable(ctx, path, errors.New("it is another application than the one asked for"))
	}
	application, err := newApplication(answer)
	if err != nil {
		return Application{}, unreadable(ctx, path, err)
	}
	return application, nil
}

// unsupported reports that the reading of one application, which is inferred, is
// perhaps not a call of this server. The list then decides.
func unsupported(err error) bool {
	code := status(err)
	return code == http.StatusNotFound || code == http.StatusMethodNotAllowed
}

func inList(ctx context.Context, api *connect.PingCentral, want string) (Application, error) {
	pages := applicationPages(ctx, api, 0)
	var all []Application
	for {
		items, more, err := pages.next()
		if err != nil {
			return Application{}, err
		}
		// An exact id wins over every name, so that it ends the search.
		if i := slices.IndexFunc(items, func(a Application) bool { return a.ID == want }); i >= 0 {
			return items[i], nil
		}
		all = append(all, items...)
		if !more {
			return match.One("application", want, all, func(a Application) match.Names {
				return match.Names{ID: a.ID, Name: a.Name, Detail: a.detail()}
			})
		}
	}
}

// detail tells applications with similar names apart: type, owner, environment.
func (a Application) detail() string {
	details := []string{a.Type}
	if len(a.Owners) > 0 {
		details = append(details, "owner "+a.Owners[0])
	}
	if a.Environment != nil && a.Environment.Name != "" {
		details = append(details, "environment "+a.Environment.Name)
	}
	return strings.Join(slices.DeleteFunc(details, func(s string) bool { return s == "" }), ", ")
}

func findEnvironment(want string, list []Environment) (Environment, error) {
	return match.One("environment", want, list, func(e Environment) match.Names {
		return match.Names{ID: e.ID, Name: e.Name, Aliases: []string{e.ShortCode}}
	})
}

// readHistory reads the promotions of an application, newest first. Rows whose
// time cannot be read come last, in the order PingCentral gave. An application
// that was never promoted may have no history at all (404).
func readHistory(ctx context.Context, api *connect.PingCentral, application string) ([]Promotion, error) {
	ctx = traced(ctx)
	answer, err := connect.JSON[pingcentral.PromotionHistory](api.ListPromotions(ctx, application))
	if status(err) == http.StatusNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	path := "/applications/promotion/history/" + application
	items, err := answer.Promotions()
	if err != nil {
		return nil, unreadable(ctx, path, err)
	}
	rows := make([]Promotion, len(items))
	for i, item := range items {
		if rows[i], err = newPromotion(item, application); err != nil {
			return nil, unreadable(ctx, path, err)
		}
	}
	slices.SortStableFunc(rows, func(a, b Promotion) int {
		if a.At.IsZero() || b.At.IsZero() {
			return cmp.Compare(btoi(a.At.IsZero()), btoi(b.At.IsZero()))
		}
		return b.At.Compare(a.At)
	})
	return rows, nil
}

// name completes what refers to an environment from the list of environments.
func (ref *EnvironmentRef) name(list []Environment) {
	for _, e := range list {
		if e.ID == ref.ID {
			ref.Name, ref.ShortCode = e.Name, e.ShortCode
			return
		}
	}
	ref.Gone = ref.ID != "" // a row without an environment's ID says nothing of it
}

// nameAll names the environments of an application and of its rows.
func nameAll(application *Application, rows []Promotion, list []Environment) {
	if application.Environment != nil {
		application.Environment.name(list)
	}
	for i := range rows {
		rows[i].Environment.name(list)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
