package tools

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/pingcentral"
)

// questionID is the id of the one question that a call asks its user.
const questionID = "approve"

// What became of a write that was asked for, besides the statuses of an outcome.
// A write that PingCentral did not carry out is an error.
const (
	statusConfirmationRequired = "confirmation_required" // the client cannot ask; call again with the plan
	statusApprovalRequired     = "approval_required"     // the client cannot ask, and a person has to approve
	statusDeclined             = "declined"
	statusUnattended           = "unattended" // the client was asked, and no person is known to have answered
)

// readingTime is the least time in which a person can read a question and answer
// it. A client that runs unattended answers within some milliseconds.
const readingTime = 500 * time.Millisecond

// writeResult is the answer of promote_application and revert_application.
type writeResult struct {
	Status    string        `json:"status"` // promoted, reverted, confirmation_required, approval_required, declined, unattended, unknown
	Message   string        `json:"message"`
	Reason    string        `json:"reason,omitempty"`    // why there is no approval: dry_run, declined, cancelled, wrong_answer, too_fast, timed_out, undeliverable
	Promotion string        `json:"promotion,omitempty"` // id of the row in the history
	Changed   []string      `json:"changed,omitempty"`
	Approved  *approvedText `json:"approved,omitempty"`
	Plan      string        `json:"plan,omitempty"`    // the sealed plan, to be confirmed with
	Command   string        `json:"command,omitempty"` // with which a person approves on a terminal
}

// approvedText says who approved a write, and how.
type approvedText struct {
	By  string `json:"by"`
	How string `json:"how"`
}

// write carries out a promotion or a revert after approval: by the user, asked
// through the client; or, where the client cannot ask, by a second call with the
// sealed plan of the first one.
func write(ctx context.Context, d *Deps, request pingcentral.Request, token string, dryRun bool) (*writeResult, error) {
	trip := roundTripOf(ctx)
	switch {
	case dryRun:
		return rehearse(ctx, d, request)
	case trip.state != "":
		return answered(ctx, d, request, trip)
	case token != "" && !CanAsk(ctx):
		plan, err := d.Promotion.Open(token, CallerOf(ctx), pingcentral.ByPlan, request)
		if err != nil {
			return nil, err
		}
		return execute(ctx, d, plan, pingcentral.Approval{By: pingcentral.ByPlan, Caller: CallerOf(ctx), How: "sealed plan"})
	}
	plan, err := planOf(ctx, d, request)
	if err != nil {
		return nil, err
	}
	return seekApproval(ctx, d, plan, "")
}

// rehearse makes the plan, and seeks no approval.
func rehearse(ctx context.Context, d *Deps, request pingcentral.Request) (*writeResult, error) {
	plan, err := planOf(ctx, d, request)
	if err != nil {
		return nil, err
	}
	return &writeResult{
		Status: statusConfirmationRequired, Reason: "dry_run",
		Message: plan.Words() + "\n\nThis was a dry run. Nothing was sent. Call again without dry_run to have a person approve it.",
	}, nil
}

func planOf(ctx context.Context, d *Deps, request pingcentral.Request) (*pingcentral.Plan, error) {
	switch r := request.(type) {
	case pingcentral.PromoteRequest:
		return d.Promotion.PlanPromotion(ctx, r)
	case pingcentral.RevertRequest:
		return d.Promotion.PlanRevert(ctx, r)
	}
	return nil, fmt.Errorf("there is no plan for a %T", request)
}

