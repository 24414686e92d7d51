package pingcentral

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestTamperedPlansSendNothing presents what a plan can be turned into, and a
// good plan with what it was not made for.
func TestTamperedPlansSendNothing(t *testing.T) {
	f := newForeign(t)
	now := time.Now()
	clock := func(o *Options) { o.Now = func() time.Time { return now } }
	s := f.service(t, withSecret, withKey, clock)
	r, token := sealed(t, s, ByPlan)
	_, second := sealed(t, s, ByPlan)
	type presented struct {
		name, token, caller string
		by                  Means
		request             Request
		want                PlanFault
	}
	var tries []presented
	try := func(name, token, who string, by Means, request Request, want PlanFault) {
		tries = append(tries, presented{name, token, who, by, request, want})
	}
	bad := func(name, token string) { try(name, token, caller, ByPlan, r, PlanUnreadable) }
	with := func(name string, edit func(*PromoteRequest)) {
		other := r
		other.RedirectURIs = slices.Clone(r.RedirectURIs)
		edit(&other)
		try(name, token, caller, ByPlan, other, PlanOtherArguments)
	}

	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	// A bit of each part: version, nonce, kind, means, expiry, id, digests, tag.
	for _, at := range []int{0, 1, 7, 12, 13, 14, 15, 22, 23, 30, 38, 39, 60, 71, 90, 103, 120, 135, 150, 166, 167, 175, len(raw) - 1} {
		for _, bit := range []byte{1, 0x80} {
			changed := slices.Clone(raw)
			changed[at] ^= bit
			bad("a bit of byte "+string(rune('0'+at%10)), base64.RawURLEncoding.EncodeToString(changed))
		}
	}
	encode := base64.RawURLEncoding.EncodeToString
	bad("empty", "")
	bad("a word", "approved")
	bad("true", "true")
	bad("cut by a character", token[:len(token)-1])
	bad("cut by the tag", encode(raw[:len(raw)-16]))
	bad("the version alone", encode(raw[:1]))
	bad("the nonce alone", encode(raw[:13]))
	bad("longer", token+"A")
	bad("twice", token+token)
	bad("padded", token+"=")
	bad("a line break behind", token+"\n")
	bad("a line break inside", token[:50]+"\n"+token[50:])
	bad("a space before", " "+token)
	bad("quoted", `"`+token+`"`)
	bad("a zero byte behind", token+"\x00")
	bad("the other alphabet", strings.NewReplacer("-", "+", "_", "/").Replace(strings.Replace(token, token[:1], "+", 1)))
	bad("standard base64", base64.StdEncoding.EncodeToString(raw))
	bad("upper case", strings.ToUpper(token))
	bad("lower case", strings.ToLower(token))
	bad("reversed", func() string { b := []byte(token); slices.Reverse(b); return string(b) }())
	bad("halves swapped", token[len(token)/2:]+token[:len(token)/2])
	bad("spliced of two", token[:120]+second[120:])
	bad("the nonce of another", encode(append(slices.Clone(raw[:1]), append(slices.Clone(mustDecode(t, second)[1:13]), raw[13:]...)...)))
	bad("version 0", encode(append([]byte{0}, raw[1:]...)))
	bad("version 1", encode(append([]byte{1}, raw[1:]...)))
	bad("zeros", encode(make([]byte, len(raw))))
	bad("a JSON of it", `{"plan":"`+token+`"}`)
	bad("a URL of it", "https://example.com/?plan="+token)

	otherKey := f.service(t, withSecret, clock, func(o *Options) {
		o.Key = func() ([]byte, error) { return bytes.Repeat([]byte{8}, keySize), nil }
	})
	_, foreignToken := sealed(t, otherKey, ByPlan)
	bad("another key", foreignToken)
	_, ownToken := sealed(t, f.service(t, withSecret, clock), ByPlan)
	bad("another process", ownToken)

	with("another environment", func(r *PromoteRequest) { r.Environment = "Production" })
	with("the environment by another name", func(r *PromoteRequest) { r.Environment = "TST" })
	with("another application", func(r *PromoteRequest) { r.Application = "Travel" })
	with("another redirect URI", func(r *PromoteRequest) { r.RedirectURIs[0] = "https://evil.example.com/cb" })
	with("one redirect URI more", func(r *PromoteRequest) { r.RedirectURIs = append(r.RedirectURIs, "https://evil.example.com/") })
	with("no redirect URI", func(r *PromoteRequest) { r.RedirectURIs = nil })
	with("a comma for two", func(r *PromoteRequest) { r.RedirectURIs[0] += "\",\"https://evil.example.com/" })
	with("another secret", func(r *PromoteRequest) { r.ClientSecretRef = "env:PINGKIT_SECRET_B" })
	with("no secret", func(r *PromoteRequest) { r.ClientSecretRef = "" })
	with("any type", func(r *PromoteRequest) { r.AnyType = true })
	with("a space in the name", func(r *PromoteRequest) { r.Application += " " })
	try("another tool", token, caller, ByPlan, RevertRequest{"Payroll", "h1"}, PlanOtherArguments)
	try("nobody", token, "", ByPlan, r, PlanOtherCaller)
	try("another caller", token, "https://issuer.example.com|eve", ByPlan, r, PlanOtherCaller)
	try("a caller of another issuer", token, "https://other.example.com|ada", ByPlan, r, PlanOtherCaller)
	try("as a user's answer", token, caller, ByUser, r, PlanOtherApproval)
	try("as a flag", token, caller, ByFlag, r, PlanOtherApproval)
	_, asked := sealed(t, s, ByUser)
	try("the state of a question as a plan", asked, caller, ByPlan, r, PlanOtherApproval)
	// Bound too late or too early.
	sealer, err := s.sealer()
	if err != nil {
		t.Fatal(err)
	}
	c, _ := sealer.open(token)
	c.expires = now
	try("expired now", sealer.seal(c), caller, ByPlan, r, PlanExpired)
	c.expires = now.Add(-time.Hour)
	try("expired long ago", sealer.seal(c), caller, ByPlan, r, PlanExpired)
	c.expires = now.Add(24 * time.Hour)
	try("good for a day", sealer.seal(c), caller, ByPlan, r, PlanExpired)

	if len(tries) < 50 {
		t.Fatalf("only %d tamperings", len(tries))
	}
	f.forget()
	for _, try := range tries {
		if _, err := carryOut(t, s, try.token, try.caller, try.by, try.request); fault(err) != try.want {
			t.Errorf("%s: %v, want %q", try.name, err, try.want)
		}
	}
	if len(f.log) > 0 {
		t.Errorf("the tamperings sent %v", f.log)
	}
	// The plan itself was good all the time.
	if out, err := carryOut(t, s, token, caller, ByPlan, r); err != nil || out.Status != StatusPromoted {
		t.Errorf("the untouched plan gives %+v, %v", out, err)
	}
}

func mustDecode(t *testing.T, token string) []byte {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
