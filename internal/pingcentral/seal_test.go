package pingcentral

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

const caller = "https://issuer.example.com|ada"

var sharedKey = bytes.Repeat([]byte{7}, keySize)

func withKey(o *Options) { o.Key = func() ([]byte, error) { return sharedKey, nil } }

// sealed returns a plan to promote Payroll to Test, sealed for the caller.
func sealed(t *testing.T, s *Service, by Means) (PromoteRequest, string) {
	t.Helper()
	r := PromoteRequest{Application: "Payroll", Environment: "Test", RedirectURIs: []string{"https://payroll.example.com/cb"}, ClientSecretRef: "env:PINGKIT_SECRET_A"}
	p, err := s.PlanPromotion(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.Seal(p, caller, by)
	if err != nil {
		t.Fatal(err)
	}
	return r, token
}

func withSecret(o *Options) {
	o.Secrets.Variable = variables(map[string]string{"PINGKIT_SECRET_A": "hunter2hunter2", "PINGKIT_SECRET_B": "other-hunter3"})
}

// carryOut is what a tool does with a token that somebody presents.
func carryOut(t *testing.T, s *Service, token, caller string, by Means, r Request) (Outcome, error) {
	t.Helper()
	p, err := s.Open(token, caller, by, r)
	if err != nil {
		return Outcome{}, err
	}
	return s.Execute(t.Context(), p, Approval{By: by, Caller: caller, How: "test", Answer: yesTo(p)})
}

func fault(err error) PlanFault {
	if e, ok := errors.AsType[*PlanError](err); ok {
		return e.Fault
	}
	return ""
}

func TestSealedPlanIsGoodOnce(t *testing.T) {
	f := newForeign(t)
	f.change(func() { f.effect = false }) // the state stays, so that nothing but the store refuses
	s := f.service(t, withSecret)
	r, token := sealed(t, s, ByPlan)
	if len(token) > 300 || strings.Contains(token, "=") || strings.Contains(token, "+") || strings.Contains(token, "/") {
		t.Errorf("the token is %q", token)
	}
	out, err := carryOut(t, s, token, caller, ByPlan, r)
	if err != nil || out.Status != StatusPromoted {
		t.Fatalf("the plan gives %+v, %v", out, err)
	}
	reads := f.requests("GET")
	if out, err := carryOut(t, s, token, caller, ByPlan, r); err != nil || !hasNote(out, "an earlier call") || len(f.writes()) != 1 {
		t.Errorf("a used plan gives %+v, %v", out, err)
	}
	if sent := f.writes(); len(sent) != 1 || f.requests("GET") != reads {
		t.Errorf("a used plan sends %v and reads %d times", sent, f.requests("GET")-reads)
	}
}

func TestSealedPlanHoldsNoSecret(t *testing.T) {
	f := newForeign(t)
	s := f.service(t, withSecret, withKey)
	_, token := sealed(t, s, ByPlan)
	sealer, err := s.sealer()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := sealer.aead.Open(nil, nil, raw[1:], raw[:1])
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"hunter2", "PINGKIT_SECRET", "Payroll", "ada"} {
		if bytes.Contains(plain, []byte(secret)) || bytes.Contains(raw, []byte(secret)) {
			t.Errorf("the token holds %q", secret)
		}
	}
}

