package pingcentral

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/explain"
)

// claimMargin keeps the claim of an application a while longer than a write can
// take.
const claimMargin = time.Minute

// planClaim is how long a used plan is remembered. A seal runs out by the clock
// on the wall, which can be set back, also by hours where its time zone was
// wrong, and differs between replicas; a claim runs out by time that passed.
const planClaim = 24 * time.Hour

// Execute carries out an approved plan: it claims the plan and the application,
// reads the state again, and sends one request. Up to that request a cancelled
// ctx stops it. From then on it goes on without the caller, within its Patience,
// until the outcome is found or given up.
//
// The errors say that nothing was done: a *PlanError, a *RefusedError, a
// *ChangedError with the plan as it is now, a *NotDoneError for a request that
// failed for certain, or that of a look-up or of reading. A request whose fate
// is not certain is an Outcome.
func (s *Service) Execute(ctx context.Context, p *Plan, a Approval) (out Outcome, err error) {
	if err := s.approved(p, a); err != nil {
		return Outcome{}, err
	}
	ctx = traced(ctx)
	if s.Expired(p) {
		return s.expired(ctx, p)
	}
	release, err := s.claim(ctx, p)
	if used, ok := errors.AsType[*PlanError](err); ok && used.Fault == PlanUsed {
		return s.EarlierOutcome(ctx, p)
	}
	if err != nil {
		return Outcome{}, err
	}
	insufficient := false
	defer func() {
		switch {
		case insufficient, errors.Is(err, context.Canceled):
			// Nothing was sent, and the plan is still good: for an approval that suffices,
			// or for a caller who stays.
			if failed := s.store.Release(context.WithoutCancel(ctx), planKey(p), planUsed); failed != nil {
				err = errors.Join(err, failed)
			}
		case err != nil:
			s.keepNotDone(ctx, p, err.Error())
		}
		if failed := release(); failed != nil {
			note := "further writes of this application are refused for a few minutes: " + explain.Plain(failed.Error())
			if err != nil {
				err = errors.Join(err, errors.New(note))
				return
			}
			out.Notes = append(out.Notes, note)
		}
	}()
	reading, cancel := bounded(ctx, s.patience)
	defer cancel()
	fresh, err := s.plan(reading, p.request)
	if err != nil {
		return Outcome{}, err
	}
	if fresh.Digest != p.Digest || fresh.subject != p.subject {
		return Outcome{}, &ChangedError{New: fresh}
	}
	fresh.ID, fresh.Expires = p.ID, p.Expires // the plan that was approved
	if err := a.suffices(fresh, p.sealedFor != ""); err != nil {
		insufficient = true
		return Outcome{}, err
	}
	if a.By == ByUser && !fresh.answeredYes(a.Answer) {
		return Outcome{}, errors.Join(&NotApprovedError{fresh}, s.auditAnswer(ctx, fresh, a, "accepted without the answer that approves"))
	}
	return s.act(ctx, fresh, a)
}

// claim makes sure that no other write of the application is under way, and that
// the plan was not used. The plan stays used, whatever happens next; the
// application is released. A plan refused for the sake of another write is not
// used up.
func (s *Service) claim(ctx context.Context, p *Plan) (release func() error, err error) {
	writing, owner := "write/"+p.subject, rand.Text()
	lifetime := s.patience.Read + 2*s.audit.limit + s.patience.Send + s.patience.Settle + s.patience.Confirm + claimMargin
	free, err := s.store.Claim(ctx, writing, owner, lifetime)
	switch {
	case err != nil:
		return nil, storeError(err)
	case !free:
		return nil, &RefusedError{
			Reason: "another promotion or revert of this application is under way",
			Next:   "wait a minute, read the application's history, and call again if it is still needed",
		}
	}
	release = func() error {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*redisTimeout)
		defer cancel()
		return s.store.Release(ctx, writing, owner)
	}
	free, err = s.claimPlan(ctx, p)
	switch {
	case err != nil:
		return nil, errors.Join(storeError(err), release())
	case !free:
		if err := release(); err != nil {
			return nil, errors.Join(&PlanError{Fault: PlanUsed}, err)
		}
		return nil, &PlanError{Fault: PlanUsed}
	}
	return release, nil
}

func (s *Service) claimPlan(ctx context.Context, p *Plan) (free bool, err error) {
	return s.store.Claim(ctx, planKey(p), planUsed, planClaim)
}

// planUsed is what the store holds for a used plan.
const planUsed = "used"

