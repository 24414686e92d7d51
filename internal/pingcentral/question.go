package pingcentral

import (
	"context"
	"errors"
	"strings"
	"time"

	"example.com/pingkit/internal/explain"
)

// No is the answer to a question that approves nothing. It is the default.
const No = "no"

// Yes is the choice that approves a plan whose target is not shielded.
func (p *Plan) Yes() string { return "yes, " + string(p.Kind) }

// answeredYes reports whether answer is what only a person gives who read the
// question: the name of a shielded environment, or the choice that is not the
// default. It takes a plan that holds what was read.
func (p *Plan) answeredYes(answer string) bool {
	answer = strings.TrimSpace(answer)
	if p.Shielded {
		return answer != "" && strings.EqualFold(answer, p.ToType())
	}
	return strings.EqualFold(answer, p.Yes())
}

// wanted says what approves.
func (p *Plan) wanted() string {
	if p.Shielded {
		return "it has to be the name of the environment"
	}
	return "it has to be " + quoted(p.Yes())
}

// ToType is what a person types to approve a promotion to a shielded
// environment: its name, or its ID where it has none.
func (p *Plan) ToType() string {
	if p.Target.Name != "" {
		return p.Target.Name
	}
	return p.Target.ID
}

// Asked returns how long ago a plan from Open was sealed, which is when its
// question was asked.
func (s *Service) Asked(p *Plan) time.Duration { return s.now().Sub(p.sealed) }

// Decline uses up a plan whose question was not answered with an approval, so
// that the answer cannot be changed to a yes later, and leaves a line about it in
// the audit. It sends nothing. The detail says what the answer was. If an earlier
// call used the plan, the error is a *PlanError, and EarlierOutcome says more.
func (s *Service) Decline(ctx context.Context, p *Plan, a Approval, detail string) error {
	free, err := s.claimPlan(ctx, p)
	switch {
	case err != nil:
		return errors.Join(storeError(err), s.auditAnswer(ctx, p, a, detail))
	case !free:
		return &PlanError{Fault: PlanUsed}
	}
	s.keepNotDone(ctx, p, "no person approved it ("+detail+")")
	return s.auditAnswer(ctx, p, a, detail)
}

// auditAnswer leaves a line about an answer that does not approve.
func (s *Service) auditAnswer(ctx context.Context, p *Plan, a Approval, detail string) error {
	line := record{phase: "asked", kind: p.Kind, plan: p, approval: a, application: p.Application, target: p.Target, restores: p.Restores,
		outcome: statusNotApproved, detail: explain.Plain(detail)}
	switch r := p.request.(type) {
	case PromoteRequest:
		line.redirects, line.secretRef = r.RedirectURIs, r.ClientSecretRef
		if line.target == nil { // a plan from Open: as the caller named them
			line.application.Name, line.target = r.Application, &Environment{Name: r.Environment}
		}
	case RevertRequest:
		if line.restores == nil {
			line.application.Name, line.restores = r.Application, &Promotion{ID: r.Promotion}
		}
	}
	return s.audit.write(ctx, line)
}
