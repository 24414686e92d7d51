package sandbox

import (
	"fmt"
	"net/http"
	"time"
)

// faultKind is a way to fail that befalls many operations.
type faultKind struct {
	name  string
	fault func(s *Sandbox, o operation) Fault
	fits  func(operation) bool // nil: every operation
	// onceOnly and lastingOnly leave out what would show nothing new.
	onceOnly, lastingOnly bool
	// pages makes lists come in pages of two.
	pages bool
	// noEffect is a kind that says nothing new after an effect, or is a refusal.
	noEffect bool
}

// ordered is the fault as it is injected.
func (k faultKind) ordered(s *Sandbox, o operation, times int) Fault {
	f := k.fault(s, o)
	f.System, f.Operation, f.Times = o.system, o.name, times
	if k.pages {
		s.changeForms(func(f *Forms) { f.PageSize, f.CentralPageSize = 2, 2 })
	}
	return f
}

// The statuses that a client may meet, whatever the documents say.
var faultStatuses = []int{400, 401, 403, 404, 405, 408, 409, 422, 429, 500, 501, 502, 503, 504}

// The sizes of answers that nobody should read to the end.
const (
	hugeBytes  = 1 << 30
	deepLevels = 1 << 20
)

// faultKinds are all ways to fail.
func faultKinds() []faultKind {
	var all []faultKind
	plain := func(name string, f Fault) {
		all = append(all, faultKind{name: name, fault: func(*Sandbox, operation) Fault { return f }})
	}
	for _, status := range faultStatuses {
		plain(fmt.Sprint(status), Fault{Status: status})
	}
	plain("500 without a body", Fault{Status: 500, NoBody: true})
	all = append(all, waitKinds()...)
	all = append(all, connectionKinds()...)
	all = append(all, answerKinds()...)
	all = append(all, redirectKinds()...)
	all = append(all, tokenKinds()...)
	return append(all, effectKinds()...)
}

// waitKinds ask the client to come back later.
func waitKinds() []faultKind {
	asks := func(status int, after func() string) func(*Sandbox, operation) Fault {
		return func(*Sandbox, operation) Fault {
			return Fault{Status: status, Header: http.Header{"Retry-After": {after()}}}
		}
	}
	text := func(s string) func() string { return func() string { return s } }
	return []faultKind{
		{name: "429, again in a second", fault: asks(429, text("1")), onceOnly: true},
		{name: "429, again at a date", fault: asks(429, func() string { return time.Now().Add(5 * time.Second).UTC().Format(http.TimeFormat) }), onceOnly: true},
		{name: "429, again in an hour", fault: asks(429, text("3600"))},
		{name: "429, again in an age", fault: asks(429, text("99999999999999999999")), lastingOnly: true},
		{name: "429, again soon", fault: asks(429, text("soon")), onceOnly: true},
		{name: "503, again in a second", fault: asks(503, text("1")), onceOnly: true},
		{name: "503, again in an hour", fault: asks(503, text("3600")), lastingOnly: true},
	}
}

// connectionKinds break or slow down the connection.
func connectionKinds() []faultKind {
	some := func(o operation) int64 {
		if o.system == Storage {
			return 1000
		}
		return 20
	}
	const moment = 150 * time.Millisecond
	return []faultKind{
		{name: "dropped before the effect", fault: func(*Sandbox, operation) Fault { return Fault{DropBefore: true} }},
		{name: "dropped after the effect", fault: func(*Sandbox, operation) Fault { return Fault{DropAfter: true} }},
		{name: "late", lastingOnly: true, fault: func(*Sandbox, operation) Fault { return Fault{Delay: moment} }},
		{name: "late after the effect", lastingOnly: true, fault: func(*Sandbox, operation) Fault { return Fault{DelayAfter: moment} }},
		{name: "truncated", fits: hasBody, fault: func(_ *Sandbox, o operation) Fault { return Fault{Truncate: some(o)} }},
		{name: "short", fits: hasBody, fault: func(_ *Sandbox, o operation) Fault { return Fault{Short: some(o)} }},
		{name: "corrupt", fits: hasBody, fault: func(*Sandbox, operation) Fault { return Fault{Corrupt: true} }},
		{name: "slow", fits: hasBody, lastingOnly: true, fault: func(_ *Sandbox, o operation) Fault { return Fault{BytesPerSecond: 1000 * some(o)} }},
	}
}

// hasBody reports whether an answer in good order has a body to break.
func hasBody(o operation) bool { return o.name != "getIntegrationVersionAsset" && o.name != "bounce" }

