package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// applicationAnswer is the answer of get_application.
type applicationAnswer struct {
	Name, Type, Environment, Modified string
	Owners                            []string
	Promotions                        []struct {
		ID, Environment, Promoted string
		CanRevert                 bool   `json:"can_revert"`
		WhyNot                    string `json:"why_not"`
	}
}

// writeAnswer is the answer of promote_application and revert_application.
type writeAnswer struct {
	Status, Message, Promotion string
	Changed                    []string
}

func (d *demo) read(ctx context.Context) error {
	d.says("Tell me about Payroll in PingCentral.")
	var a applicationAnswer
	if err := d.client.call(ctx, "get_application", arguments{{"application", application}, {"promotions", 3}}, &a); err != nil {
		return err
	}
	d.detail("%s, type %s, in %s, owned by %s", a.Name, a.Type, a.Environment, strings.Join(a.Owners, " and "))
	d.rows(a)
	return nil
}

func (d *demo) rows(a applicationAnswer) {
	for _, p := range a.Promotions {
		revert := "can be reverted to"
		if !p.CanRevert {
			revert = "cannot be reverted to: " + p.WhyNot
		}
		d.detail("promoted to %-12s %s  %s", p.Environment, p.Promoted, revert)
	}
}

func (d *demo) promote(ctx context.Context) error {
	d.says("Promote Payroll to production.")
	var w writeAnswer
	if err := d.client.call(ctx, "promote_application", arguments{
		{"application", application}, {"environment", target}, {"redirect_uris", []string{redirectURI}},
	}, &w); err != nil {
		return err
	}
	return d.written(w, "promoted")
}

func (d *demo) history(ctx context.Context) error {
	d.says("Is it there now?")
	var a applicationAnswer
	if err := d.client.call(ctx, "get_application", arguments{{"application", application}, {"promotions", 3}}, &a); err != nil {
		return err
	}
	d.rows(a)
	if len(a.Promotions) == 0 || a.Promotions[0].Environment != target {
		return fmt.Errorf("the newest promotion is not the one to %s", target)
	}
	return nil
}

func (d *demo) revert(ctx context.Context) error {
	d.says("Something is wrong with it. Take Payroll back to the promotion before.")
	var w writeAnswer
	if err := d.client.call(ctx, "revert_application", arguments{{"application", application}, {"promotion", "previous"}}, &w); err != nil {
		return err
	}
	return d.written(w, "reverted")
}

// written tells what became of a write, which must have been asked for.
func (d *demo) written(w writeAnswer, want string) error {
	if w.Status != want {
		return fmt.Errorf("the status is %s, not %s: %s", w.Status, want, w.Message)
	}
	if d.client.questions == 0 {
		return fmt.Errorf("it was %s without asking", want)
	}
	d.client.questions = 0
	d.detail("%s: %s", w.Status, w.Message)
	for _, change := range w.Changed {
		d.detail("changed: %s", change)
	}
	return nil
}

// Elicit is the user: it shows the question and says yes.
func (d *demo) Elicit(_ context.Context, request mcp.ElicitationRequest) (*mcp.ElicitationResult, error) {
	d.client.questions++
	d.detail("the server asks the user:")
	for line := range strings.Lines(request.Params.Message) {
		d.detail("  | %s", strings.TrimRight(line, "\n"))
	}
	answer, err := approving(request.Params.RequestedSchema)
	if err != nil {
		return nil, err
	}
	d.detail("the user answers: %s", slices.Collect(maps.Values(answer))[0])
	time.Sleep(reading)
	return &mcp.ElicitationResult{ElicitationResponse: mcp.ElicitationResponse{Action: mcp.ElicitationResponseActionAccept, Content: answer}}, nil
}

// reading is how long the demo's user takes to read. The server takes a faster
// answer for that of a program.
const reading = time.Second

// approving fills in the form as a person who approves: the environment's name,
// or the choice that is not the default.
func approving(schema any) (map[string]any, error) {
	text, err := json.Marshal(schema)
	if err != nil {
		return nil, err
	}
	var form struct {
		Properties map[string]struct{ Enum []string }
	}
	if err := json.Unmarshal(text, &form); err != nil {
		return nil, err
	}
	for name, field := range form.Properties {
		if len(field.Enum) > 0 {
			return map[string]any{name: field.Enum[len(field.Enum)-1]}, nil
		}
		return map[string]any{name: target}, nil
	}
	return nil, errors.New("the form has no field")
}
