package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"example.com/pingkit/internal/explain"
	"example.com/pingkit/internal/pingcentral"
)

// writeResult is the result of app promote and app revert.
type writeResult struct {
	Status        string   `json:"status"` // promoted, reverted, confirmation_required, not_promoted, not_reverted, unknown
	Message       string   `json:"message"`
	Next          string   `json:"next,omitempty"`
	Application   string   `json:"application,omitempty"`
	Environment   string   `json:"environment,omitempty"`
	Shielded      bool     `json:"shielded,omitempty"`
	Promotion     string   `json:"promotion,omitempty"` // id of the row in the history
	Changed       []string `json:"changed,omitempty"`
	Notes         []string `json:"notes,omitempty"`
	Plan          string   `json:"plan,omitempty"` // of a dry run: the token that --plan takes
	PlanExpires   string   `json:"plan_expires,omitempty"`
	TransactionID string   `json:"transaction_id,omitempty"`
}

func (r *writeResult) text(w *textWriter) {
	w.line("%s", r.Message)
	for _, line := range r.Changed {
		w.line("  changed: %s", line)
	}
	for _, line := range r.Notes {
		w.line("  note: %s", line)
	}
	if r.Promotion != "" {
		w.line("  promotion: %s", r.Promotion)
	}
	if r.TransactionID != "" {
		w.line("  transaction id: %s", r.TransactionID)
	}
	if r.Plan != "" {
		w.line("\nplan: %s", r.Plan)
	}
	if r.Next != "" {
		w.line("\n%s", r.Next)
	}
}

// writing is a promotion or a revert that is asked for on a command line.
type writing struct {
	cli      *cli
	services *pingcentral.Service
	request  pingcentral.Request
	plan     func(context.Context) (*pingcentral.Plan, error)

	flags writeFlags
}

type writeFlags struct {
	to                    string
	dryRun, yes, shielded bool
	token, expect         string
}

func (f *writeFlags) add(cmd *cobra.Command, to string) {
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", to)
	flags.BoolVar(&f.dryRun, "dry-run", false, "show the plan, and send nothing")
	flags.StringVar(&f.token, "plan", "", "carry out the plan of an earlier --dry-run: its `TOKEN`")
	flags.StringVar(&f.expect, "expect-state", "", "send nothing unless the state has this `DIGEST`, as in a command that the MCP server gave")
	flags.BoolVar(&f.yes, "yes", false, "approve without being asked")
	flags.BoolVar(&f.shielded, "shielded", false, "with --yes or --plan: a shielded environment is meant")
	offer(cmd, "plan", cobra.NoFileCompletions)
	offer(cmd, "expect-state", cobra.NoFileCompletions)
}

// approvalHelp ends the help of both commands.
const approvalHelp = `

Nothing is sent without approval. On a terminal the plan is shown and you are
asked. Elsewhere, either run with --dry-run, read the plan, and run the same with
--plan TOKEN within 5 minutes; or approve beforehand with --yes. A shielded
environment takes --shielded besides. The key of tokens is a file of yours in the
configuration directory, or PINGKIT_PLAN_KEY_FILE; if it can be neither made nor
read, --dry-run shows the plan alone.`

// expected refuses a plan of another state than --expect-state names.
func (f *writeFlags) expected(plan *pingcentral.Plan) error {
	if f.expect == "" || strings.EqualFold(f.expect, plan.Digest) {
		return nil
	}
	return failed(exitRefused, "run it without --expect-state to see the plan as it is now",
		"the application, its target, its history or the settings are not those that the command was made for (--expect-state); nothing was sent")
}

// check refuses flags that contradict each other, and takes the second argument
// for --to.
func (f *writeFlags) check(command, target string, args []string) error {
	switch {
	case len(args) == 2 && f.to != "":
		return usagef(command, "--to %s and the argument %s contradict each other: give one of them", f.to, args[1])
	case len(args) == 2:
		f.to = args[1]
	case strings.TrimSpace(f.to) == "":
		return usagef(command, "--to %s is missing", target)
	}
	var given []string
	for _, flag := range []struct {
		name string
		set  bool
	}{{"--dry-run", f.dryRun}, {"--plan", f.token != ""}, {"--yes", f.yes}} {
		if flag.set {
			given = append(given, flag.name)
		}
	}
	if len(given) > 1 {
		return usagef(command, "%s contradict each other: give one of them", strings.Join(given, " and "))
	}
	return nil
}

// run carries the write out, or as far as it was approved.
func (w *writing) run(ctx context.Context) error {
	plan := w.plan
	w.plan = func(ctx context.Context) (*pingcentral.Plan, error) {
		p, err := plan(ctx)
		if err != nil {
			return nil, err
		}
		return p, w.flags.expected(p)
	}
	switch {
	case w.flags.dryRun:
		return w.rehearse(ctx)
	case w.flags.token != "":
		plan, err := w.services.Open(w.flags.token, caller(), pingcentral.ByFlag, w.request)
		if err != nil {
			return err
		}
		return w.execute(ctx, plan, pingcentral.Approval{By: pingcentral.ByFlag, How: "--plan", Shielded: w.flags.shielded})
	case w.flags.yes:
		return w.approved(ctx)
	case !w.cli.canAsk():
		return failed(exitRefused, "run it with --dry-run and then with --plan TOKEN, or approve it with --yes",
			"no approval was given, and no person can be asked: stdin or stderr is no terminal; nothing was sent")
	}
	return w.asked(ctx)
}

