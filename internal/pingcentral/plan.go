package pingcentral

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/match"
)

// PlanPromotion reads what a promotion needs and refuses what cannot work. The
// error is a *RefusedError, one of package lookup's for a name that is unknown
// or ambiguous, or that of a call.
func (s *Service) PlanPromotion(ctx context.Context, r PromoteRequest) (*Plan, error) {
	return s.plan(ctx, r)
}

// PlanRevert is PlanPromotion for a revert.
func (s *Service) PlanRevert(ctx context.Context, r RevertRequest) (*Plan, error) {
	return s.plan(ctx, r)
}

func (s *Service) plan(ctx context.Context, request Request) (*Plan, error) {
	if err := s.writable(); err != nil {
		return nil, err
	}
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	p := &Plan{Kind: request.kind(), request: argumentsOf(request), Expires: s.now().Add(PlanLifetime).Truncate(time.Second)}
	id := make([]byte, idSize)
	rand.Read(id) // never fails, by its documentation
	p.ID = hex.EncodeToString(id)
	var err error
	switch r := request.(type) {
	case PromoteRequest:
		err = s.planPromotion(ctx, p, r)
	case RevertRequest:
		err = s.planRevert(ctx, p, r)
	default:
		err = fmt.Errorf("there is no plan for a %T", request)
	}
	if err != nil {
		return nil, err
	}
	p.looked = s.now()
	return p, nil
}

func (s *Service) writable() error {
	if s.policy.ReadOnly {
		return &RefusedError{
			Policy: true,
			Reason: "pingkit runs in read-only mode (PINGKIT_READ_ONLY): it neither promotes nor reverts",
			Next:   "ask the operator, or do it in PingCentral",
		}
	}
	return nil
}

func (s *Service) planPromotion(ctx context.Context, p *Plan, r PromoteRequest) error {
	if err := checkRedirectURIs(r.RedirectURIs); err != nil {
		return err
	}
	var changed time.Time
	if r.ClientSecretRef != "" {
		var err error
		if changed, err = s.secrets.check(r.ClientSecretRef); err != nil {
			return err
		}
	}
	api, err := s.api()
	if err != nil {
		return err
	}
	if p.Application, err = findApplication(ctx, api, r.Application); err != nil {
		return err
	}
	if err := promotable(p.Application, r.AnyType); err != nil {
		return err
	}
	list, err := environments(ctx, api)
	if err != nil {
		return err
	}
	target, err := findEnvironment(r.Environment, list)
	if err != nil {
		return err
	}
	p.Target, p.Shielded = &target, target.Shielded
	if err := s.allowed(target, list); err != nil {
		return err
	}
	if !target.Available {
		return &RefusedError{
			Reason: fmt.Sprintf("the environment %s takes no promotion: PingCentral reports it as %s", quoted(target.Name), bare(target.Availability)),
			Next:   "bring it online in PingCentral, then promote again",
		}
	}
	if err := needsRedirectURIs(p.Application, r); err != nil {
		return err
	}
	rows, err := readHistory(ctx, api, p.Application.ID)
	if err != nil {
		return err
	}
	nameAll(&p.Application, rows, list)
	if i := slices.IndexFunc(rows, func(row Promotion) bool { return row.Environment.is(target) }); i >= 0 {
		p.Overwrites = &rows[i]
	}
	p.inexact = partial(r.Application, p.Application.ID, p.Application.Name) || partial(r.Environment, target.ID, target.Name, target.ShortCode)
	return p.finish(api, rows, target.digest(), changed.UnixNano())
}

func (s *Service) planRevert(ctx context.Context, p *Plan, r RevertRequest) error {
	api, err := s.api()
	if err != nil {
		return err
	}
	if p.Application, err = findApplication(ctx, api, r.Application); err != nil {
		return err
	}
	rows, err := readHistory(ctx, api, p.Application.ID)
	if err != nil {
		return err
	}
	list, known, err := namesForRows(ctx, api)
	if err != nil {
		return err
	}
	if known {
		nameAll(&p.Application, rows, list)
	}
	row, err := restorable(p.Application, rows, r.Promotion)
	if err != nil {
		return err
	}
	p.Restores = &row
	p.inexact = partial(r.Application, p.Application.ID, p.Application.Name)
	return p.finish(api, rows, row.key)
}