// seekApproval asks the user to approve the plan; where the client cannot ask, it
// gives the plan to the model to do so, or, for a shielded target, the command
// for a terminal. preface says why there is a plan where none was expected.
func seekApproval(ctx context.Context, d *Deps, plan *pingcentral.Plan, preface string) (*writeResult, error) {
	if CanAsk(ctx) {
		state, err := d.Promotion.Seal(plan, CallerOf(ctx), pingcentral.ByUser)
		if err != nil {
			return nil, err
		}
		words := plan.Words()
		if preface != "" { // after the first line, which may be all that is shown
			first, rest, _ := strings.Cut(words, "\n")
			words = first + "\n" + preface + "\n" + rest
		}
		return nil, &questionError{state: state, words: words, plan: plan}
	}
	words := strings.TrimSpace(preface + "\n\n" + plan.Words())
	if plan.Shielded {
		return &writeResult{
			Status:  statusApprovalRequired,
			Message: words + "\n\nNothing was sent. The environment is shielded, and the client cannot ask a person to approve. " + terminalWay,
			Command: plan.Command(),
		}, nil
	}
	sealed, err := d.Promotion.Seal(plan, CallerOf(ctx), pingcentral.ByPlan)
	if err != nil {
		return nil, err
	}
	message := words + "\n\nNothing was sent yet. Show this plan to the user, all of it. Only if the user approves it, " +
		"call again with the same arguments and the value of plan."
	if err := d.Promotion.Unshared(); err != nil {
		message += " Only this process of the server can carry it out: " + sentence(explain.Plain(err.Error())) +
			" If your client starts the server for each call, set PINGKIT_PLAN_KEY_FILE and PINGKIT_PLAN_STORE."
	}
	return &writeResult{Status: statusConfirmationRequired, Message: message, Plan: sealed}, nil
}

// terminalWay says how a person approves with a result's command.
const terminalWay = "Show the user the plan and the value of command, which a person runs on a terminal where pingkit is set up. " +
	"The command shows the plan again, asks, and sends nothing if the state has changed. Do not run it yourself."

// answered goes on with a call that has asked its user.
func answered(ctx context.Context, d *Deps, request pingcentral.Request, trip roundTrip) (*writeResult, error) {
	if !CanAsk(ctx) {
		return nil, &pingcentral.RefusedError{
			Policy: true,
			Reason: "an answer of the user came from a client that does not declare that it can ask (elicitation); this call sent nothing",
			Next:   "call again without it",
		}
	}
	plan, err := d.Promotion.Open(trip.state, CallerOf(ctx), pingcentral.ByUser, request)
	if err != nil {
		return nil, err
	}
	answer := server.ElicitationResponse(trip.responses, questionID)
	asked := d.Promotion.Asked(plan)
	switch why := UnansweredOf(ctx); {
	case why == TimedOut || d.Promotion.Expired(plan):
		return unattended(ctx, d, request, plan, "timed_out", noAnswerInTime)
	case why != "" || answer == nil || !slices.Contains(actions, answer.Action):
		return unattended(ctx, d, request, plan, "undeliverable",
			"The client declares that it can ask its user (elicitation), but it gave no answer to the question, so no person is known to have seen it.")
	case asked < cmp.Or(d.ReadingTime, readingTime):
		return unattended(ctx, d, request, plan, "too_fast", fmt.Sprintf("The client answered %q %d ms after it was asked, "+
			"which is faster than a person can read. Clients that run unattended do that. No person is known to have seen the question.",
			string(answer.Action), max(0, asked.Milliseconds())))
	}
	approval := pingcentral.Approval{By: pingcentral.ByUser, Caller: CallerOf(ctx), How: byForm}
	declined := &writeResult{Status: statusDeclined}
	switch {
	case answer.Action == mcp.ElicitationResponseActionCancel:
		declined.Reason = "cancelled"
		declined.Message = "The client reports that the question was closed without an answer. Nothing was sent. Ask the user what to do before another call."
	case answer.Action == mcp.ElicitationResponseActionDecline, strings.EqualFold(strings.TrimSpace(typed(answer)), pingcentral.No):
		declined.Reason = "declined"
		declined.Message = "The client reports that the user declined. Nothing was sent. Do not call again unless the user asks for it."
	default:
		approval.Answer = typed(answer)
		return execute(ctx, d, plan, approval)
	}
	err = d.Promotion.Decline(ctx, plan, approval, declined.Reason)
	if used(err) {
		return earlierOutcome(ctx, d, plan, approval)
	}
	declined.note(err)
	return declined, nil
}

func used(err error) bool {
	e, ok := errors.AsType[*pingcentral.PlanError](err)
	return ok && e.Fault == pingcentral.PlanUsed
}

