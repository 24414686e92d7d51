package pingcentral

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"hash/fnv"
	"strings"

	"example.com/pingkit/connect"
)

const (
	defaultLimit = 25
	maxLimit     = 100
	// maxScan bounds the upstream pages that one call reads. A page of a rare
	// query may then hold less than its limit and still have a next one.
	maxScan = 20
	// defaultPromotions is how many rows of a history are shown.
	defaultPromotions = 10
)

// Applications returns a page of the applications that the query matches. The
// error is a *RefusedError for a cursor that is none of this query's.
func (s *Service) Applications(ctx context.Context, q AppQuery) (AppPage, error) {
	at, err := readCursor(q)
	if err != nil {
		return AppPage{}, err
	}
	api, err := s.api()
	if err != nil {
		return AppPage{}, err
	}
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	limit := q.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	limit = min(limit, maxLimit)

	var page AppPage
	pages := applicationPages(ctx, api, at.Page)
	for scanned := 0; ; scanned++ {
		number := pages.page
		items, more, err := pages.next()
		if err != nil {
			return AppPage{}, err
		}
		if !more {
			break
		}
		skip := 0
		if number == at.Page {
			skip = min(at.Offset, len(items))
		}
		next, full := take(&page, items, skip, limit, q)
		if full {
			page.NextCursor = cursorAt(q, number, next)
			break
		}
		if scanned+1 == maxScan {
			page.NextCursor = cursorAt(q, number, len(items))
			break
		}
	}
	return page, nameApplications(ctx, api, page.Applications)
}

// take adds what matches until the page is full and one more match is known. It
// returns where that match stands.
func take(page *AppPage, items []Application, skip, limit int, q AppQuery) (int, bool) {
	for i := skip; i < len(items); i++ {
		if !q.matches(items[i]) {
			continue
		}
		if len(page.Applications) == limit {
			return i, true
		}
		page.Applications = append(page.Applications, items[i])
	}
	return 0, false
}

func (q AppQuery) matches(a Application) bool {
	if q.Type != "" && plainType(a.Type) != plainType(q.Type) {
		return false
	}
	text := strings.ToLower(strings.TrimSpace(q.Text))
	if text == "" {
		return true
	}
	for _, field := range append([]string{a.ID, a.Name, a.Description}, a.Owners...) {
		if strings.Contains(strings.ToLower(field), text) {
			return true
		}
	}
	return false
}

// plainType lets "saml 20 sp" find SAML_20_SP.
func plainType(t string) string {
	return strings.ToLower(strings.NewReplacer("_", "", "-", "", " ", "").Replace(t))
}

func nameApplications(ctx context.Context, api *connect.PingCentral, list []Application) error {
	var refs []*EnvironmentRef
	for i := range list {
		if list[i].Environment != nil {
			refs = append(refs, list[i].Environment)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	names, known, err := namesForRows(ctx, api)
	if err != nil || !known {
		return err
	}
	for _, ref := range refs {
		ref.name(names)
	}
	return nil
}

// Application returns one application, by id or name, and its newest promotions
// (10 where count is below one). The error of the look-up is one of package
// lookup's.
func (s *Service) Application(ctx context.Context, idOrName string, count int) (ApplicationView, error) {
	api, err := s.api()
	if err != nil {
		return ApplicationView{}, err
	}
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	application, err := findApplication(ctx, api, idOrName)
	if err != nil {
		return ApplicationView{}, err
	}
	rows, err := readHistory(ctx, api, application.ID)
	if err != nil {
		return ApplicationView{}, err
	}
	if application.Environment != nil || len(rows) > 0 {
		list, known, err := namesForRows(ctx, api)
		if err != nil {
			return ApplicationView{}, err
		}
		if known {
			nameAll(&application, rows, list)
		}
	}
	if count <= 0 {
		count = defaultPromotions
	}
	count = min(count, len(rows))
	return ApplicationView{Application: application, Promotions: rows[:count], More: len(rows) - count}, nil
}

// cursor is where a page of applications begins. It holds numbers alone, so
// that a forged one can name nothing that a caller may not read anyway.
type cursor struct {
	Query  uint32 `json:"q"`
	Page   int    `json:"p"`
	Offset int    `json:"o"`
}

func (q AppQuery) hash() uint32 {
	h := fnv.New32a()
	h.Write([]byte(strings.ToLower(strings.TrimSpace(q.Text)) + "\x00" + plainType(q.Type)))
	return h.Sum32()
}

func cursorAt(q AppQuery, page, offset int) string {
	text, err := json.Marshal(cursor{q.hash(), page, offset})
	if err != nil {
		panic(err) // numbers cannot fail
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(q AppQuery) (cursor, error) {
	var c cursor
	if q.Cursor == "" {
		return c, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil || c.Page < 0 || c.Page > maxPages || c.Offset < 0 || c.Offset > maxItems {
		return cursor{}, &RefusedError{Reason: "the cursor is not one that this list gave", Next: "start without a cursor"}
	}
	if c.Query != q.hash() {
		return cursor{}, &RefusedError{Reason: "the cursor belongs to another query", Next: "repeat the query it came from, or start without a cursor"}
	}
	return c, nil
}