// finish puts everything that was read into the plan's digest. The server's
// address is part of it: two servers restored from one backup have the same ids.
func (p *Plan) finish(api *connect.PingCentral, rows []Promotion, more ...any) error {
	history := make([]string, len(rows))
	for i, row := range rows {
		p.known = append(p.known, row.key)
		history[i] = fmt.Sprint(row.key, " ", row.Environment.ID, " ", row.Promoted, " ", row.CanRevert)
	}
	slices.Sort(history)
	subject, err := digest(api.Server, p.Application.ID)
	if err != nil {
		return err
	}
	state, err := digest(p.Kind, p.exact(), api.Server, p.Application.ID, p.Application.digest, history, more)
	if err != nil {
		return err
	}
	p.subject, p.Digest = hex.EncodeToString(subject[:]), hex.EncodeToString(state[:])
	return nil
}

// exact returns the request with IDs in place of names, so that the digest of the
// state is the same however the application and the target are named.
func (p *Plan) exact() Request {
	switch r := p.request.(type) {
	case PromoteRequest:
		r.Application, r.Environment = p.Application.ID, p.Target.ID
		return r
	case RevertRequest:
		r.Application, r.Promotion = p.Application.ID, p.Restores.key
		return r
	}
	return p.request
}

// digest is what of an environment a plan depends on.
func (e Environment) digest() []any {
	return []any{e.ID, e.Name, e.ShortCode, e.Shielded, e.ShieldedNotGiven, e.Availability}
}

// is reports whether ref means e: by id, or, in a row without one, by the names
// it remembers.
func (ref EnvironmentRef) is(e Environment) bool {
	if ref.ID != "" {
		return ref.ID == e.ID
	}
	return ref.ShortCode != "" && ref.ShortCode == e.ShortCode || ref.Name != "" && ref.Name == e.Name
}

// promotable refuses the types for which the documented call has no fields, and
// those it does not know.
func promotable(a Application, anyType bool) error {
	var lacks string
	switch {
	case anyType, strings.EqualFold(a.Type, pingcentral.ApplicationTypeOAuth), strings.EqualFold(a.Type, pingcentral.ApplicationTypeOIDC):
		return nil
	case strings.EqualFold(a.Type, pingcentral.ApplicationTypeSAML):
		lacks = "the documented call has no fields for its entity id, ACS URL and certificates"
	case strings.EqualFold(a.Type, pingcentral.ApplicationTypePingAccess):
		lacks = "the documented call has no fields for its PingAccess resources, virtual host and site"
	default:
		lacks = "the documented call names OAuth and OIDC applications only"
	}
	return &RefusedError{
		Reason: fmt.Sprintf("the application %s is of type %s: %s", quoted(a.Name), bare(a.Type), lacks),
		Next:   "promote it in PingCentral itself, or send it all the same from a terminal with pingkit app promote --any-type",
	}
}

// needsRedirectURIs refuses a promotion without redirect URIs that PingCentral may
// refuse for that reason, after a person approved it. PingCentral's answers do not
// say which grants an application uses, so the caller has to.
func needsRedirectURIs(a Application, r PromoteRequest) error {
	oauth := strings.EqualFold(a.Type, pingcentral.ApplicationTypeOAuth) || strings.EqualFold(a.Type, pingcentral.ApplicationTypeOIDC)
	switch {
	case len(r.RedirectURIs) > 0 && r.NoRedirectURIs:
		return &RefusedError{Reason: "redirect URIs are given, and said to be not needed", Next: "give the one or the other"}
	case !oauth || len(r.RedirectURIs) > 0 || r.NoRedirectURIs:
		return nil
	}
	return &RefusedError{
		Reason: fmt.Sprintf("no redirect URIs are given, and the %s application %s needs them if it uses the authorization code or the implicit grant", bare(a.Type), quoted(a.Name)),
		Next:   "ask the user for them and give redirect_uris (pingkit: --redirect-uri URI); if it uses neither grant, give [] (pingkit: --no-redirect-uris)",
	}
}

// UnknownTargets refuses an operator's list with an entry that no environment of
// list answers to: it is misspelt, and what the operator meant is not known.
func UnknownTargets(allowed []string, list []Environment) error {
	var unknown, names []string
	for _, e := range list {
		names = append(names, e.Name)
		if e.ShortCode != "" {
			names = append(names, e.ShortCode)
		}
	}
	for _, entry := range allowed {
		entry = strings.TrimSpace(entry)
		if slices.ContainsFunc(list, func(e Environment) bool {
			return e.ID == entry || strings.EqualFold(e.Name, entry) || strings.EqualFold(e.ShortCode, entry)
		}) {
			continue
		}
		problem := quoted(entry)
		if near := match.Nearest(entry, names); len(near) > 0 {
			problem += " (use " + quoted(near[0]) + "?)"
		}
		unknown = append(unknown, problem)
	}
	if len(unknown) == 0 {
		return nil
	}
	return &RefusedError{
		Policy: true,
		Reason: "PINGKIT_PROMOTE_TO names environments that PingCentral does not have: " + strings.Join(unknown, ", "),
		Next:   "ask the operator to correct PINGKIT_PROMOTE_TO",
	}
}

