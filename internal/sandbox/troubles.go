package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// Trouble is one way in which the systems may misbehave, for suites that try all of them.
type Trouble struct {
	Name string // a few words, unique, such as "pingone listIntegrations: 503, once"
	// System and Operation say which requests suffer; empty means any. Tokens for PingCentral ("centralToken") are asked for by
	// clients that log in with client credentials alone.
	System    System
	Operation string
	// Options is what must be set before the start; nil for nothing. With TLS the systems' certificate is that of [Sandbox.CA].
	Options func(*Options)
	// Begin orders it; nil where the options are all of it. It may be called once for each sandbox.
	Begin func(*Sandbox)
	// Lasting is what does not pass by itself.
	Lasting bool
}

// Begins orders the trouble, where there is something to order.
func (t Trouble) Begins(s *Sandbox) {
	if t.Begin != nil {
		t.Begin(s)
	}
}

// operation is a kind of request that a trouble may befall.
type operation struct {
	system System
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
	all := []operation{{Auth, "token"}, {Auth, "centralToken"}, {Storage, "storage"}}
	for _, name := range pingOneOperations {
		all = append(all, operation{PingOneAPI, name})
	}
	for _, name := range centralOperations {
		all = append(all, operation{PingCentral, name})
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
var systems = []System{Auth, PingOneAPI, Storage, PingCentral}

// writes reports whether the operation changes something.
func (o operation) writes() bool {
	return o.system == PingCentral && slices.Contains([]string{"promoteApplication", "revertApplication", "updateApplication"}, o.name)
}

// Troubles lists every fault of every operation, every value of every form, and every option that makes the systems behave
// otherwise, each by itself, and those combinations in which a write's outcome is hard to find out.
func Troubles() []Trouble {
	return slices.Concat(faultTroubles(), writeTroubles(), formTroubles(), optionTroubles(), clockTroubles())
}

// faultTroubles are the faults of each operation.
func faultTroubles() []Trouble {
	var all []Trouble
	for _, o := range operations() {
		for _, k := range faultKinds() {
			if k.fits != nil && !k.fits(o) {
				continue
			}
			for _, times := range []int{1, 0} {
				if times == 1 && k.lastingOnly || times == 0 && k.onceOnly {
					continue
				}
				all = append(all, faultTrouble(o, k, times))
			}
		}
	}
	return all
}

func faultTrouble(o operation, k faultKind, times int) Trouble {
	often := "once"
	if times == 0 {
		often = "lasting"
	}
	return Trouble{
		Name: fmt.Sprintf("%s: %s, %s", o, k.name, often), System: o.system, Operation: o.name, Lasting: times == 0,
		Begin: func(s *Sandbox) {
			s.reachable(o)
			s.Inject(k.ordered(s, o, times))
		},
	}
}

// reachable makes clients send requests of an operation that they do without otherwise.
func (s *Sandbox) reachable(o operation) {
	switch o.name {
	case "token": // a client that has a token asks for none
		s.revokeTokens(PingOneAPI)
	case "centralToken":
		s.revokeTokens(PingCentral)
	case "bounce":
		s.changeForms(func(f *Forms) { f.Redirect = RedirectRelative })
	}
}

// changeForms changes some of the forms in use.
func (s *Sandbox) changeForms(change func(*Forms)) {
	s.forms.mu.Lock()
	defer s.forms.mu.Unlock()
	change(&s.forms.forms)
}

// shortLag is how long a history may keep a promotion back from a client that looks for it with patience.
const shortLag = 400 * time.Millisecond

// writeTroubles leave the caller of a write in the dark: the write fails in some way, and then the place where its outcome
// shows fails as well, or does not show it yet, or shows another's write.
func writeTroubles() []Trouble {
	afterwards := map[string]struct {
		then  func(s *Sandbox)
		forms func(*Forms)
	}{
		"then nothing can be read": {then: func(s *Sandbox) { s.Inject(Fault{System: PingCentral, Status: 503}) }},
		"then nobody is let in":    {then: func(s *Sandbox) { s.Inject(Fault{System: PingCentral, Status: 401}) }},
		"then no connection holds": {then: func(s *Sandbox) { s.Inject(Fault{System: PingCentral, DropBefore: true}) }},
		"the history lags":         {forms: func(f *Forms) { f.HistoryLag = shortLag }},
		"the history hides it":     {forms: func(f *Forms) { f.HistoryLag = time.Hour }},
		"others write as well": {then: func(s *Sandbox) {
			s.Promote(Payroll, "Test")
			s.EditApplication(Payroll, func(a *api.Application) { a.Description = ptr("Payroll, edited by somebody else") })
		}},
	}
	faults := map[string]Fault{
		"dropped before the effect": {DropBefore: true},
		"dropped after the effect":  {DropAfter: true},
		"500 before the effect":     {Status: 500},
		"500 after the effect":      {Status: 500, AfterEffect: true},
		"504 after the effect":      {Status: 504, AfterEffect: true},
		"in order":                  {},
	}
	var all []Trouble
	for _, o := range operations() {
		if !o.writes() {
			continue
		}
		for _, how := range slices.Sorted(maps.Keys(faults)) {
			for _, after := range slices.Sorted(maps.Keys(afterwards)) {
				f, next := faults[how], afterwards[after]
				f.System, f.Operation, f.Times = o.system, o.name, 1
				all = append(all, Trouble{
					Name: fmt.Sprintf("%s: %s, %s", o, how, after), System: o.system, Operation: o.name, Lasting: true,
					Begin: func(s *Sandbox) {
						if next.forms != nil {
							s.changeForms(next.forms)
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

// optionTroubles are what must be chosen before the start.
func optionTroubles() []Trouble {
	return []Trouble{
		{Name: "option: TLS everywhere", System: PingOneAPI, Lasting: true, Options: func(o *Options) { o.TLS = true }},
		{Name: "option: hostile names and archives", Lasting: true, Options: func(o *Options) { o.Hostile = true }},
		{Name: "option: 10,000 more integrations", System: PingOneAPI, Lasting: true, Options: func(o *Options) { o.MoreIntegrations = 10_000 }},
		{Name: "option: client_secret_basic alone", System: Auth, Lasting: true, Options: func(o *Options) { o.TokenAuth = "basic" }},
		{Name: "option: client_secret_post alone", System: Auth, Lasting: true, Options: func(o *Options) { o.TokenAuth = "post" }},
		{Name: "option: tokens for one second", System: Auth, Lasting: true, Options: func(o *Options) { o.TokenLifetime = time.Second }},
		{Name: "option: links for two seconds", System: Storage, Lasting: true, Options: func(o *Options) { o.LinkLifetime = 2 * time.Second }},
	}
}

// clockTroubles set the clock of the systems, by which tokens, links and locks expire and changes are dated: before a call,
// and in the middle of one.
func clockTroubles() []Trouble {
	var all []Trouble
	for _, jump := range []struct {
		name string
		by   time.Duration
	}{{"two hours forward", 2 * time.Hour}, {"two hours back", -2 * time.Hour}, {"ten years forward", 87_600 * time.Hour}, {"ten years back", -87_600 * time.Hour}} {
		all = append(all, Trouble{Name: "clock: " + jump.name, Lasting: true, Begin: func(s *Sandbox) { s.MoveClock(jump.by) }})
		for _, o := range operations() {
			all = append(all, Trouble{
				Name: fmt.Sprintf("%s: the clock jumps %s", o, jump.name), System: o.system, Operation: o.name, Lasting: true,
				Begin: func(s *Sandbox) {
					s.reachable(o)
					s.Inject(Fault{System: o.system, Operation: o.name, Times: 1, Before: func() { s.MoveClock(jump.by) }})
				},
			})
		}
	}
	return all
}
