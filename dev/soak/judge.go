package main

import (
	"context"
	"slices"
	"strings"

	"example.com/pingkit/internal/sandbox/chaos"
)

func (a *attempt) writes(status string) bool { return status == "promoted" || status == "reverted" }

// anError is what a call ends with that has no status.
const anError = "an error"

// judge compares what a write's answer says with what the sandbox saw.
func (s *soak) judge(ctx context.Context, a *attempt, r reply) {
	if ctx.Err() != nil {
		return
	}
	after, status := s.trace(a.app), statusOf(r)
	met := s.weather.since(a.began.Add(-aftermath))
	sent, effect := after.sent-a.before.sent, after.rows != a.before.rows || after.modified != a.before.modified
	complain := func(what string) {
		s.book.complain("%s of %s by %s: %s; the answer is %q %s%.600s (%s)", a.tool, a.app.name, a.way, what, status, r.text, r.body, names(met))
	}
	told := status
	if r.fate != fine {
		told = anError
	}
	if a.way == "left" && r.fate == broken {
		told = "nobody there"
	}
	s.book.count("writes, " + a.way + ": " + told)
	switch {
	case sent > 1:
		complain("it was sent more than once")
	case sent > 0 && !a.approved:
		complain("it was sent without an approval")
	case a.writes(status) && sent != 1:
		complain("it was not sent")
	case a.writes(status) && !effect && !lying(met):
		complain("it had no effect")
	case r.fate == refused && effect && !lying(met):
		complain("it had an effect")
	case told != a.expected && a.expected != "" && r.fate != broken && len(met) == 0:
		complain("without any trouble")
	}
}

// lying reports troubles in which PingCentral itself says of a write what is not
// so, or hides what became of it: nobody could tell then.
func lying(met []chaos.FaultScenario) bool {
	return slices.ContainsFunc(met, func(t chaos.FaultScenario) bool {
		if strings.Contains(t.Name, "the history hides it") || strings.Contains(t.Name, "404 after the effect") ||
			strings.HasPrefix(t.Name, "form: HistoryLag") || strings.HasPrefix(t.Name, "form: ApprovalRequired") {
			return true
		}
		if t.Operation == "listPromotions" || t.Operation == "getApplication" {
			return true // it shows another history, or another application
		}
		writes := t.Operation == "promoteApplication" || t.Operation == "revertApplication"
		honest := slices.ContainsFunc([]string{": 408", ": 5", ": dropped", "dropped after", "dropped before"}, func(part string) bool {
			return strings.Contains(t.Name, part)
		})
		return writes && !honest
	})
}
