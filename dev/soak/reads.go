package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"os"
	"strings"

	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/sandbox"
)

// job is the work of a client, mostly one call.
type job func(s *soak, ctx context.Context, random *rand.Rand)

// mix is the share of each kind of job, in percent.
var mix = []struct {
	share int
	do    job
}{
	{10, listEnvironments}, {17, listIntegrations}, {15, listVersions}, {10, listApplications}, {15, getApplication},
	{11, downloadKit}, {16, write}, {4, refusedCall}, {2, abandonSession},
}

func pick(random *rand.Rand) job {
	n := random.IntN(100)
	for _, m := range mix {
		if n -= m.share; n < 0 {
			return m.do
		}
	}
	panic("the shares of mix are less than 100")
}

// one is any of a list.
func one[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// read calls a reading tool. It complains if, without any fault, the call fails or check rejects the result.
func (s *soak) read(ctx context.Context, random *rand.Rand, tool string, args arguments, result any, check func() bool) {
	c := one(random, s.everyone)
	r := s.call(ctx, c, tool, args)
	if r.outcome == succeeded {
		if err := r.decode(result); err != nil {
			s.ledger.complain("%s over %s: %v: %s", tool, c.name, err, r.body)
			return
		}
	}
	if r.outcome == succeeded && check() || !s.faults.none(r.began) || ctx.Err() != nil {
		return
	}
	s.ledger.complain("%s %v over %s failed without a fault: %s%.500s", tool, args, c.name, r.text, r.body)
}

func listEnvironments(s *soak, ctx context.Context, random *rand.Rand) {
	var result struct{ Environments []struct{ ID, Name string } }
	s.read(ctx, random, "list_environments", arguments{}, &result, func() bool { return len(result.Environments) == 7 })
}

func listIntegrations(s *soak, ctx context.Context, random *rand.Rand) {
	var result struct {
		Integrations []struct{ Name string }
		NextCursor   string `json:"next_cursor"`
	}
	limit := 1 + random.IntN(25)
	args := arguments{"limit": limit}
	s.read(ctx, random, "list_integrations", args, &result, func() bool { return len(result.Integrations) == limit })
	if result.NextCursor != "" && random.IntN(2) == 0 {
		args["cursor"] = result.NextCursor
		s.read(ctx, random, "list_integrations", args, &result, func() bool { return len(result.Integrations) > 0 })
	}
}

// wanted are integrations with kits, newest version first.
var wanted = []struct {
	name    string
	numbers []string
}{
	{sandbox.PingIDKit, []string{"2.24.0", "2.15.0", "2.12.0"}},
	{"Agentless Integration Kit", []string{"2.0.4", "2.0.1", "1.5.2"}},
	{"PingOne MFA Integration Kit", []string{"1.6.1", "1.2"}},
}

func listVersions(s *soak, ctx context.Context, random *rand.Rand) {
	want := one(random, wanted)
	var result struct{ Versions []struct{ Number string } }
	s.read(ctx, random, "list_versions", arguments{"integration": want.name}, &result, func() bool {
		return len(result.Versions) == len(want.numbers) && result.Versions[0].Number == want.numbers[0]
	})
}

func listApplications(s *soak, ctx context.Context, random *rand.Rand) {
	var result struct{ Applications []struct{ Name string } }
	s.read(ctx, random, "list_applications", arguments{"query": "payroll"}, &result, func() bool { return len(result.Applications) == 2 })
}

func getApplication(s *soak, ctx context.Context, random *rand.Rand) {
	name := one(random, writable)
	var result struct{ ID, Name string }
	s.read(ctx, random, "get_application", arguments{"application": name, "promotions": 1 + random.IntN(20)}, &result, func() bool {
		return result.Name == name && result.ID == s.box.ApplicationID(name)
	})
}

// refusedCalls are calls that a tool must refuse, whatever the systems do.
var refusedCalls = []struct {
	tool string
	args arguments
}{
	{"list_versions", arguments{"integration": 7, "nonsense": true}},
	{"download_asset", arguments{"integration": sandbox.PingIDKit, "directory": "../elsewhere"}},
	{"download_asset", arguments{"integration": sandbox.PingIDKit, "expected_sha256": strings.Repeat("0", 64), "overwrite": true, "directory": "wrong"}},
	{"promote_application", arguments{"application": sandbox.Payroll, "environment": sandbox.Staging, "redirect_uris": []string{"https://a.example.com/*"}}},
	{"revert_application", arguments{"application": sandbox.Payroll, "promotion": "none such"}},
}

func refusedCall(s *soak, ctx context.Context, random *rand.Rand) {
	m, c := one(random, refusedCalls), one(random, s.everyone)
	if r := s.call(ctx, c, m.tool, m.args); r.outcome == succeeded {
		s.ledger.complain("%s %v over %s was not refused: %.500s", m.tool, m.args, c.name, r.body)
	}
}

// abandonSession opens a session of the stateful protocol and forgets it.
func abandonSession(s *soak, ctx context.Context, random *rand.Rand) {
	c, err := s.http.connect(ctx, s.connections, stateful, random.IntN(2) == 0)
	if err != nil {
		if ctx.Err() == nil {
			s.ledger.complain("a session could not be opened: %v", err)
		}
		return
	}
	s.ledger.count("sessions abandoned")
	if random.IntN(2) == 0 {
		s.call(ctx, c, "list_environments", arguments{"system": "pingcentral"})
	}
}

// downloadKit downloads a kit, mostly to extract it, and compares the file with the kit.
func downloadKit(s *soak, ctx context.Context, random *rand.Rand) {
	var folder string
	select {
	case folder = <-s.folders:
		defer func() { s.folders <- folder }()
	default:
		listVersions(s, ctx, random)
		return
	}
	want, c := one(random, wanted), one(random, s.everyone)
	number := one(random, want.numbers)
	digest := s.box.Kit(want.name, number).SHA256()
	args := arguments{"integration": want.name, "version": number, "directory": folder, "extract": random.IntN(10) > 2, "overwrite": true}
	if random.IntN(2) == 0 {
		args["expected_sha256"] = digest
	}
	r := s.call(ctx, c, "download_asset", args)
	busy, _, _ := strings.Cut(download.ErrBusy.Error(), ";")
	switch {
	case ctx.Err() != nil:
	case r.outcome == succeeded:
		s.ledger.count("downloads")
		if err := checkDownload(r, digest); err != nil {
			s.ledger.complain("download_asset %v over %s: %v: %.500s (%s)", args, c.name, err, r.body, names(s.faults.since(r.began)))
		}
	case s.faults.none(r.began) && !strings.Contains(r.text, busy):
		s.ledger.complain("download_asset %v over %s failed without a fault: %s", args, c.name, r.text)
	}
}

func checkDownload(r response, digest string) error {
	var result struct {
		Path, SHA256 string
		ExtractedTo  string `json:"extracted_to"`
	}
	if err := r.decode(&result); err != nil {
		return err
	}
	content, err := os.ReadFile(result.Path)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != digest || result.SHA256 != digest {
		return errors.New("the file is not the kit")
	}
	if result.ExtractedTo != "" {
		if entries, err := os.ReadDir(result.ExtractedTo); err != nil || len(entries) == 0 {
			return errors.Join(errors.New("nothing was extracted"), err)
		}
	}
	return nil
}
