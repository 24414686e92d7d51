package pingcentral

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// testClaims is what every PlanStore has to do.
func testClaims(t *testing.T, one, two PlanStore) {
	t.Helper()
	claim := func(s PlanStore, key string, lifetime time.Duration) bool {
		t.Helper()
		free, err := s.Claim(t.Context(), key, "me", lifetime)
		if err != nil {
			t.Fatal(err)
		}
		return free
	}
	if !claim(one, "plan/a", time.Minute) || claim(one, "plan/a", time.Minute) || claim(two, "plan/a", time.Minute) {
		t.Error("a claim is not given once")
	}
	if err := two.Release(t.Context(), "plan/a", "another"); err != nil {
		t.Fatal(err)
	}
	if claim(two, "plan/a", time.Minute) {
		t.Error("another owner released a claim")
	}
	if !claim(two, "plan/b", time.Minute) {
		t.Error("one claim keeps another away")
	}
	if err := two.Release(t.Context(), "plan/a", "me"); err != nil {
		t.Fatal(err)
	}
	if !claim(one, "plan/a", time.Minute) {
		t.Error("a released claim is not free")
	}
	if err := one.Release(t.Context(), "plan/never", "me"); err != nil {
		t.Errorf("releasing what nobody holds: %v", err)
	}
	if !claim(one, "plan/c", 30*time.Millisecond) {
		t.Error("a short claim is not given")
	}
	time.Sleep(60 * time.Millisecond)
	if !claim(two, "plan/c", time.Minute) {
		t.Error("a claim that ran out is not free")
	}
	var wg sync.WaitGroup
	var given atomic.Int32
	for i := range 40 {
		wg.Go(func() {
			free, err := []PlanStore{one, two}[i%2].Claim(t.Context(), "plan/contended", "me", time.Minute)
			if err != nil {
				t.Error(err)
			}
			if free {
				given.Add(1)
			}
		})
	}
	wg.Wait()
	if given.Load() != 1 {
		t.Errorf("one claim is given %d times", given.Load())
	}
}

// testKept is what every PlanStore does with values.
func testKept(t *testing.T, one, two PlanStore) {
	t.Helper()
	if free, err := one.Claim(t.Context(), "outcome/a", "an outcome", time.Minute); !free || err != nil {
		t.Fatal(free, err)
	}
	for key, want := range map[string]string{"outcome/a": "an outcome", "outcome/never": ""} {
		if text, err := two.Value(t.Context(), key); text != want || err != nil {
			t.Errorf("%s is %q, %v", key, text, err)
		}
	}
}

func TestRedisStore(t *testing.T) {
	server := miniredis.RunT(t)
	server.RequireAuth("hunter2")
	url := func() (string, error) { return "redis://:hunter2@" + server.Addr(), nil }
	one, two := NewStore(url, nil), NewStore(url, nil)
	testKept(t, one, two)
	if free, err := one.Claim(t.Context(), "write/a", "one", time.Minute); !free || err != nil {
		t.Fatal(free, err)
	}
	for _, owner := range []string{"two", "one"} { // the other one's release changes nothing
		if free, err := two.Claim(t.Context(), "write/a", "two", time.Minute); free || err != nil {
			t.Errorf("a held key is claimed: %t, %v", free, err)
		}
		if err := two.Release(t.Context(), "write/a", owner); err != nil {
			t.Fatal(err)
		}
	}
	if free, err := two.Claim(t.Context(), "write/a", "two", time.Minute); !free || err != nil {
		t.Errorf("a released key is held: %t, %v", free, err)
	}
	server.FastForward(time.Minute)
	if free, err := one.Claim(t.Context(), "write/a", "one", time.Minute); !free || err != nil {
		t.Errorf("a claim that ended is held: %t, %v", free, err)
	}
	if err := two.Release(t.Context(), "write/a", "two"); err != nil {
		t.Fatal(err)
	}
	if free, err := two.Claim(t.Context(), "write/a", "two", time.Minute); free || err != nil {
		t.Errorf("the owner of a claim that ended released the next one: %t, %v", free, err)
	}
}

func TestMemoryStore(t *testing.T) {
	s := NewMemoryStore()
	testClaims(t, s, s)
	testKept(t, s, s)
	unset := NewStore(func() (string, error) { return "", nil }, nil)
	testClaims(t, unset, unset)
}

func TestMemoryStoreIsBounded(t *testing.T) {
	now := time.Now()
	s := &memoryStore{claims: map[string]memoryClaim{}, now: func() time.Time { return now }}
	for i := range maxClaims {
		if free, err := s.Claim(t.Context(), fmt.Sprint(i), "me", time.Duration(1+i%2)*time.Minute); err != nil || !free {
			t.Fatal(i, free, err)
		}
	}
	if free, err := s.Claim(t.Context(), "more", "me", time.Minute); free || !errors.Is(err, errFull) {
		t.Errorf("a full store gives %t, %v", free, err)
	}
	if free, err := s.Claim(t.Context(), "0", "me", time.Minute); free || err != nil {
		t.Errorf("a full store forgets what was claimed: %t, %v", free, err)
	}
	now = now.Add(time.Minute)
	if free, err := s.Claim(t.Context(), "more", "me", time.Minute); !free || err != nil || len(s.claims) != maxClaims/2+1 {
		t.Errorf("after a minute the store gives %t, %v and holds %d", free, err, len(s.claims))
	}
}

func TestSettingsThatComeLater(t *testing.T) {
	fail := errors.New("the file cannot be opened")
	url := func() (string, error) { return "", fail }
	s := NewStore(func() (string, error) { return url() }, nil)
	if _, err := s.Claim(t.Context(), "plan/a", "me", time.Minute); !errors.Is(err, fail) {
		t.Fatal(err)
	}
	fail = nil
	if free, err := s.Claim(t.Context(), "plan/a", "me", time.Minute); !free || err != nil {
		t.Errorf("the claim gives %t, %v", free, err)
	}
	if free, err := s.Claim(t.Context(), "plan/a", "me", time.Minute); free || err != nil {
		t.Errorf("the second claim gives %t, %v", free, err)
	}
}

func TestPlanStoreSettings(t *testing.T) {
	for name, test := range map[string]struct {
		url  string
		fail error
	}{
		"an error of the settings": {"", errors.New("PINGKIT_PLAN_STORE: the file cannot be opened")},
		"no scheme":                {"user:hunter2@localhost", nil},
		"another scheme":           {"https://user:hunter2@localhost", nil},
		"a broken URL":             {"redis://user:hunter2@local host:x", nil},
		"a broken option":          {"redis://user:hunter2@localhost?db=x", nil},
		"a sentinel":               {"redis-sentinel://user:hunter2@localhost:26379/mymaster", nil},
		"nobody listens":           {"redis://user:hunter2@127.0.0.1:1/0", nil},
	} {
		asked := 0
		s := NewStore(func() (string, error) { asked++; return test.url, test.fail }, nil)
		if asked > 0 {
			t.Errorf("%s: the settings are read before they are needed", name)
		}
		free, err := s.Claim(t.Context(), "plan/a", "me", time.Minute)
		if free || err == nil || strings.Contains(err.Error(), "hunter2") || test.fail != nil && !errors.Is(err, test.fail) {
			t.Errorf("%s: the claim gives %t, %v", name, free, err)
		}
		if err := s.Release(t.Context(), "plan/a", "me"); err == nil {
			t.Errorf("%s: the release succeeds", name)
		}
	}
}
