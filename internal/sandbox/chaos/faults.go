package chaos

import (
	"fmt"
	"net/http"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// faultKind is a way to fail that befalls many operations.
type faultKind struct {
	name  string
	fault func(s *sandbox.Sandbox, o operation) sandbox.Fault
	fits  func(operation) bool // nil: every operation
	// onceOnly and lastingOnly leave out what would show nothing new.
	onceOnly, lastingOnly bool
	// pages makes lists come in pages of two.
	pages bool
	// noEffect is a kind that says nothing new after an effect, or is a refusal.
	noEffect bool
}

// ordered is the fault as it is injected.
func (k faultKind) ordered(s *sandbox.Sandbox, o operation, times int) sandbox.Fault {
	f := k.fault(s, o)
	f.System, f.Operation, f.Times = o.system, o.name, times
	if k.pages {
		s.ChangeForms(func(f *sandbox.Forms) { f.PageSize, f.CentralPageSize = 2, 2 })
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
	plain := func(name string, f sandbox.Fault) {
		all = append(all, faultKind{name: name, fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return f }})
	}
	for _, status := range faultStatuses {
		plain(fmt.Sprint(status), sandbox.Fault{Status: status})
	}
	plain("500 without a body", sandbox.Fault{Status: 500, NoBody: true})
	all = append(all, waitKinds()...)
	all = append(all, connectionKinds()...)
	all = append(all, answerKinds()...)
	all = append(all, redirectKinds()...)
	all = append(all, tokenKinds()...)
	return append(all, effectKinds()...)
}

// waitKinds ask the client to come back later.
func waitKinds() []faultKind {
	asks := func(status int, after func() string) func(*sandbox.Sandbox, operation) sandbox.Fault {
		return func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Status: status, Header: http.Header{"Retry-After": {after()}}}
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
		if o.system == sandbox.Storage {
			return 1000
		}
		return 20
	}
	const moment = 150 * time.Millisecond
	return []faultKind{
		{name: "dropped before the effect", fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{DropBefore: true} }},
		{name: "dropped after the effect", fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{DropAfter: true} }},
		{name: "late", lastingOnly: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{Delay: moment} }},
		{name: "late after the effect", lastingOnly: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{DelayAfter: moment} }},
		{name: "truncated", fits: hasBody, fault: func(_ *sandbox.Sandbox, o operation) sandbox.Fault { return sandbox.Fault{Truncate: some(o)} }},
		{name: "short", fits: hasBody, fault: func(_ *sandbox.Sandbox, o operation) sandbox.Fault { return sandbox.Fault{Short: some(o)} }},
		{name: "corrupt", fits: hasBody, fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{Corrupt: true} }},
		{name: "slow", fits: hasBody, lastingOnly: true, fault: func(_ *sandbox.Sandbox, o operation) sandbox.Fault {
			return sandbox.Fault{BytesPerSecond: 1000 * some(o)}
		}},
	}
}

// hasBody reports whether an answer in good order has a body to break.
func hasBody(o operation) bool { return o.name != "getIntegrationVersionAsset" && o.name != "bounce" }

