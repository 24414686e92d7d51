package pingcentral

import (
	"context"
	"encoding/json"
	"fmt"

	"example.com/pingkit/internal/explain"
)

// keepOutcome stores the outcome of a plan for as long as its use is remembered,
// so that a repeated call gets it again.
func (s *Service) keepOutcome(ctx context.Context, p *Plan, out Outcome) error {
	text, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("the outcome cannot be kept: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*redisTimeout)
	defer cancel()
	return s.store.Keep(ctx, "outcome/"+p.ID, string(text), planClaim)
}

// keptOutcome returns the outcome of a plan that was used before. Without one,
// the error says what is known: the write may have been made.
func (s *Service) keptOutcome(ctx context.Context, p *Plan) (Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*redisTimeout)
	defer cancel()
	text, err := s.store.Kept(ctx, "outcome/"+p.ID)
	if err != nil {
		return Outcome{}, &RefusedError{
			Reason: "the plan was used by an earlier call, and the outcome cannot be read: " + explain.Plain(err.Error()),
			Next:   "read the application's history before another promotion or revert", Err: err,
		}
	}
	var out Outcome
	if text == "" || json.Unmarshal([]byte(text), &out) != nil {
		return Outcome{}, &PlanError{PlanUsed}
	}
	out.Notes = append(out.Notes, "this is the outcome of an earlier call with the same plan; this call sent nothing")
	return out, nil
}
