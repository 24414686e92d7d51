package pingcentral

import (
	"context"
	"encoding/json"
	"fmt"

	"example.com/pingkit/internal/explain"
)

// usedPlan is what the store keeps of a plan that was used: the outcome of its
// write, or why there was no write.
type usedPlan struct {
	Outcome *Outcome `json:"outcome,omitempty"`
	NotDone string   `json:"not_done,omitempty"`
}

// keepOutcome stores what became of a plan for as long as its use is remembered,
// so that a repeated call gets it again.
func (s *Service) keepOutcome(ctx context.Context, p *Plan, used usedPlan) error {
	text, err := json.Marshal(used)
	if err != nil {
		return fmt.Errorf("the outcome cannot be kept: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*redisTimeout)
	defer cancel()
	_, err = s.store.Claim(ctx, "outcome/"+p.ID, string(text), planClaim)
	return err
}

// keepNotDone stores why a used plan made no write. If that fails, a repeated call
// is only told less: that the earlier one may have made its write.
func (s *Service) keepNotDone(ctx context.Context, p *Plan, why string) {
	_ = s.keepOutcome(ctx, p, usedPlan{NotDone: explain.Plain(why)})
}

// EarlierOutcome returns the outcome of a plan that an earlier call used. Where
// that call made no write, or what became of it is not known, the error is a
// *PlanError that says so.
func (s *Service) EarlierOutcome(ctx context.Context, p *Plan) (Outcome, error) {
	text, err := s.stored(ctx, "outcome/"+p.ID)
	if err != nil {
		return Outcome{}, err
	}
	var used usedPlan
	if text == "" || json.Unmarshal([]byte(text), &used) != nil || used.Outcome == nil {
		return Outcome{}, &PlanError{Fault: PlanUsed, NotDone: used.NotDone}
	}
	used.Outcome.Notes = append(used.Outcome.Notes, "this is the outcome of an earlier call with the same plan; this call sent nothing")
	return *used.Outcome, nil
}

// expired returns the outcome of a plan whose time is over, if an earlier call had
// used it; else the error says that it expired.
func (s *Service) expired(ctx context.Context, p *Plan) (Outcome, error) {
	used, err := s.stored(ctx, planKey(p))
	switch {
	case err != nil:
		return Outcome{}, err
	case used != "":
		return s.EarlierOutcome(ctx, p)
	}
	return Outcome{}, &PlanError{Fault: PlanExpired}
}

// stored reads the store of used plans.
func (s *Service) stored(ctx context.Context, key string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*redisTimeout)
	defer cancel()
	value, err := s.store.Value(ctx, key)
	if err != nil {
		return "", &RefusedError{
			Reason: "the store of used plans cannot be read, and an earlier call may have used this plan: " + explain.Plain(err.Error()),
			Next:   "read the application's history before another promotion or revert", Err: err,
		}
	}
	return value, nil
}