// allowed applies the operator's list of targets. An entry is an environment's
// id, or else its name or short code, ignoring case and never a part of it. An
// entry that two environments answer to allows neither, as a name is easier to
// come by than an id.
func (s *Service) allowed(target Environment, list []Environment) error {
	if len(s.policy.PromoteTo) == 0 {
		return nil
	}
	if err := UnknownTargets(s.policy.PromoteTo, list); err != nil {
		return err
	}
	ambiguous := ""
	for _, entry := range s.policy.PromoteTo {
		entry = strings.TrimSpace(entry)
		if slices.ContainsFunc(list, func(e Environment) bool { return e.ID == entry }) {
			if entry == target.ID {
				return nil
			}
			continue
		}
		named := func(e Environment) bool {
			return entry != "" && (strings.EqualFold(e.Name, entry) || strings.EqualFold(e.ShortCode, entry))
		}
		if !named(target) {
			continue
		}
		if !slices.ContainsFunc(list, func(e Environment) bool { return e.ID != target.ID && named(e) }) {
			return nil
		}
		ambiguous = entry
	}
	refused := &RefusedError{
		Policy: true,
		Reason: fmt.Sprintf("the environment %s is not among those that this server may promote to (PINGKIT_PROMOTE_TO)", quoted(target.Name)),
		Next:   "promote to an allowed environment, or ask the operator",
	}
	if ambiguous != "" {
		refused.Reason = fmt.Sprintf("several environments answer to %s, which PINGKIT_PROMOTE_TO allows", quoted(ambiguous))
		refused.Next = "ask the operator to allow the environment by its id"
	}
	return refused
}

// nearShown is how many promotions an error names, of those that can be reverted
// to.
const nearShown = 5

// restorable finds the row to revert to and refuses one that cannot be.
func restorable(a Application, rows []Promotion, want string) (Promotion, error) {
	want = strings.TrimSpace(want)
	if len(rows) == 0 {
		return Promotion{}, &RefusedError{
			Reason: fmt.Sprintf("the application %s was never promoted, so there is nothing to revert to", quoted(a.Name)),
			Next:   "promote it first",
		}
	}
	if i := slices.IndexFunc(rows, func(row Promotion) bool { return row.ID != "" && row.ID == want }); i >= 0 {
		if row := rows[i]; !row.CanRevert {
			return Promotion{}, &RefusedError{
				Reason: fmt.Sprintf("the application %s cannot be reverted to the promotion %s: %s", quoted(a.Name), bare(row.ID), row.WhyNot),
				Next:   "choose a promotion that can be reverted to; the application's history shows which",
			}
		}
		return rows[i], nil
	}
	if !strings.EqualFold(want, Previous) {
		var near []string
		for _, row := range rows {
			if row.CanRevert && len(near) < nearShown {
				near = append(near, fmt.Sprintf("%s (%s, %s)", row.ID, cmp.Or(row.Environment.Name, row.Environment.ID), row.Promoted))
			}
		}
		return Promotion{}, &match.NotFoundError{Kind: "promotion", Want: want, Nearest: near}
	}
	if slices.ContainsFunc(rows, func(row Promotion) bool { return row.At.IsZero() }) {
		return Promotion{}, &RefusedError{
			Reason: "PingCentral's history does not say when each promotion was made, so none is known to be the previous one",
			Next:   "name the promotion by its id",
		}
	}
	for _, row := range rows[1:] {
		if row.CanRevert {
			return row, nil
		}
	}
	return Promotion{}, &RefusedError{
		Reason: fmt.Sprintf("the application %s has no promotion before the newest that it can be reverted to", quoted(a.Name)),
		Next:   "its history says of each promotion why not",
	}
}

// partial reports that want is none of the names, so that a part of one was
// taken for it.
func partial(want string, names ...string) bool {
	want = strings.TrimSpace(want)
	return !slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, want) })
}