// answerKinds answer something else than expected, and call it a success unless they are a gateway.
func answerKinds() []faultKind {
	var all []faultKind
	body := func(name, contentType, body string) {
		all = append(all, faultKind{name: name, fault: func(*Sandbox, operation) Fault {
			return Fault{Status: 200, Body: body, Header: http.Header{"Content-Type": {contentType}}}
		}})
	}
	const json = "application/json"
	body("null", json, "null")
	body("a text", json, `"text"`)
	body("a number", json, "12345678901234567890")
	body("an empty object", json, "{}")
	body("an empty list", json, "[]")
	body("fields of wrong types", json, `{"_embedded":7,"items":"x","id":[],"name":{},"access_token":{"a":1},"expires_in":"soon","_links":[]}`)
	body("items of wrong types", json, `{"_embedded":{"environments":[7],"integrations":["x"],"versions":[null]},"items":[[],null,7]}`)
	body("items without fields", json, `{"_embedded":{"environments":[{}],"integrations":[{}],"versions":[{}]},"items":[{}]}`)
	body("damaged JSON", json, `{"items":[{"id":`)
	body("not JSON", json, "OK")
	body("bytes", "application/octet-stream", "\x00\xff\xfe\x00PK\x03")
	return append(all,
		faultKind{name: "an empty answer", fault: func(*Sandbox, operation) Fault { return Fault{Status: 200, NoBody: true} }},
		faultKind{name: "204", fault: func(*Sandbox, operation) Fault { return Fault{Status: 204, NoBody: true} }},
		faultKind{name: "1 GB of JSON", lastingOnly: true, fault: func(*Sandbox, operation) Fault {
			return Fault{Status: 200, Content: HugeJSON(hugeBytes)}
		}},
		faultKind{name: "1 GB in an error", lastingOnly: true, noEffect: true, fault: func(*Sandbox, operation) Fault {
			return Fault{Status: 400, Content: HugeJSON(hugeBytes)}
		}},
		faultKind{name: "deep JSON", lastingOnly: true, fault: func(*Sandbox, operation) Fault {
			return Fault{Status: 200, Content: DeepJSON(deepLevels)}
		}},
		faultKind{name: "a gateway's 502", fault: func(_ *Sandbox, o operation) Fault { return GatewayPage(o.name, 502, 0) }},
		faultKind{name: "a gateway's 504", fault: func(_ *Sandbox, o operation) Fault { return GatewayPage(o.name, 504, 0) }},
		faultKind{name: "a sign-in page", fault: func(*Sandbox, operation) Fault { return SignInPage(0) }},
		faultKind{name: "an error that echoes secrets", noEffect: true, fault: func(*Sandbox, operation) Fault {
			return Fault{Status: 400, Echo: true}
		}},
		faultKind{name: "announced as text", fits: hasBody, onceOnly: true, noEffect: true, fault: func(*Sandbox, operation) Fault {
			return Fault{Header: http.Header{"Content-Type": {"text/plain"}}}
		}},
	)
}

// redirectKinds send the client elsewhere, where a token must not follow.
func redirectKinds() []faultKind {
	to := func(status int, location func(s *Sandbox) string) func(*Sandbox, operation) Fault {
		return func(s *Sandbox, _ operation) Fault {
			return Fault{Status: status, NoBody: true, Header: http.Header{"Location": {location(s)}}}
		}
	}
	elsewhere := func(s *Sandbox) string { return s.storageURL() + "/elsewhere" }
	return []faultKind{
		{name: "302 to another host", fault: to(302, elsewhere)},
		{name: "307 to another host", fault: to(307, elsewhere)},
		{name: "304", fault: to(304, elsewhere)},
		{name: "expired link", fits: signsLinks, fault: func(*Sandbox, operation) Fault { return Fault{ExpiredLink: true} }},
		{name: "forged link", fits: signsLinks, fault: func(*Sandbox, operation) Fault { return Fault{ForgedLink: true} }},
	}
}

// signsLinks reports whether an operation answers with presigned links.
func signsLinks(o operation) bool {
	return o.name == "getIntegrationVersionAsset" || o.name == "bounce"
}

// tokenKinds take the tokens away at the moment of a request.
func tokenKinds() []faultKind {
	revoked := func(skip int) func(*Sandbox, operation) Fault {
		return func(s *Sandbox, o operation) Fault {
			return Fault{Skip: skip, Before: func() { s.revokeTokens(o.system) }}
		}
	}
	bearer := func(o operation) bool { return o.system == PingOneAPI && o.name != "bounce" || o.system == PingCentral }
	return []faultKind{
		{name: "token revoked", fits: bearer, fault: revoked(0)},
		{name: "account locked", onceOnly: true, fits: func(o operation) bool { return o.system == PingCentral }, fault: func(s *Sandbox, _ operation) Fault {
			return Fault{Before: func() { s.lockAccount(AdministratorName) }}
		}},
		{name: "token revoked after the first page", fits: bearer, fault: revoked(1), pages: true},
		{name: "503 after the first page", fits: bearer, pages: true, fault: func(*Sandbox, operation) Fault {
			return Fault{Skip: 1, Status: 503}
		}},
	}
}

// effectKinds answer a write with something else after it had its effect. A refusal (4xx) is none of it, but for a time-out:
// a system that refuses what it did cannot be told from one that means it.
func effectKinds() []faultKind {
	var all []faultKind
	for _, status := range faultStatuses {
		if status < 500 && status != 408 {
			continue
		}
		all = append(all, faultKind{
			name: fmt.Sprintf("%d after the effect", status), fits: operation.writes, onceOnly: true,
			fault: func(*Sandbox, operation) Fault { return Fault{Status: status, AfterEffect: true} },
		})
	}
	for _, k := range append(answerKinds(), redirectKinds()[:3]...) {
		effected := k
		effected.name, effected.fits, effected.onceOnly, effected.lastingOnly = k.name+" after the effect", operation.writes, true, false
		if k.noEffect {
			continue
		}
		effected.fault = func(s *Sandbox, o operation) Fault {
			f := k.fault(s, o)
			f.AfterEffect = true
			return f
		}
		all = append(all, effected)
	}
	return all
}
