package explain

import (
	"regexp"
	"sync"
)

// Plain returns the text of an error with the phrases of Go's library in plain
// words. They come from below, in errors of many kinds that others wrap and
// join, so they are found in the text.
func Plain(text string) string {
	for _, p := range phrases() {
		text = p.pattern.ReplaceAllString(text, p.words)
	}
	return text
}

// phrases are compiled when the first error is told, not at each start. An
// address may be an IPv6 one in brackets.
var phrases = sync.OnceValue(func() []phrase {
	list := [][2]string{
		{`strconv\.Parse(?:Int|Uint): parsing ` + literal + `: invalid syntax`, `$1 is not a whole number`},
		{`strconv\.ParseFloat: parsing ` + literal + `: invalid syntax`, `$1 is not a number`},
		{`strconv\.ParseBool: parsing ` + literal + `: invalid syntax`, `$1 is neither true nor false`},
		{`strconv\.\w+: parsing ` + literal + `: value out of range`, `$1 is too large or too small`},
		{`time: (?:invalid duration|missing unit in duration|unknown unit ` + literal + ` in duration) ` + literal, `$2 is not a duration such as 90s`},
		{`error reading '(\w+)': json: cannot unmarshal (\w+)(?: \S+)? into Go .*? of type [^\s:;,]+`, `the field $1 is of the wrong kind: $2`},
		{`json: cannot unmarshal (\w+)(?: \S+)? into Go struct field \w*\.(\S+) of type [^\s:;,]+`, `the field $2 is of the wrong kind: $1`},
		{`json: cannot unmarshal (\w+)(?: \S+)? into Go (?:value|struct field \S+) of type [^\s:;,]+`, `it is of the wrong kind: $1`},
		{`json: unknown field ` + literal, `the field $1 is not known`},
		{`dial (?:tcp|udp|unix)[46]?: lookup (\S+?)(?: on \S+)?: no such host`, `there is no host $1`},
		{`dial (?:tcp|udp|unix)[46]? (\S+): connect: connection refused`, `$1 refused the connection`},
		{`dial (?:tcp|udp|unix)[46]? (\S+): (?:connect: )?`, `the connection to $1 failed: `},
		{`(?:read|write) (?:tcp|udp|unix)[46]? \S+->(\S+): (?:(?:read|write): )?`, `the connection to $1 broke: `},
		{`tls: failed to verify certificate: (?:x509: )?`, `the certificate cannot be verified: `},
		{`\bx509: `, ``},
		{`http: server gave HTTP response to HTTPS client`, `it speaks HTTP where HTTPS was expected`},
		{`tls: first record does not look like a TLS handshake`, `it does not speak TLS, as HTTPS does`},
		{`net/http: TLS handshake timeout`, `no secure connection in time`},
		{`\bcontext deadline exceeded\b`, `the deadline passed`},
		{`\bcontext canceled\b`, `it was cancelled`},
		{`\bi/o timeout\b`, `no answer in time`},
		{`\bunexpected EOF\b`, `it broke off before its end`},
		{`(^|: )EOF\b`, `${1}it ended without an answer`},
	}
	made := make([]phrase, len(list))
	for i, p := range list {
		made[i] = phrase{regexp.MustCompile(p[0]), p[1]}
	}
	return made
})

// literal is a string as strconv.Quote writes it.
const literal = `("(?:[^"\\]|\\.)*")`

type phrase struct {
	pattern *regexp.Regexp
	words   string
}