// approved carries out what --yes approved.
func (w *writing) approved(ctx context.Context) error {
	plan, err := w.plan(ctx)
	if err != nil {
		return err
	}
	if plan.Shielded && !w.flags.shielded {
		return failed(exitRefused, explain.AddShielded,
			"the environment %q is shielded, for which --yes alone is no approval; nothing was sent", plan.Target.Name)
	}
	w.cli.note("%s", plan.Words())
	return w.execute(ctx, plan, pingcentral.Approval{By: pingcentral.ByFlag, How: "--yes", Shielded: w.flags.shielded})
}

// asked shows the plan to the person at the terminal, and asks again where the
// state changed meanwhile.
func (w *writing) asked(ctx context.Context) error {
	plan, err := w.plan(ctx)
	if err != nil {
		return err
	}
	for {
		answer, err := w.ask(ctx, plan)
		if err != nil {
			return err
		}
		err = w.execute(ctx, plan, pingcentral.Approval{By: pingcentral.ByUser, How: "terminal", Answer: answer})
		changed, ok := errors.AsType[*pingcentral.ChangedError](err)
		if !ok {
			return err
		}
		fmt.Fprintf(w.cli.stderr, "\nThe state changed since the plan was made. Nothing was sent. This is the plan now:\n")
		plan = changed.New
		if err := w.flags.expected(plan); err != nil {
			return err
		}
	}
}

// ask returns the answer that approves the plan. For a shielded environment a
// key pressed by habit is not enough.
func (w *writing) ask(ctx context.Context, plan *pingcentral.Plan) (string, error) {
	fmt.Fprintf(w.cli.stderr, "%s\n\n", plan.Words())
	if plan.Shielded {
		answer, err := w.cli.ask(ctx, "The environment is shielded. Type its name to approve: ")
		if err == nil && !strings.EqualFold(answer, plan.ToType()) {
			err = errDeclined
		}
		return answer, err
	}
	answer, err := w.cli.ask(ctx, fmt.Sprintf("%s? [y/N] ", strings.ToUpper(string(plan.Kind[:1]))+string(plan.Kind[1:])))
	if err != nil {
		return "", err
	}
	if answer = strings.ToLower(answer); answer != "y" && answer != "yes" {
		return "", errDeclined
	}
	return plan.Yes(), nil
}

// rehearse shows the plan, with a token where one can be of use.
func (w *writing) rehearse(ctx context.Context) error {
	plan, err := w.plan(ctx)
	if err != nil {
		return err
	}
	result := &writeResult{
		Status: "confirmation_required", Message: plan.Words(), Application: plan.Application.Name, Shielded: plan.Shielded,
	}
	if plan.Target != nil {
		result.Environment = plan.Target.Name
	}
	token, err := w.services.Seal(plan, caller(), pingcentral.ByFlag)
	if err != nil {
		return err
	}
	if unshared := w.services.Unshared(); unshared != nil {
		result.Next = fmt.Sprintf("Nothing was sent. A token for --plan takes a key that both processes know, and yours cannot be used: %v. Set PINGKIT_PLAN_KEY_FILE.", unshared)
	} else {
		result.Plan = token
		result.PlanExpires = plan.Expires.UTC().Format("2006-01-02T15:04:05Z")
		result.Next = "Nothing was sent. To carry it out, run the same with --plan and this token instead of --dry-run."
		if plan.Shielded {
			result.Next = "Nothing was sent. To carry it out, run the same with --shielded --plan and this token instead of --dry-run."
		}
	}
	return w.cli.print(result)
}

// execute carries out an approved plan and prints what became of it.
func (w *writing) execute(ctx context.Context, plan *pingcentral.Plan, approval pingcentral.Approval) error {
	approval.Caller = caller()
	outcome, err := w.services.Execute(ctx, plan, approval)
	if err != nil {
		return err
	}
	result := &writeResult{
		Status: string(outcome.Status), Message: outcome.Message, Next: outcome.Next,
		Application: outcome.Application.Name, Environment: environmentName(outcome.Environment),
		Changed: outcome.Changed, Notes: outcome.Notes, TransactionID: outcome.TransactionID,
	}
	if outcome.Promotion != nil {
		result.Promotion = outcome.Promotion.ID
	}
	if err := w.cli.print(result); err != nil {
		// Told as a failure of the disk alone, it would be done again.
		return fmt.Errorf("%s; but the result could not be written: %w", outcome.Message, err)
	}
	switch outcome.Status {
	case pingcentral.StatusPromoted, pingcentral.StatusReverted:
		return nil
	case pingcentral.StatusNotPromoted, pingcentral.StatusNotReverted:
		return failed(exitOther, outcome.Next, "it was sent, and it was not done")
	}
	return failed(exitOther, outcome.Next, "it was sent, and its outcome is not known: do not send it again before you have looked")
}

// caller is whose plans these are: the user of this machine who runs pingkit.
func caller() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "pingkit " + u.Username
	}
	return "pingkit uid " + strconv.Itoa(os.Getuid())
}