// earlierOutcome is the result of a call whose plan was used by an earlier one.
func earlierOutcome(ctx context.Context, d *Deps, plan *pingcentral.Plan, approval pingcentral.Approval) (*writeResult, error) {
	outcome, err := d.Promotion.EarlierOutcome(ctx, plan)
	if err != nil {
		return nil, err
	}
	return resultOf(outcome, approval)
}

// byForm is how a user approves through the client.
const byForm = "form"

var actions = []mcp.ElicitationResponseAction{mcp.ElicitationResponseActionAccept, mcp.ElicitationResponseActionDecline, mcp.ElicitationResponseActionCancel}

var noAnswerInTime = fmt.Sprintf("No answer to the question came within %d minutes.", int(pingcentral.PlanLifetime.Minutes()))

// note adds what could not be recorded of an answer, which stands all the same. An
// earlier call with the plan may have sent something then.
func (r *writeResult) note(err error) {
	if err != nil {
		r.Message = strings.Replace(r.Message, "Nothing was sent.", "This call sent nothing.", 1)
		r.Message += " The answer could not be recorded: " + sentence(explain.Plain(err.Error()))
	}
}

// unattended is the result where no person is known to have answered. It offers
// the terminal. The plan that was asked is used up; if an earlier call used it, the
// result is that call's.
func unattended(ctx context.Context, d *Deps, request pingcentral.Request, asked *pingcentral.Plan, reason, says string) (*writeResult, error) {
	result := &writeResult{Status: statusUnattended, Reason: reason, Message: says + " Nothing was sent."}
	approval := pingcentral.Approval{By: pingcentral.ByUser, Caller: CallerOf(ctx), How: byForm}
	err := d.Promotion.Decline(ctx, asked, approval, reason+": "+says)
	if used(err) {
		return earlierOutcome(ctx, d, asked, approval)
	}
	result.note(err)
	plan, err := planOf(ctx, d, request)
	if err != nil {
		result.Message += " The state cannot be read for a new plan: " + Explain(err)
		return result, nil
	}
	result.Message += " " + terminalWay + " The plan:\n\n" + plan.Words()
	result.Command = plan.Command()
	return result, nil
}

// execute carries out an approved plan. If the state changed since it was made,
// nothing is sent and the new plan is to be approved.
func execute(ctx context.Context, d *Deps, plan *pingcentral.Plan, approval pingcentral.Approval) (*writeResult, error) {
	outcome, err := d.Promotion.Execute(ctx, plan, approval)
	if changed, ok := errors.AsType[*pingcentral.ChangedError](err); ok {
		return seekApproval(ctx, d, changed.New, "The application, its target or its history changed since the plan was made. "+
			"Nothing was sent. This is the plan as it is now.")
	}
	if wrong, ok := errors.AsType[*pingcentral.NotApprovedError](err); ok {
		return &writeResult{Status: statusDeclined, Reason: "wrong_answer",
			Message: capital(sentence(explain.Plain(wrong.Error()))) + " Ask the user before another call, which asks the question again."}, nil
	}
	if err != nil {
		return nil, err
	}
	return resultOf(outcome, approval)
}

// resultOf is the result of a write that was sent.
func resultOf(outcome pingcentral.Outcome, approval pingcentral.Approval) (*writeResult, error) {
	if outcome.Status == pingcentral.StatusNotPromoted || outcome.Status == pingcentral.StatusNotReverted {
		return nil, &notDoneError{outcome}
	}
	result := &writeResult{Status: string(outcome.Status), Message: told(outcome), Changed: outcome.Changed, Approved: approvedBy(approval)}
	if outcome.Promotion != nil {
		result.Promotion = outcome.Promotion.ID
	}
	return result, nil
}

// approvedBy names the approver as well as it is known.
func approvedBy(a pingcentral.Approval) *approvedText {
	by := cmp.Or(a.Caller, "the client's user")
	if a.By == pingcentral.ByPlan {
		by = cmp.Or(a.Caller, "the client") + ", which presented the plan; whether a person approved it is not known"
	}
	return &approvedText{By: by, How: a.How}
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
