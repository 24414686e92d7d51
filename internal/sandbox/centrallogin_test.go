package sandbox

import (
	"net/http"
	"testing"
	"time"
)

func TestEveryCallNeedsTheXSRFHeader(t *testing.T) {
	s := start(t, Options{LoginAttempts: 1})
	client := httpClient(t, s)
	for _, value := range []string{"", "pass", "x"} {
		for _, path := range []string{"/environments", "/applications", "/nothing"} {
			req, err := http.NewRequest(http.MethodGet, s.centralURL()+"/api/v1"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.SetBasicAuth(AdministratorName, "wrong")
			if value != "" {
				req.Header.Set("X-XSRF-Header", value)
			}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %q: status %d, want 403", path, value, res.StatusCode)
			}
		}
	}
	if s.Locked(AdministratorName) {
		t.Error("a refused header counted as a failed login")
	}
}

func TestFailedLoginsLockTheAccount(t *testing.T) {
	now := newClock()
	s := start(t, Options{Now: now.Now, LoginAttempts: 3})
	p := newPingCentral(t, s)
	login := func(password string) int {
		t.Helper()
		p.password = password
		return p.do(http.MethodGet, "/environments", "").StatusCode
	}
	login("wrong")
	login("wrong")
	if got := login(AdministratorPassword); got != http.StatusOK {
		t.Fatalf("after two failures: status %d", got)
	}
	for range 3 { // the good login started the count again
		if got := login("wrong"); got != http.StatusUnauthorized {
			t.Errorf("wrong password: status %d", got)
		}
	}
	if got := login(AdministratorPassword); got != http.StatusUnauthorized || !s.Locked(AdministratorName) {
		t.Errorf("after three failures: status %d, locked %v", got, s.Locked(AdministratorName))
	}
	p.user = OwnerName
	if got := login(OwnerPassword); got != http.StatusOK {
		t.Errorf("another account: status %d", got)
	}
	p.user = AdministratorName
	now.Advance(10 * time.Minute)
	if got := login(AdministratorPassword); got != http.StatusOK {
		t.Errorf("after the lock: status %d", got)
	}
	login("wrong")
	login("wrong")
	login("wrong")
	s.Reset()
	if got := login(AdministratorPassword); got != http.StatusOK {
		t.Errorf("after the reset: status %d", got)
	}
}

func TestLoginForms(t *testing.T) {
	s := start(t, Options{})
	client := httpClient(t, s)
	xsrf := header{"X-XSRF-Header", "PASS"}
	asBasic := basic(AdministratorName, AdministratorPassword)
	asBearer := header{"Authorization", "Bearer " + s.PingCentralToken()}
	pingOnes := header{"Authorization", "Bearer " + newPingOne(t, s).token}
	for _, c := range []struct {
		login   string
		headers []header
		status  int
	}{
		{"", []header{xsrf, asBasic}, 200},
		{"", []header{xsrf, asBearer}, 200},
		{"", []header{xsrf}, 401},
		{"", []header{xsrf, pingOnes}, 401},
		{"", []header{xsrf, {"Authorization", "Bearer x"}}, 401},
		{"basic", []header{xsrf, asBasic}, 200},
		{"basic", []header{xsrf, asBearer}, 401},
		{"bearer", []header{xsrf, asBasic}, 401},
		{"bearer", []header{xsrf, asBearer}, 200},
	} {
		s.SetForms(Forms{Login: c.login})
		if got := do(t, client, http.MethodGet, s.centralURL()+"/api/v1/environments", "", c.headers...).StatusCode; got != c.status {
			t.Errorf("login %q with %v: status %d, want %d", c.login, c.headers, got, c.status)
		}
	}
}
