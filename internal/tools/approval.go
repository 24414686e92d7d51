package tools

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/pingcentral"
)

// questionID is the id of the one question that a call asks its user.
const questionID = "approve"

// What became of a write that was asked for. A write that PingCentral did not
// carry out is an error.
const (
	statusConfirmationRequired = "confirmation_required"
	statusDeclined             = "declined"
)

// writeResult is the answer of promote_application and revert_application.
type writeResult struct {
	Status    string   `json:"status"` // promoted, reverted, confirmation_required, declined, unknown
	Message   string   `json:"message"`
	Reason    string   `json:"reason,omitempty"`    // why there is no approval: declined, cancelled, timed_out, undeliverable
	Promotion string   `json:"promotion,omitempty"` // id of the row in the history
	Changed   []string `json:"changed,omitempty"`
	Plan      string   `json:"plan,omitempty"` // the sealed plan, to be confirmed with
}

// write carries out a promotion or a revert after approval: by the user, asked
// through the client; or, where the client cannot ask, by a second call with the
// sealed plan of the first one.
func write(ctx context.Context, d *Deps, request pingcentral.Request, token string) (*writeResult, error) {
	trip := roundTripOf(ctx)
	switch {
	case trip.state != "":
		return answered(ctx, d, request, trip)
	case token != "" && !CanAsk(ctx):
		plan, err := d.Promotion.Open(token, CallerOf(ctx), pingcentral.ByPlan, request)
		if err != nil {
			return nil, err
		}
		return execute(ctx, d, plan, pingcentral.Approval{By: pingcentral.ByPlan, Caller: CallerOf(ctx), How: "sealed plan"})
	}
	var plan *pingcentral.Plan
	var err error
	switch r := request.(type) {
	case pingcentral.PromoteRequest:
		plan, err = d.Promotion.PlanPromotion(ctx, r)
	case pingcentral.RevertRequest:
		plan, err = d.Promotion.PlanRevert(ctx, r)
	}
	if err != nil {
		return nil, err
	}
	return seekApproval(ctx, d, plan, "")
}

// seekApproval asks the user to approve the plan, or gives the plan to the model
// to do so. preface says why there is a plan where none was expected.
func seekApproval(ctx context.Context, d *Deps, plan *pingcentral.Plan, preface string) (*writeResult, error) {
	words := strings.TrimSpace(preface + "\n\n" + plan.Words())
	if CanAsk(ctx) {
		state, err := d.Promotion.Seal(plan, CallerOf(ctx), pingcentral.ByUser)
		if err != nil {
			return nil, err
		}
		return nil, &questionError{state: state, words: words}
	}
	sealed, err := d.Promotion.Seal(plan, CallerOf(ctx), pingcentral.ByPlan)
	if err != nil {
		return nil, err
	}
	return &writeResult{
		Status: statusConfirmationRequired,
		Message: words + "\n\nNothing was sent yet. Show this plan to the user, all of it. Only if the user approves it, " +
			"call again with the same arguments and the value of plan.",
		Plan: sealed,
	}, nil
}

// answered goes on with a call that has asked its user.
func answered(ctx context.Context, d *Deps, request pingcentral.Request, trip roundTrip) (*writeResult, error) {
	if !CanAsk(ctx) {
		return nil, &pingcentral.RefusedError{
			Policy: true,
			Reason: "an answer of the user came from a client that does not declare that it can ask (elicitation); nothing was sent",
			Next:   "call again without it",
		}
	}
	if why := UnansweredOf(ctx); why != "" {
		return noAnswer(why), nil
	}
	plan, err := d.Promotion.Open(trip.state, CallerOf(ctx), pingcentral.ByUser, request)
	if e, ok := errors.AsType[*pingcentral.PlanError](err); ok && e.Fault == pingcentral.PlanExpired {
		return noAnswer(TimedOut), nil
	}
	if err != nil {
		return nil, err
	}
	answer := server.ElicitationResponse(trip.responses, questionID)
	if answer == nil {
		return noAnswer(Undeliverable), nil
	}
	declined := &writeResult{Status: statusDeclined}
	switch decision(answer) {
	case mcp.ElicitationResponseActionAccept:
		return execute(ctx, d, plan, pingcentral.Approval{By: pingcentral.ByUser, Caller: CallerOf(ctx), How: "elicitation"})
	case mcp.ElicitationResponseActionDecline:
		declined.Reason = "declined"
		declined.Message = "The user declined. Nothing was sent. Do not call again unless the user asks for it."
	case mcp.ElicitationResponseActionCancel:
		declined.Reason = "cancelled"
		declined.Message = "The user closed the question without an answer. Nothing was sent. Ask the user what to do before another call."
	default:
		return noAnswer(Undeliverable), nil
	}
	if err := d.Promotion.Discard(ctx, plan); err != nil {
		// The user's no stands all the same.
		declined.Message += " The plan could not be marked as used: " + sentence(explain.Plain(err.Error()))
	}
	return declined, nil
}

// noAnswer is the result where the user was asked and said nothing.
func noAnswer(why Unanswered) *writeResult {
	if why == TimedOut {
		return &writeResult{
			Status: statusConfirmationRequired, Reason: "timed_out",
			Message: "The user was asked and did not answer in time. Nothing was sent. Call again when the user is there.",
		}
	}
	return &writeResult{
		Status: statusConfirmationRequired, Reason: "undeliverable",
		Message: "The client says that it can ask its user, but the question did not get an answer through it. Nothing was sent. " +
			"Call again, or have the user run pingkit app on a terminal, which asks by itself.",
	}
}

// execute carries out an approved plan. If the state changed since it was made,
// nothing is sent and the new plan is to be approved.
func execute(ctx context.Context, d *Deps, plan *pingcentral.Plan, approval pingcentral.Approval) (*writeResult, error) {
	outcome, err := d.Promotion.Execute(ctx, plan, approval)
	if changed, ok := errors.AsType[*pingcentral.ChangedError](err); ok {
		return seekApproval(ctx, d, changed.New, "The application, its target or its history changed since the plan was made. "+
			"Nothing was sent. This is the plan as it is now:")
	}
	if err != nil {
		return nil, err
	}
	if outcome.Status == pingcentral.StatusNotPromoted || outcome.Status == pingcentral.StatusNotReverted {
		return nil, &notDoneError{outcome}
	}
	result := &writeResult{Status: string(outcome.Status), Message: told(outcome), Changed: outcome.Changed}
	if outcome.Promotion != nil {
		result.Promotion = outcome.Promotion.ID
	}
	return result, nil
}

// notDoneError is a write that was sent and found not to have happened.
type notDoneError struct{ pingcentral.Outcome }

func (e *notDoneError) Error() string { return told(e.Outcome) }

// told is all that an outcome says, in sentences. Only one that has to be looked
// into needs the transaction id, which the audit has of each.
func told(outcome pingcentral.Outcome) string {
	sentences := []string{sentence(outcome.Message)}
	for _, note := range slices.Concat(outcome.Notes, []string{outcome.Next}) {
		if note != "" {
			sentences = append(sentences, sentence(capital(note)))
		}
	}
	done := outcome.Status == pingcentral.StatusPromoted || outcome.Status == pingcentral.StatusReverted
	if outcome.TransactionID != "" && !done {
		sentences = append(sentences, "Transaction id: "+outcome.TransactionID+".")
	}
	return strings.Join(sentences, " ")
}
