// Package chaos lists the ways in which the simulated systems can fail or answer in odd forms, for tests that try all of them. Only tests
// import it, so that the released programs do not link it.
package chaos

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"example.com/pingkit/internal/sandbox"
	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// FaultScenario is one way in which the systems may misbehave, for suites that try all of them.
type FaultScenario struct {
	Name string // a few words, unique, such as "pingone listIntegrations: 503, once"
	// System and Operation say which requests suffer; empty means any. Tokens for PingCentral ("centralToken") are asked for by
	// clients that log in with client credentials alone.
	System    sandbox.System
	Operation string
	// Options is what must be set before the start; nil for nothing. With TLS the systems' certificate is that of [Sandbox.CA].
	Options func(*sandbox.Options)
	// Begin orders it; nil where the options are all of it. It may be called once for each sandbox.
	Begin func(*sandbox.Sandbox)
	// Lasting is what does not pass by itself.
	Lasting bool
}

// Begins orders the scenario, where there is something to order.
func (t FaultScenario) Begins(s *sandbox.Sandbox) {
	if t.Begin != nil {
		t.Begin(s)
	}
}

// operation is a kind of request that a scenario may befall.
type operation struct {
	system sandbox.System
	name   string
}

func (o operation) String() string {
	if string(o.system) == o.name {
		return o.name
	}
	return string(o.system) + " " + o.name
}

// operations are all kinds of requests that the sandbox answers.
func operations() []operation {
	var all []operation
	for system, names := range sandbox.Operations() {
		for _, name := range names {
			all = append(all, operation{system, name})
		}
	}
	slices.SortFunc(all, func(a, b operation) int {
		if a.system != b.system {
			return slices.Index(systems, a.system) - slices.Index(systems, b.system)
		}
		return strings.Compare(a.name, b.name)
	})
	return all
}

// systems is their order in lists.
var systems = []sandbox.System{sandbox.Auth, sandbox.PingOneAPI, sandbox.Storage, sandbox.PingCentral}

// writes reports whether the operation changes something.
func (o operation) writes() bool {
	return o.system == sandbox.PingCentral && slices.Contains([]string{"promoteApplication", "revertApplication", "updateApplication"}, o.name)
}

// Troubles lists every fault of every operation, every value of every form, and every option that makes the systems behave
// otherwise, each by itself, and those combinations in which a write's outcome is hard to find out.
func Scenarios() []FaultScenario {
	return slices.Concat(faultScenarios(), writeScenarios(), formScenarios(), optionScenarios(), clockScenarios())
}

// faultScenarios are the faults of each operation.
func faultScenarios() []FaultScenario {
	var all []FaultScenario
	for _, o := range operations() {
		for _, k := range faultKinds() {
			if k.fits != nil && !k.fits(o) {
				continue
			}
			for _, times := range []int{1, 0} {
				if times == 1 && k.lastingOnly || times == 0 && k.onceOnly {
					continue
				}
				all = append(all, faultScenario(o, k, times))
			}
		}
	}
	return all
}

func faultScenario(o operation, k faultKind, times int) FaultScenario {
	often := "once"
	if times == 0 {
		often = "lasting"
	}
	return FaultScenario{
		Name: fmt.Sprintf("%s: %s, %s", o, k.name, often), System: o.system, Operation: o.name, Lasting: times == 0,
		Begin: func(s *sandbox.Sandbox) {
			reachable(s, o)
			s.Inject(k.ordered(s, o, times))
		},
	}
}

// reachable makes clients send requests of an operation that they do without otherwise.
func reachable(s *sandbox.Sandbox, o operation) {
	switch o.name {
	case "token": // a client that has a token asks for none
		s.RevokeTokensOf(sandbox.PingOneAPI)
	case "centralToken":
		s.RevokeTokensOf(sandbox.PingCentral)
	case "bounce":
		s.ChangeForms(func(f *sandbox.Forms) { f.Redirect = sandbox.RedirectRelative })
	}
}

// shortLag is how long a history may keep a promotion back from a client that looks for it with patience.
const shortLag = 400 * time.Millisecond

