package pingcentral

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/explain"
)

// The waits between two looks at PingCentral double between these.
const (
	firstLook = 250 * time.Millisecond
	lastLook  = 5 * time.Second
)

// settle finds out what became of a write, from what PingCentral shows now, and
// fills in the outcome.
//
// A promotion leaves a new row for its target in the history. Rows name nobody:
// one that somebody else's promotion left at the same moment looks the same, and
// the words say "a new promotion" for that reason.
//
// A revert is not documented to leave a row. Its sign is a change of the
// application since it was read, right before the request: of `modified` or of
// any other property. A revert to what the application already is may leave no
// sign at all.
func (s *Service) settle(ctx context.Context, api *connect.PingCentral, p *Plan, a answer, out *Outcome) {
	patience := s.patience.Settle
	if a.doubt == nil {
		patience = s.patience.Confirm
	}
	out.Environment = p.target()
	seen := sight{start: time.Now()}
	until(ctx, patience, func(ctx context.Context) (bool, error) {
		found, err := p.signs(ctx, api)
		if seen.failure = err; err == nil {
			seen.signs, seen.last = found, time.Now()
		}
		return seen.any(p), err
	})
	if seen.last.Sub(seen.start) >= patience/2 || seen.any(p) {
		seen.failure = nil // it was seen late enough
	}
	if p.Kind == KindPromote {
		p.promoted(a, seen, out)
	} else {
		p.reverted(a, seen, out)
	}
	if a.doubt != nil {
		out.Notes = append(out.Notes, fmt.Sprintf("the request was sent once; %s", says(a.doubt)))
	}
}

// sight is what was seen of a write's signs.
type sight struct {
	signs
	start, last time.Time // of looking; last is zero where every look failed
	failure     error     // why nothing was seen, or not late enough
}

// tell is where and when something was seen, or why it was not.
func (s sight) tell(seen, place string) string {
	if s.failure != nil {
		return fmt.Sprintf("%s could not be read after the request (%s)", place, explain.Plain(s.failure.Error()))
	}
	return fmt.Sprintf("%s %s after the request", seen, s.last.Sub(s.start).Round(100*time.Millisecond))
}

// signs are what a write left behind.
type signs struct {
	rows        []Promotion // new since the plan, for the plan's target
	application Application // as it is now
	changed     bool        // it is not as it was
}

func (f signs) any(p *Plan) bool {
	if p.Kind == KindPromote {
		return len(f.rows) > 0
	}
	return f.changed
}

// signs reads what the write would have changed.
func (p *Plan) signs(ctx context.Context, api *connect.PingCentral) (signs, error) {
	ctx, release := connect.KeepAnswers(ctx)
	defer release()
	var found signs
	if p.Kind == KindRevert {
		now, err := findApplication(ctx, api, p.Application.ID)
		found.application, found.changed = now, now.digest != p.Application.digest
		return found, err
	}
	rows, err := readHistory(ctx, api, p.Application.ID)
	for _, row := range rows {
		if !slices.Contains(p.known, row.key) && row.Environment.is(*p.Target) {
			row.Environment = *p.target()
			found.rows = append(found.rows, row)
		}
	}
	return found, err
}

