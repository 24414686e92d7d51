package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"example.com/pingkit/internal/sandbox"
)

// job is a piece of work of a client, mostly one call.
type job func(s *soak, ctx context.Context, random *rand.Rand)

// mix is how often each kind of job is done, in a hundred.
var mix = []struct {
	share int
	do    job
}{
	{8, listEnvironments},
	{17, listIntegrations},
	{14, listVersions},
	{10, listApplications},
	{15, getApplication},
	{10, download},
	{15, write},
	{4, mistake},
	{3, readResource},
	{2, listTools},
	{2, abandonSession},
}

// held counts jobs that were not begun.
const held = "jobs not begun, as too many were under way"

func pick(random *rand.Rand) job {
	n := random.IntN(100)
	for _, m := range mix {
		if n -= m.share; n < 0 {
			return m.do
		}
	}
	return listTools
}

// one is any of a list.
func one[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// read calls a tool that reads and complains where, without any trouble, it
// fails or check finds its answer wrong.
func (s *soak) read(ctx context.Context, random *rand.Rand, tool string, args arguments, answer any, check func() bool) {
	v := one(random, s.everyone)
	r := s.call(ctx, v, tool, args)
	if r.fate == fine {
		if err := r.into(answer); err != nil {
			s.book.complain("%s over %s: %v: %s", tool, v.name, err, r.body)
			return
		}
	}
	if r.fate == fine && check() || !s.weather.fair(r.began) || ctx.Err() != nil {
		return
	}
	s.book.complain("%s %v over %s without any trouble: %s%.500s", tool, args, v.name, r.text, r.body)
}

func listEnvironments(s *soak, ctx context.Context, random *rand.Rand) {
	var answer struct{ Environments []struct{ ID, Name string } }
	s.read(ctx, random, "list_environments", arguments{}, &answer, func() bool { return len(answer.Environments) == 7 })
}

func listIntegrations(s *soak, ctx context.Context, random *rand.Rand) {
	var answer struct {
		Integrations []struct{ Name string }
		NextCursor   string `json:"next_cursor"`
	}
	limit := 1 + random.IntN(25)
	args := arguments{"limit": limit}
	if random.IntN(3) == 0 {
		args["product"] = "PINGFEDERATE"
	}
	s.read(ctx, random, "list_integrations", args, &answer, func() bool { return len(answer.Integrations) == limit })
	if answer.NextCursor != "" && random.IntN(2) == 0 {
		args["cursor"] = answer.NextCursor
		s.read(ctx, random, "list_integrations", args, &answer, func() bool { return len(answer.Integrations) > 0 })
	}
}

func listVersions(s *soak, ctx context.Context, random *rand.Rand) {
	want := one(random, kitsWanted)
	var answer struct {
		Versions []struct{ Number string }
	}
	s.read(ctx, random, "list_versions", arguments{"integration": want.name}, &answer, func() bool {
		return len(answer.Versions) == len(want.numbers) && answer.Versions[0].Number == want.numbers[0]
	})
}

func listApplications(s *soak, ctx context.Context, random *rand.Rand) {
	var answer struct{ Applications []struct{ Name string } }
	s.read(ctx, random, "list_applications", arguments{"query": "payroll"}, &answer, func() bool { return len(answer.Applications) == 2 })
}

// readable are the applications that are read.
var readable = append([]string{sandbox.Payroll}, writable...)

func getApplication(s *soak, ctx context.Context, random *rand.Rand) {
	name := one(random, readable)
	var answer struct{ ID, Name string }
	s.read(ctx, random, "get_application", arguments{"application": name, "promotions": 1 + random.IntN(20)}, &answer, func() bool {
		return answer.Name == name && answer.ID == s.box.ApplicationID(name)
	})
}

// mistakes are calls that a tool refuses, whatever the systems do.
var mistakes = []struct {
	tool string
	args arguments
}{
	{"list_versions", arguments{}},
	{"list_versions", arguments{"integration": 7, "nonsense": true}},
	{"list_integrations", arguments{"limit": 1000}},
	{"download_asset", arguments{"integration": sandbox.PingIDKit, "directory": "../elsewhere"}},
	{"download_asset", arguments{"integration": sandbox.PingIDKit, "expected_sha256": strings.Repeat("0", 64), "overwrite": true, "directory": "wrong"}},
	{"promote_application", arguments{"application": sandbox.Travel, "environment": sandbox.Test}},
	{"promote_application", arguments{"application": sandbox.Payroll, "environment": sandbox.Staging, "redirect_uris": []string{"https://a.example.com/*"}}},
	{"revert_application", arguments{"application": sandbox.Payroll, "promotion": "none such"}},
}

func mistake(s *soak, ctx context.Context, random *rand.Rand) {
	m := one(random, mistakes)
	v := one(random, s.everyone)
	if r := s.call(ctx, v, m.tool, m.args); r.fate == fine {
		s.book.complain("%s %v over %s was not refused: %.500s", m.tool, m.args, v.name, r.body)
	}
}

// readResource reads an application as a resource.
func readResource(s *soak, ctx context.Context, random *rand.Rand) {
	var request mcp.ReadResourceRequest
	request.Params.URI = "pingkit://applications/" + sandbox.PayrollID
	s.ask(ctx, random, "resources/read", func(ctx context.Context, v *visitor) (int, error) {
		result, err := v.mcp.ReadResource(ctx, request)
		if err != nil {
			return 0, err
		}
		return len(result.Contents), nil
	}, 1, true)
}

func listTools(s *soak, ctx context.Context, random *rand.Rand) {
	s.ask(ctx, random, "tools/list", func(ctx context.Context, v *visitor) (int, error) {
		result, err := v.mcp.ListTools(ctx, mcp.ListToolsRequest{})
		if err != nil {
			return 0, err
		}
		return len(result.Tools), nil
	}, 8, false)
}

// ask makes a request that is no call of a tool. Where it depends on a system,
// its error is one of the protocol also when that system fails.
func (s *soak) ask(ctx context.Context, random *rand.Rand, method string, request func(context.Context, *visitor) (int, error), want int, depends bool) {
	v := one(random, s.readers)
	r := reply{began: time.Now()}
	limited, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	n, err := request(limited, v)
	if err == nil && n != want {
		err = fmt.Errorf("%d items, not %d", n, want)
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return
	case limited.Err() != nil:
		r.fate = hung
		s.book.complain("%s over %s: no answer within %s", method, v.name, callLimit)
	case depends && !s.weather.fair(r.began):
		r.fate = refused
	default:
		r.fate = broken
		s.book.complain("%s over %s: %v (%s)", method, v.name, err, names(s.weather.since(r.began)))
	}
	s.book.note(r.fate, time.Since(r.began))
}

// abandonSession opens a session of the older era and forgets it.
func abandonSession(s *soak, ctx context.Context, random *rand.Rand) {
	v, err := s.http.visit(ctx, s.connections, older, random.IntN(2) == 0)
	if err != nil {
		if ctx.Err() == nil {
			s.book.complain("a session could not be opened: %v", err)
		}
		return
	}
	s.book.count("sessions abandoned")
	if random.IntN(2) == 0 {
		s.call(ctx, v, "list_environments", arguments{"system": "pingcentral"})
	}
}