// writeScenarios leave the caller of a write in the dark: the write fails in some way, and then the place where its outcome
// shows fails as well, or does not show it yet, or shows another's write.
func writeScenarios() []FaultScenario {
	afterwards := map[string]struct {
		then  func(s *sandbox.Sandbox)
		forms func(*sandbox.Forms)
	}{
		"then nothing can be read": {then: func(s *sandbox.Sandbox) { s.Inject(sandbox.Fault{System: sandbox.PingCentral, Status: 503}) }},
		"then nobody is let in":    {then: func(s *sandbox.Sandbox) { s.Inject(sandbox.Fault{System: sandbox.PingCentral, Status: 401}) }},
		"then no connection holds": {then: func(s *sandbox.Sandbox) { s.Inject(sandbox.Fault{System: sandbox.PingCentral, DropBefore: true}) }},
		"the history lags":         {forms: func(f *sandbox.Forms) { f.HistoryLag = shortLag }},
		"the history hides it":     {forms: func(f *sandbox.Forms) { f.HistoryLag = time.Hour }},
		"others write as well": {then: func(s *sandbox.Sandbox) {
			s.Promote(sandbox.Payroll, "Test")
			s.EditApplication(sandbox.Payroll, func(a *api.Application) { a.Description = new("Payroll, edited by somebody else") })
		}},
	}
	faults := map[string]sandbox.Fault{
		"dropped before the effect": {DropBefore: true},
		"dropped after the effect":  {DropAfter: true},
		"500 before the effect":     {Status: 500},
		"500 after the effect":      {Status: 500, AfterEffect: true},
		"504 after the effect":      {Status: 504, AfterEffect: true},
		"in order":                  {},
	}
	var all []FaultScenario
	for _, o := range operations() {
		if !o.writes() {
			continue
		}
		for _, how := range slices.Sorted(maps.Keys(faults)) {
			for _, after := range slices.Sorted(maps.Keys(afterwards)) {
				f, next := faults[how], afterwards[after]
				f.System, f.Operation, f.Times = o.system, o.name, 1
				all = append(all, FaultScenario{
					Name: fmt.Sprintf("%s: %s, %s", o, how, after), System: o.system, Operation: o.name, Lasting: true,
					Begin: func(s *sandbox.Sandbox) {
						if next.forms != nil {
							s.ChangeForms(next.forms)
						}
						f := f
						if next.then != nil {
							f.After = func() { next.then(s) }
						}
						s.Inject(f)
					},
				})
			}
		}
	}
	return all
}

// optionScenarios are what must be chosen before the start.
func optionScenarios() []FaultScenario {
	return []FaultScenario{
		{Name: "option: TLS everywhere", System: sandbox.PingOneAPI, Lasting: true, Options: func(o *sandbox.Options) { o.TLS = true }},
		{Name: "option: hostile names and archives", Lasting: true, Options: func(o *sandbox.Options) { o.Hostile = true }},
		{Name: "option: 10,000 more integrations", System: sandbox.PingOneAPI, Lasting: true, Options: func(o *sandbox.Options) { o.MoreIntegrations = 10_000 }},
		{Name: "option: client_secret_basic alone", System: sandbox.Auth, Lasting: true, Options: func(o *sandbox.Options) { o.TokenAuth = "basic" }},
		{Name: "option: client_secret_post alone", System: sandbox.Auth, Lasting: true, Options: func(o *sandbox.Options) { o.TokenAuth = "post" }},
		{Name: "option: tokens for one second", System: sandbox.Auth, Lasting: true, Options: func(o *sandbox.Options) { o.TokenLifetime = time.Second }},
		{Name: "option: links for two seconds", System: sandbox.Storage, Lasting: true, Options: func(o *sandbox.Options) { o.LinkLifetime = 2 * time.Second }},
	}
}

// clockScenarios set the clock of the systems, by which tokens, links and locks expire and changes are dated: before a call,
// and in the middle of one.
func clockScenarios() []FaultScenario {
	var all []FaultScenario
	for _, jump := range []struct {
		name string
		by   time.Duration
	}{{"two hours forward", 2 * time.Hour}, {"two hours back", -2 * time.Hour}, {"ten years forward", 87_600 * time.Hour}, {"ten years back", -87_600 * time.Hour}} {
		all = append(all, FaultScenario{Name: "clock: " + jump.name, Lasting: true, Begin: func(s *sandbox.Sandbox) { s.MoveClock(jump.by) }})
		for _, o := range operations() {
			all = append(all, FaultScenario{
				Name: fmt.Sprintf("%s: the clock jumps %s", o, jump.name), System: o.system, Operation: o.name, Lasting: true,
				Begin: func(s *sandbox.Sandbox) {
					reachable(s, o)
					s.Inject(sandbox.Fault{System: o.system, Operation: o.name, Times: 1, Before: func() { s.MoveClock(jump.by) }})
				},
			})
		}
	}
	return all
}
