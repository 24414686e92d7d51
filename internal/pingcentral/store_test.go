package pingcentral

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// testClaims is what every PlanStore has to do.
func testClaims(t *testing.T, one, two PlanStore) {
	t.Helper()
	claim := func(s PlanStore, key string, lifetime time.Duration) bool {
		t.Helper()
		free, err := s.Claim(t.Context(), key, lifetime)
		if err != nil {
			t.Fatal(err)
		}
		return free
	}
	if !claim(one, "plan/a", time.Minute) || claim(one, "plan/a", time.Minute) || claim(two, "plan/a", time.Minute) {
		t.Error("a claim is not given once")
	}
	if !claim(two, "plan/b", time.Minute) {
		t.Error("one claim keeps another away")
	}
	if err := two.Release(t.Context(), "plan/a"); err != nil {
		t.Fatal(err)
	}
	if !claim(one, "plan/a", time.Minute) {
		t.Error("a released claim is not free")
	}
	if err := one.Release(t.Context(), "plan/never"); err != nil {
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
			free, err := []PlanStore{one, two}[i%2].Claim(t.Context(), "plan/contended", time.Minute)
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

func TestMemoryStore(t *testing.T) {
	s := NewMemoryStore()
	testClaims(t, s, s)
	unset := NewStore(func() (string, error) { return "", nil })
	testClaims(t, unset, unset)
}

func TestMemoryStoreIsBounded(t *testing.T) {
	now := time.Now()
	s := &memoryStore{claims: map[string]time.Time{}, now: func() time.Time { return now }}
	for i := range maxClaims {
		if free, err := s.Claim(t.Context(), fmt.Sprint(i), time.Duration(1+i%2)*time.Minute); err != nil || !free {
			t.Fatal(i, free, err)
		}
	}
	if free, err := s.Claim(t.Context(), "more", time.Minute); free || !errors.Is(err, errFull) {
		t.Errorf("a full store gives %t, %v", free, err)
	}
	if free, err := s.Claim(t.Context(), "0", time.Minute); free || err != nil {
		t.Errorf("a full store forgets what was claimed: %t, %v", free, err)
	}
	now = now.Add(time.Minute)
	if free, err := s.Claim(t.Context(), "more", time.Minute); !free || err != nil || len(s.claims) != maxClaims/2+1 {
		t.Errorf("after a minute the store gives %t, %v and holds %d", free, err, len(s.claims))
	}
}

func TestSettingsThatComeLater(t *testing.T) {
	fail := errors.New("the file cannot be opened")
	url := func() (string, error) { return "", fail }
	s := NewStore(func() (string, error) { return url() })
	if _, err := s.Claim(t.Context(), "plan/a", time.Minute); !errors.Is(err, fail) {
		t.Fatal(err)
	}
	fail = nil
	if free, err := s.Claim(t.Context(), "plan/a", time.Minute); !free || err != nil {
		t.Errorf("the claim gives %t, %v", free, err)
	}
	if free, err := s.Claim(t.Context(), "plan/a", time.Minute); free || err != nil {
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
		"nobody listens":           {"redis://user:hunter2@127.0.0.1:1/0", nil},
	} {
		asked := 0
		s := NewStore(func() (string, error) { asked++; return test.url, test.fail })
		if asked > 0 {
			t.Errorf("%s: the settings are read before they are needed", name)
		}
		free, err := s.Claim(t.Context(), "plan/a", time.Minute)
		if free || err == nil || strings.Contains(err.Error(), "hunter2") || test.fail != nil && !errors.Is(err, test.fail) {
			t.Errorf("%s: the claim gives %t, %v", name, free, err)
		}
		if err := s.Release(t.Context(), "plan/a"); err == nil {
			t.Errorf("%s: the release succeeds", name)
		}
	}
}