func TestPlanExpires(t *testing.T) {
	f := newForeign(t)
	now := time.Now()
	s := f.service(t, withSecret, func(o *Options) { o.Now = func() time.Time { return now } })
	r, token := sealed(t, s, ByPlan)
	p, err := s.PlanPromotion(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(PlanLifetime)
	if _, err := carryOut(t, s, token, caller, ByPlan, r); fault(err) != PlanExpired {
		t.Errorf("a sealed plan of 5 minutes ago gives %v", err)
	}
	// A user who answers late approves what may no longer be so.
	if _, err := s.Execute(t.Context(), p, Approval{By: ByUser}); fault(err) != PlanExpired || len(f.writes()) > 0 {
		t.Errorf("a plan of 5 minutes ago is carried out: %v, %v", err, f.writes())
	}
}

func TestReplicasShareAKey(t *testing.T) {
	f := newForeign(t)
	store := NewMemoryStore()
	shared := func(o *Options) { o.Store = store }
	one, two := f.service(t, withSecret, withKey, shared), f.service(t, withSecret, withKey, shared)
	r, token := sealed(t, one, ByPlan)
	if out, err := carryOut(t, two, token, caller, ByPlan, r); err != nil || out.Status != StatusPromoted {
		t.Errorf("the other replica gives %+v, %v", out, err)
	}
	if out, err := carryOut(t, one, token, caller, ByPlan, r); err != nil || !hasNote(out, "an earlier call") {
		t.Errorf("the first replica gives %v", err)
	}
	// Without a shared store the first one's row in the history refuses the second.
	one, two = f.service(t, withSecret, withKey), f.service(t, withSecret, withKey)
	r, token = sealed(t, one, ByPlan)
	if out, err := carryOut(t, two, token, caller, ByPlan, r); err != nil || out.Status != StatusPromoted {
		t.Errorf("the other replica gives %+v, %v", out, err)
	}
	var changed *ChangedError
	if _, err := carryOut(t, one, token, caller, ByPlan, r); !errors.As(err, &changed) {
		t.Errorf("the first replica gives %v", err)
	}
	if sent := f.writes(); len(sent) != 2 {
		t.Errorf("two plans sent %v", sent)
	}
}

func TestKeysOfOtherLengthsAreRefused(t *testing.T) {
	f := newForeign(t)
	for _, test := range []struct {
		key  []byte
		fail error
		good bool
	}{{nil, nil, true}, {[]byte{}, nil, true}, {sharedKey, nil, true}, {sharedKey[1:], nil, false}, {append(sharedKey, 1), nil, false}, {nil, io.ErrUnexpectedEOF, false}} {
		s := f.service(t, func(o *Options) { o.Key = func() ([]byte, error) { return test.key, test.fail } })
		p, err := s.PlanPromotion(t.Context(), toTest())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Seal(p, caller, ByPlan); (err == nil) != test.good {
			t.Errorf("a key of %d bytes and %v: %v", len(test.key), test.fail, err)
		}
	}
}

func TestWhatIsNotSealed(t *testing.T) {
	f := newForeign(t)
	s := f.service(t)
	p, err := s.PlanPromotion(t.Context(), PromoteRequest{Application: "Payroll", Environment: "Production", NoRedirectURIs: true})
	if err != nil {
		t.Fatal(err)
	}
	var refused *RefusedError
	if _, err := s.Seal(p, caller, ByPlan); !errors.As(err, &refused) || !refused.Policy {
		t.Errorf("a shielded plan is sealed: %v", err)
	}
	for _, by := range []Means{ByUser, ByFlag} {
		if _, err := s.Seal(p, caller, by); err != nil {
			t.Errorf("a plan for approval by %s is not sealed: %v", by, err)
		}
	}
	if _, err := s.Seal(p, caller, "whim"); err == nil {
		t.Error("a plan is sealed for an approval that there is none of")
	}
	token, err := s.Seal(p, caller, ByUser)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := s.Open(token, caller, ByUser, PromoteRequest{Application: "Payroll", Environment: "Production", RedirectURIs: []string{}, NoRedirectURIs: true})
	if err != nil {
		t.Fatalf("no redirect URIs and an empty list of them are the same: %v", err)
	}
	if !strings.HasPrefix(opened.Words(), "A plan to promote") {
		t.Errorf("the words of an opened plan are %q", opened.Words())
	}
}

// TestOpenedPlanKeepsWhatItWasSealedFor: a tool must not open a plan for one
// caller or approval and carry it out for another.
func TestOpenedPlanKeepsWhatItWasSealedFor(t *testing.T) {
	f := newForeign(t)
	s := f.service(t, withSecret)
	r, token := sealed(t, s, ByPlan)
	for _, by := range []Means{ByUser, ByFlag, "", "whim"} {
		if _, err := s.Open(token, caller, by, r); fault(err) != PlanOtherApproval {
			t.Errorf("opened for approval by %q: %v", by, err)
		}
	}
	p, err := s.Open(token, caller, ByPlan, r)
	if err != nil {
		t.Fatal(err)
	}
	for want, a := range map[PlanFault]Approval{
		PlanOtherCaller:   {By: ByPlan, Caller: "eve"},
		PlanOtherApproval: {By: ByUser, Caller: caller},
	} {
		if _, err := s.Execute(t.Context(), p, a); fault(err) != want || len(f.writes()) > 0 {
			t.Errorf("carried out for %+v: %v, sent %v", a, err, f.writes())
		}
	}
	again, err := s.Seal(p, "eve", ByUser)
	if err == nil {
		t.Errorf("an opened plan is sealed for somebody else: %s", again)
	}
}

func FuzzOpen(f *testing.F) {
	sealer, err := newSealer(sharedKey)
	if err != nil {
		f.Fatal(err)
	}
	good := content{kind: KindPromote, means: ByPlan, expires: time.Unix(1<<33, 0), sealed: time.UnixMilli(1)}
	token := sealer.seal(good)
	f.Add(token)
	f.Add(token[:len(token)-1] + "A")
	f.Add(strings.Repeat("A", len(token)))
	f.Add("")
	f.Add("AQ==\n")
	s := New(nil, Options{Key: func() ([]byte, error) { return sharedKey, nil }})
	f.Fuzz(func(t *testing.T, presented string) {
		if c, ok := sealer.open(presented); ok && c != good {
			t.Errorf("%q opens as %+v", presented, c)
		}
		if p, err := s.Open(presented, caller, ByPlan, toTest()); err == nil {
			t.Errorf("%q gives the plan %+v", presented, p)
		}
	})
}
