package pingcentral

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Seal returns the plan as a token of some 250 characters for a URL or an
// argument. It is good for PlanLifetime from the plan's making, once, for this
// caller, this request and this way of approval. A plan that a person has to
// approve is not sealed for ByPlan: the error is a *RefusedError.
func (s *Service) Seal(p *Plan, caller string, by Means) (string, error) {
	if means[by] == 0 {
		return "", fmt.Errorf("there is no approval by %q", by)
	}
	if p.request == nil || p.sealedFor != "" {
		return "", errors.New("a plan that came out of a seal is not sealed again")
	}
	if by == ByPlan && p.Shielded {
		return "", shieldedError(p.Target)
	}
	sealer, err := s.sealer()
	if err != nil {
		return "", err
	}
	c := content{kind: p.Kind, means: by, expires: p.Expires, sealed: s.now()}
	if err := errors.Join(unhex(c.id[:], p.ID), unhex(c.subject[:], p.subject), unhex(c.state[:], p.Digest)); err != nil {
		return "", err
	}
	if c.arguments, err = digest(p.Kind, argumentsOf(p.request)); err != nil {
		return "", err
	}
	if c.caller, err = digest(caller); err != nil {
		return "", err
	}
	return sealer.seal(c), nil
}

// Open returns the plan that Seal made into token for an equal request, caller
// and way of approval. The error is a *PlanError. Nothing is read or sent, and
// the plan is not used up: Execute does that, and refuses a plan that expired,
// which may have been used before.
func (s *Service) Open(token, caller string, by Means, request Request) (*Plan, error) {
	sealer, err := s.sealer()
	if err != nil {
		return nil, err
	}
	c, ok := sealer.open(token)
	if !ok {
		return nil, &PlanError{Fault: PlanUnreadable}
	}
	arguments, err := digest(request.kind(), argumentsOf(request))
	if err != nil {
		return nil, err
	}
	who, err := digest(caller)
	if err != nil {
		return nil, err
	}
	switch {
	case c.expires.Sub(s.now()) > PlanLifetime+time.Minute: // the clock was set back
		return nil, &PlanError{Fault: PlanExpired}
	case c.caller != who:
		return nil, &PlanError{Fault: PlanOtherCaller}
	case c.arguments != arguments: // the kind among them
		return nil, &PlanError{Fault: PlanOtherArguments}
	case c.means != by:
		return nil, &PlanError{Fault: PlanOtherApproval}
	}
	return &Plan{
		ID: hex.EncodeToString(c.id[:]), Kind: c.kind, Digest: hex.EncodeToString(c.state[:]), Expires: c.expires, sealed: c.sealed,
		request: request, subject: hex.EncodeToString(c.subject[:]), sealedFor: c.means, caller: caller,
	}, nil
}

// Expired reports whether the time of the plan is over.
func (s *Service) Expired(p *Plan) bool { return !s.now().Before(p.Expires) }

// approved applies the rules that need no reading.
func (s *Service) approved(p *Plan, a Approval) error {
	switch {
	case means[a.By] == 0 || p.request == nil || len(p.subject) != 2*sha256.Size:
		return &RefusedError{Policy: true, Reason: "the plan was not approved", Next: "show it to the user and ask"}
	case p.sealedFor != "" && p.sealedFor != a.By:
		return &PlanError{Fault: PlanOtherApproval}
	case p.sealedFor != "" && p.caller != a.Caller:
		return &PlanError{Fault: PlanOtherCaller}
	case a.By == ByPlan && p.sealedFor == "":
		return &RefusedError{Policy: true, Reason: "the plan was not presented", Next: "show it to the user, then call again with its token"}
	}
	return nil
}

// suffices applies the rules that depend on the state as it is now.
func (a Approval) suffices(fresh *Plan, sealed bool) error {
	if fresh.Shielded && a.By != ByUser && (a.By != ByFlag || !a.Shielded) {
		return shieldedError(fresh.Target)
	}
	if a.By == ByFlag && !sealed && fresh.inexact {
		return &RefusedError{
			Policy: true,
			Reason: fmt.Sprintf("a part of a name led to the application %s%s, and nobody has seen the plan", quoted(fresh.Application.Name), toward(fresh.Target)),
			Next:   "without a person to ask, give ids or full names",
		}
	}
	return nil
}

func toward(target *Environment) string {
	if target == nil {
		return ""
	}
	return " or the environment " + quoted(target.Name)
}

func shieldedError(target *Environment) error {
	return &RefusedError{
		Policy:   true,
		Shielded: true,
		Reason:   fmt.Sprintf("the environment %s is shielded, and a promotion to it takes a person's own approval", target.show()),
	}
}

// argumentsOf is request without what the caller could still change, and with
// one form for no redirect URIs.
func argumentsOf(request Request) Request {
	r, ok := request.(PromoteRequest)
	if !ok {
		return request
	}
	r.RedirectURIs = append([]string(nil), r.RedirectURIs...)
	return r
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