// until looks again and again, with growing waits, until look is done, patience
// ends, or PingCentral refuses the log-in: a repetition would lock the account.
func until(ctx context.Context, patience time.Duration, look func(context.Context) (bool, error)) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errors.New("no time left to look for the outcome"))
	defer cancel()
	for wait := min(firstLook, patience/4); ; wait = min(2*wait, lastLook) {
		done, err := look(ctx)
		if code := status(err); done || code == http.StatusUnauthorized || code == http.StatusForbidden {
			return
		}
		// The last look falls to the end of the time, not a whole wait before it.
		deadline, _ := ctx.Deadline()
		left := time.Until(deadline) - patience/10
		if left <= 0 {
			return
		}
		timer := time.NewTimer(min(wait, left))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

func (p *Plan) promoted(a answer, found sight, out *Outcome) {
	application, target := quoted(p.Application.Name), quoted(p.Target.Name)
	history := found.tell(fmt.Sprintf("the history shows no new promotion of %s to %s", application, target), "the history")
	lookAt := fmt.Sprintf("read the history of %s before anything else: a new promotion to %s there means that it was done", application, target)
	switch {
	case len(found.rows) == 1:
		out.Status, out.Promotion = StatusPromoted, &found.rows[0]
		out.Message = fmt.Sprintf("%s is promoted to %s: the history shows a new promotion of %s",
			application, target, when(found.rows[0].Promoted))
	case len(found.rows) > 1 && !a.done():
		out.Status = StatusUnknown
		out.Message = fmt.Sprintf("the history shows %d new promotions of %s to %s: somebody else promoted it at the same time, and which is this one cannot be told",
			len(found.rows), application, target)
		out.Next = lookAt
	case a.done():
		out.Status = StatusPromoted
		out.Message = fmt.Sprintf("%s is promoted to %s: PingCentral answered %d", application, target, a.status)
		note := history + "; where the environment requires an approval, the promotion waits for it in PingCentral"
		if len(found.rows) > 1 {
			note = fmt.Sprintf("the history shows %d new promotions: somebody else promoted it at the same time", len(found.rows))
		}
		out.Notes = append(out.Notes, note)
	case a.unclear != "":
		out.Status = StatusUnknown
		out.Message = fmt.Sprintf("PingCentral took the request and answered %s; %s: it may wait for an approval there", a.unclear, history)
		out.Next = "look in PingCentral for a promotion that waits for approval; " + lookAt
	case a.failed() && found.failure == nil:
		out.Status = StatusNotPromoted
		out.Message = fmt.Sprintf("%s was not promoted to %s as far as PingCentral knows: it answered %d, and %s", application, target, a.status, history)
		out.Next = fmt.Sprintf("look at %s itself before another try: PingCentral may have failed halfway", target)
	default:
		out.Status = StatusUnknown
		out.Message = fmt.Sprintf("whether %s was promoted to %s is not known: %s", application, target, history)
		out.Next = lookAt + "; it may still appear"
	}
	if out.Status == StatusPromoted {
		if len(found.rows) > 0 { // what nobody saw is not told as a change
			out.Changed = p.promotionChanges()
		}
		if r, _ := p.request.(PromoteRequest); r.ClientSecretRef == "" {
			out.Notes = append(out.Notes, "a client secret, where one is needed, was generated by PingCentral; read it there")
		}
	}
}

func (p *Plan) promotionChanges() []string {
	r, _ := p.request.(PromoteRequest)
	changed := []string{fmt.Sprintf("%s now holds %s as PingCentral has it", quoted(p.Target.Name), quoted(p.Application.Name))}
	if p.Overwrites != nil {
		changed = append(changed, fmt.Sprintf("it replaces the promotion of %s (id %s)", when(p.Overwrites.Promoted), bare(p.Overwrites.ID)))
	}
	if len(r.RedirectURIs) > 0 {
		changed = append(changed, fmt.Sprintf("redirect URIs: %d, as given", len(r.RedirectURIs)))
	}
	if r.ClientSecretRef != "" {
		changed = append(changed, "client secret: the one that "+quoted(r.ClientSecretRef)+" holds")
	}
	return changed
}

func (p *Plan) reverted(a answer, found sight, out *Outcome) {
	application := quoted(p.Application.Name)
	row := fmt.Sprintf("the promotion of %s to %s", when(p.Restores.Promoted), p.Restores.Environment.called())
	now := found.tell("the application was as before", "the application")
	lookAt := fmt.Sprintf("read %s and compare it with %s before another try", application, row)
	switch {
	case found.changed && (a.done() || a.doubt != nil):
		out.Status = StatusReverted
		out.Message = fmt.Sprintf("%s is reverted to %s", application, row)
		if a.doubt != nil {
			out.Message += ": the application changed after the request, as a revert changes it"
		}
	case a.done():
		out.Status = StatusReverted
		out.Message = fmt.Sprintf("%s is reverted to %s: PingCentral answered %d", application, row, a.status)
		out.Notes = append(out.Notes, now)
	case a.unclear != "":
		out.Status = StatusUnknown
		out.Message = fmt.Sprintf("PingCentral took the request and answered %s; %s", a.unclear, now)
		if found.changed {
			out.Message = fmt.Sprintf("PingCentral took the request and answered %s; the application changed after it", a.unclear)
		}
		out.Next = lookAt
	case a.failed() && found.failure == nil:
		out.Status = StatusNotReverted
		out.Message = fmt.Sprintf("%s was not reverted as far as PingCentral shows: it answered %d, and %s", application, a.status, now)
		out.Next = lookAt
	default:
		out.Status = StatusUnknown
		out.Message = fmt.Sprintf("whether %s was reverted is not known: %s", application, now)
		out.Next = lookAt
	}
	if out.Status != StatusReverted {
		return
	}
	out.Promotion = p.Restores
	if found.changed {
		out.Changed = []string{"overridden in PingCentral: " + overrides(p.Application.Type)}
	}
	if before, after := p.Application.Modified, found.application.Modified; before != after && found.changed {
		out.Changed = append(out.Changed, fmt.Sprintf("last modified: %s, before %s", when(after), when(before)))
	}
	out.Notes = append(out.Notes, "nothing changed outside PingCentral: the reverted application is not live until it is promoted again")
}

// target is the environment of a promotion, for an outcome.
func (p *Plan) target() *EnvironmentRef {
	if p.Target == nil {
		return nil
	}
	return &EnvironmentRef{ID: p.Target.ID, Name: p.Target.Name, ShortCode: p.Target.ShortCode}
}

// says is what is known of a request in doubt.
func says(e *connect.Error) string {
	if e.Status == 0 {
		return fmt.Sprintf("no answer came (%s)", explain.Plain(e.Error()))
	}
	return fmt.Sprintf("PingCentral answered: %s", explain.Plain(e.Error()))
}
