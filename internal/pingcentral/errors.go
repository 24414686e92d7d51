package pingcentral

import "fmt"

// RefusedError says that something will not be done, before anything was sent:
// a policy forbids it, or it cannot work.
type RefusedError struct {
	Reason string
	Next   string // what the reader can do about it
	Policy bool   // the operator's settings or the rules of approval forbid it
	// Shielded says that the target is shielded, and that the approval does not
	// suffice for that. What does is for the caller to say, who knows by what ways
	// a person can approve: Next is empty.
	Shielded bool
	Err      error // the cause, where there is one
}

func (e *RefusedError) Error() string {
	if e.Next == "" {
		return e.Reason
	}
	return e.Reason + "; " + e.Next
}

// Unwrap returns the cause.
func (e *RefusedError) Unwrap() error { return e.Err }

// PlanFault says what is wrong with a sealed plan.
type PlanFault string

// The faults of a sealed plan.
const (
	PlanUnreadable     PlanFault = "unreadable"      // altered, or sealed with another key
	PlanExpired        PlanFault = "expired"         // older than its lifetime
	PlanUsed           PlanFault = "used"            // carried out before
	PlanOtherArguments PlanFault = "other arguments" // made for another tool or other arguments
	PlanOtherCaller    PlanFault = "other caller"    // made for somebody else
	PlanOtherApproval  PlanFault = "other approval"  // made for another way of approval
)

// PlanError says that a plan cannot be carried out. This call sent nothing.
type PlanError struct {
	Fault PlanFault
	// NotDone says why the earlier call with a used plan made no write; empty where
	// that is not known.
	NotDone string
}

func (e *PlanError) Error() string {
	switch {
	case e.NotDone != "":
		return e.reason() + ", and made no change: " + e.NotDone + "; call again without a plan for a new one"
	case e.Fault == PlanUsed:
		return e.reason() + ", and that call may have made its write: read the application's history before a new plan"
	case e.Fault == PlanUnreadable:
		return e.reason() + "; this call sent nothing: if an earlier call presented the plan, read the application's history first, else call again without a plan for a new one"
	}
	return e.reason() + "; this call sent nothing: call again without a plan for a new one"
}

func (e *PlanError) reason() string {
	return map[PlanFault]string{
		PlanUnreadable:     "the plan was altered, or was made by a server with another key",
		PlanExpired:        fmt.Sprintf("the plan is older than %d minutes", int(PlanLifetime.Minutes())),
		PlanUsed:           "an earlier call used the plan",
		PlanOtherArguments: "the plan was made for other arguments",
		PlanOtherCaller:    "the plan was made for another caller",
		PlanOtherApproval:  "the plan was made for another way of approval",
	}[e.Fault]
}

// NotApprovedError says that a question was accepted without the answer that
// approves. Nothing was sent, and the plan is used up. Plan is what was asked.
type NotApprovedError struct{ Plan *Plan }

func (e *NotApprovedError) Error() string {
	return "the answer does not approve: " + e.Plan.wanted() + "; nothing was sent"
}

// ChangedError says that the state is no longer the one that was approved.
// Nothing was sent. New is the plan as it would be made now, to be approved
// anew.
type ChangedError struct{ New *Plan }

func (e *ChangedError) Error() string {
	return "the application, its target or its history changed since the plan was made; nothing was sent: read the new plan and approve it"
}

// NotDoneError says that a write was tried and was not done for certain:
// PingCentral refused it, or the request never reached it. Err is a
// *connect.Error.
type NotDoneError struct {
	Act  string // such as `promotion of "Payroll" to "Production"`
	Next string // what to do, where the failure tells
	Err  error
}

func (e *NotDoneError) Error() string {
	text := fmt.Sprintf("the %s was not done: %v", e.Act, e.Err)
	if e.Next != "" {
		text += "; " + e.Next
	}
	return text
}

// Unwrap returns PingCentral's answer, or why there is none.
func (e *NotDoneError) Unwrap() error { return e.Err }

// Hint returns what to do about the failure; empty if the text says all.
func (e *NotDoneError) Hint() string { return e.Next }

// Hint returns what to do about the refusal; empty if the text says all.
func (e *RefusedError) Hint() string { return e.Next }

// NeedsShieldedApproval reports whether the approval does not suffice for a
// shielded target.
func (e *RefusedError) NeedsShieldedApproval() bool { return e.Shielded }
