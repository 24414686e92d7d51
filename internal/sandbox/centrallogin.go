package sandbox

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// loginGuard locks accounts after failed logins in a row.
type loginGuard struct {
	mu     sync.Mutex
	failed map[string]int
	locked map[string]time.Time // until when
}

func (g *loginGuard) clear() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.failed, g.locked = nil, nil
}

// check counts a login and says whether it succeeds.
func (g *loginGuard) check(user, password string, now time.Time, opts Options) (ok bool, message string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until, locked := g.locked[user]; locked {
		if now.Before(until) {
			return false, "The account is locked. Try again later."
		}
		delete(g.locked, user)
	}
	known := client{AdministratorName, AdministratorPassword}.equals(client{user, password}) ||
		client{OwnerName, OwnerPassword}.equals(client{user, password})
	if known {
		delete(g.failed, user)
		return true, ""
	}
	if g.failed == nil {
		g.failed, g.locked = map[string]int{}, map[string]time.Time{}
	}
	g.failed[user]++
	if g.failed[user] >= opts.LoginAttempts {
		delete(g.failed, user)
		g.locked[user] = now.Add(opts.LockTime)
	}
	return false, "Bad credentials"
}

// LockAccount locks an account of PingCentral, as failed logins of somebody else do.
func (s *Sandbox) LockAccount(user string) {
	s.logins.mu.Lock()
	defer s.logins.mu.Unlock()
	if s.logins.locked == nil {
		s.logins.failed, s.logins.locked = map[string]int{}, map[string]time.Time{}
	}
	s.logins.locked[user] = s.now().Add(s.opts.LockTime)
}

// Locked says whether an account of PingCentral is locked after failed logins.
func (s *Sandbox) Locked(user string) bool {
	s.logins.mu.Lock()
	defer s.logins.mu.Unlock()
	until, locked := s.logins.locked[user]
	return locked && s.now().Before(until)
}

// admitToCentral checks the header against forged requests, and the login.
func (s *Sandbox) admitToCentral(w http.ResponseWriter, r *http.Request, _ string) bool {
	if r.Header.Get("X-XSRF-Header") != "PASS" {
		s.refuseCentral(w, http.StatusForbidden, "The header X-XSRF-Header must be present with the value PASS.")
		return false
	}
	accepted := s.forms.get().Login
	if scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		if accepted != "basic" && s.tokenGood(r, PingCentral) {
			return true
		}
		s.refuseCentral(w, http.StatusUnauthorized, "The token is invalid or expired.")
		return false
	}
	user, password, ok := r.BasicAuth()
	message := "Full authentication is required to access this resource"
	if ok && accepted != "bearer" {
		if ok, message = s.logins.check(user, password, s.now(), s.opts); ok {
			return true
		}
	}
	if accepted != "bearer" {
		w.Header().Set("WWW-Authenticate", `Basic realm="PingCentral"`)
	}
	s.refuseCentral(w, http.StatusUnauthorized, message)
	return false
}

// caller is the application owner who sent the request; an administrator has no name here, as nothing depends on it.
func caller(r *http.Request) (owner string, isOwner bool) {
	user, _, _ := r.BasicAuth() // admitToCentral has checked the password
	return user, user == OwnerName
}