func planKey(p *Plan) string { return "plan/" + p.ID }

func storeError(err error) error {
	if errors.Is(err, errFull) {
		return &RefusedError{
			Reason: err.Error() + ", and this server can remember no more",
			Next:   "this call sent nothing; the server takes writes again as plans run out, within a day, or once whoever runs it has set PINGKIT_PLAN_STORE",
			Err:    err,
		}
	}
	return &RefusedError{
		Reason: fmt.Sprintf("the store of used plans (PINGKIT_PLAN_STORE) does not say whether the plan was used: %v", err),
		Next:   "this call sent nothing; call again when the store works",
		Err:    err,
	}
}

// lookLifetime is how long what was read of PingCentral counts as its state.
const lookLifetime = 10 * time.Second

// stillDue refuses a write whose time has passed: the caller left, pingkit is
// shutting down, the plan expired, or the state was read too long ago. A clock
// that was set back counts as too long, and so does a machine that slept.
func (s *Service) stillDue(ctx context.Context, p *Plan) error {
	now := s.now().Round(0)
	age := now.Sub(p.looked.Round(0))
	switch err := s.audit.drained(); {
	case ctx.Err() != nil:
		return fmt.Errorf("nothing was sent: %w", context.Cause(ctx))
	case err != nil:
		return &RefusedError{Reason: "nothing was sent: " + err.Error(), Next: "call again when it runs again", Err: err}
	case !now.Before(p.Expires):
		return &PlanError{Fault: PlanExpired}
	case age < 0 || age > lookLifetime:
		return &RefusedError{
			Reason: fmt.Sprintf("nothing was sent: the state was read more than %s before the write could begin", lookLifetime),
			Next:   "call again for a new plan; if it happens again, check the audit's disk",
		}
	}
	return nil
}

// act sends the one request of a plan that was read a moment ago.
func (s *Service) act(ctx context.Context, p *Plan, a Approval) (Outcome, error) {
	api, err := s.api()
	if err != nil {
		return Outcome{}, err
	}
	var secret string
	r, _ := p.request.(PromoteRequest)
	if r.ClientSecretRef != "" {
		if secret, err = s.secrets.lookup(r.ClientSecretRef); err != nil {
			return Outcome{}, err
		}
		ctx = connect.WithSecret(ctx, secret)
	}
	if err := ctx.Err(); err != nil {
		return Outcome{}, fmt.Errorf("nothing was sent: %w", context.Cause(ctx))
	}
	line := record{
		kind: p.Kind, plan: p, approval: a, application: p.Application, target: p.Target, restores: p.Restores,
		secretRef: r.ClientSecretRef, redirects: r.RedirectURIs, transaction: connect.TransactionID(ctx),
	}
	entry, err := s.audit.begin(ctx, line)
	switch {
	case err != nil && ctx.Err() != nil:
		return Outcome{}, fmt.Errorf("nothing was sent: %w", context.Cause(ctx))
	case err != nil:
		return Outcome{}, &RefusedError{
			Policy: true,
			Reason: fmt.Sprintf("a write without an audit line is not sent: %v", err),
			Next:   "mend the audit's file or stream, then call again",
			Err:    err,
		}
	}
	// The audit may have waited for its disk or reader.
	if err := s.stillDue(ctx, p); err != nil {
		if failed := entry.end(statusNotSent, err.Error()); failed != nil {
			err = errors.Join(err, failed)
		}
		return Outcome{}, err
	}
	answer, err := s.send(ctx, api, p, secret)
	// The caller may leave now; what was sent is seen through.
	ctx = context.WithoutCancel(ctx)
	out := Outcome{Application: p.Application, TransactionID: line.transaction}
	if err == nil {
		s.settle(ctx, api, p, answer, &out)
		if failed := s.keepOutcome(ctx, p, usedPlan{Outcome: &out}); failed != nil {
			out.Notes = append(out.Notes, "a repeated call cannot get this outcome again: "+explain.Plain(failed.Error()))
		}
	}
	status, detail := out.Status, out.Message
	if p.Kind == KindPromote && out.Promotion != nil {
		detail += " (id " + bare(out.Promotion.ID) + ")"
	}
	if err != nil {
		status, detail = "not_done", err.Error()
	}
	if failed := entry.end(status, detail); failed != nil && err == nil {
		out.Notes = append(out.Notes, "the audit lacks the line of this outcome: "+explain.Plain(failed.Error()))
	} else if failed != nil {
		err = errors.Join(err, failed)
	}
	return out, err
}