// answerKinds answer something else than expected, and call it a success unless they are a gateway.
func answerKinds() []faultKind {
	var all []faultKind
	body := func(name, contentType, body string) {
		all = append(all, faultKind{name: name, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Status: 200, Body: body, Header: http.Header{"Content-Type": {contentType}}}
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
		faultKind{name: "an empty answer", fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{Status: 200, NoBody: true} }},
		faultKind{name: "204", fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{Status: 204, NoBody: true} }},
		faultKind{name: "1 GB of JSON", lastingOnly: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Status: 200, Content: sandbox.HugeJSON(hugeBytes)}
		}},
		faultKind{name: "1 GB in an error", lastingOnly: true, noEffect: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Status: 400, Content: sandbox.HugeJSON(hugeBytes)}
		}},
		faultKind{name: "deep JSON", lastingOnly: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Status: 200, Content: sandbox.DeepJSON(deepLevels)}
		}},
		faultKind{name: "a gateway's 502", fault: func(_ *sandbox.Sandbox, o operation) sandbox.Fault { return sandbox.GatewayPage(o.name, 502, 0) }},
		faultKind{name: "a gateway's 504", fault: func(_ *sandbox.Sandbox, o operation) sandbox.Fault { return sandbox.GatewayPage(o.name, 504, 0) }},
		faultKind{name: "a sign-in page", fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.SignInPage(0) }},
		faultKind{name: "an error that echoes secrets", noEffect: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Status: 400, Echo: true}
		}},
		faultKind{name: "announced as text", fits: hasBody, onceOnly: true, noEffect: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Header: http.Header{"Content-Type": {"text/plain"}}}
		}},
	)
}

// redirectKinds send the client elsewhere, where a token must not follow.
func redirectKinds() []faultKind {
	to := func(status int, location func(s *sandbox.Sandbox) string) func(*sandbox.Sandbox, operation) sandbox.Fault {
		return func(s *sandbox.Sandbox, _ operation) sandbox.Fault {
			return sandbox.Fault{Status: status, NoBody: true, Header: http.Header{"Location": {location(s)}}}
		}
	}
	elsewhere := func(s *sandbox.Sandbox) string { return s.StorageURL() + "/elsewhere" }
	return []faultKind{
		{name: "302 to another host", fault: to(302, elsewhere)},
		{name: "307 to another host", fault: to(307, elsewhere)},
		{name: "304", fault: to(304, elsewhere)},
		{name: "expired link", fits: signsLinks, fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{ExpiredLink: true} }},
		{name: "forged link", fits: signsLinks, fault: func(*sandbox.Sandbox, operation) sandbox.Fault { return sandbox.Fault{ForgedLink: true} }},
	}
}

// signsLinks reports whether an operation answers with presigned links.
func signsLinks(o operation) bool {
	return o.name == "getIntegrationVersionAsset" || o.name == "bounce"
}

// tokenKinds take the tokens away at the moment of a request.
func tokenKinds() []faultKind {
	revoked := func(skip int) func(*sandbox.Sandbox, operation) sandbox.Fault {
		return func(s *sandbox.Sandbox, o operation) sandbox.Fault {
			return sandbox.Fault{Skip: skip, Before: func() { s.RevokeTokensOf(o.system) }}
		}
	}
	bearer := func(o operation) bool {
		return o.system == sandbox.PingOneAPI && o.name != "bounce" || o.system == sandbox.PingCentral
	}
	return []faultKind{
		{name: "token revoked", fits: bearer, fault: revoked(0)},
		{name: "account locked", onceOnly: true, fits: func(o operation) bool { return o.system == sandbox.PingCentral }, fault: func(s *sandbox.Sandbox, _ operation) sandbox.Fault {
			return sandbox.Fault{Before: func() { s.LockAccount(sandbox.AdministratorName) }}
		}},
		{name: "token revoked after the first page", fits: bearer, fault: revoked(1), pages: true},
		{name: "503 after the first page", fits: bearer, pages: true, fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
			return sandbox.Fault{Skip: 1, Status: 503}
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
			fault: func(*sandbox.Sandbox, operation) sandbox.Fault {
				return sandbox.Fault{Status: status, AfterEffect: true}
			},
		})
	}
	for _, k := range append(answerKinds(), redirectKinds()[:3]...) {
		effected := k
		effected.name, effected.fits, effected.onceOnly, effected.lastingOnly = k.name+" after the effect", operation.writes, true, false
		if k.noEffect {
			continue
		}
		effected.fault = func(s *sandbox.Sandbox, o operation) sandbox.Fault {
			f := k.fault(s, o)
			f.AfterEffect = true
			return f
		}
		all = append(all, effected)
	}
	return all
}
