package sandbox

import (
	"fmt"
	"slices"

	api "example.com/pingkit/internal/sandbox/pingcentralapi"
)

// ApplicationID is the id of the application with that exact name. Like the other methods of this file it panics for a name
// that does not exist: a test that asks for it is wrong.
func (s *Sandbox) ApplicationID(name string) string { return *s.Application(name).ID }

// EnvironmentID is the id of PingCentral's environment with that exact name.
func (s *Sandbox) EnvironmentID(name string) string {
	s.central.mu.RLock()
	defer s.central.mu.RUnlock()
	return s.central.mustFindEnvironment(name).ID
}

// Application is the present state of an application.
func (s *Sandbox) Application(name string) api.Application {
	s.central.mu.RLock()
	defer s.central.mu.RUnlock()
	return s.applicationDocument(s.central.mustFindApplication(name))
}

// Promotions is the history of an application, oldest first.
func (s *Sandbox) Promotions(name string) []api.Promotion {
	s.central.mu.RLock()
	defer s.central.mu.RUnlock()
	var rows []api.Promotion
	for _, p := range s.central.mustFindApplication(name).history {
		rows = append(rows, s.promotionDocument(p))
	}
	return rows
}

// ClientSecret and RedirectURIs are what PingCentral's copy of an application holds.
func (s *Sandbox) ClientSecret(name string) string {
	s.central.mu.RLock()
	defer s.central.mu.RUnlock()
	return s.central.mustFindApplication(name).settings.clientSecret
}

// RedirectURIs is described at [Sandbox.ClientSecret].
func (s *Sandbox) RedirectURIs(name string) []string {
	s.central.mu.RLock()
	defer s.central.mu.RUnlock()
	return slices.Clone(s.central.mustFindApplication(name).settings.redirectURIs)
}

// EditApplication changes an application as somebody else may do at any moment, and dates the change. edit sets fields to new
// values; it must not write through the pointers it finds, which answers under way share.
func (s *Sandbox) EditApplication(name string, edit func(*api.Application)) {
	s.central.mu.Lock()
	defer s.central.mu.Unlock()
	a := s.central.mustFindApplication(name)
	edit(&a.document)
	a.modified = s.now()
}

// EditEnvironment changes an environment of PingCentral as somebody else may do; see [Sandbox.EditApplication] for edit.
func (s *Sandbox) EditEnvironment(name string, edit func(*api.Environment)) {
	s.central.mu.Lock()
	defer s.central.mu.Unlock()
	edit(&s.central.mustFindEnvironment(name).Environment)
}

// RemoveEnvironment removes an environment; the histories keep the rows that name it.
func (s *Sandbox) RemoveEnvironment(name string) {
	s.central.mu.Lock()
	defer s.central.mu.Unlock()
	gone := s.central.mustFindEnvironment(name)
	s.central.environments = slices.DeleteFunc(s.central.environments, func(e *centralEnvironment) bool { return e == gone })
}

// Promote promotes an application as somebody else may do: the history gets a row. It returns the row's id.
func (s *Sandbox) Promote(applicationName, environmentName string) (promotionID string) {
	s.central.mu.Lock()
	defer s.central.mu.Unlock()
	a, e := s.central.mustFindApplication(applicationName), s.central.mustFindEnvironment(environmentName)
	return *s.central.addPromotion(a, e, a.settings, s.now()).document.ID
}

func (c *central) mustFindApplication(name string) *application {
	for _, a := range c.applications {
		if a.document.Name == name {
			return a
		}
	}
	panic(fmt.Sprintf("sandbox: no application is called %q", name))
}

func (c *central) mustFindEnvironment(name string) *centralEnvironment {
	for _, e := range c.environments {
		if e.Name == name {
			return e
		}
	}
	panic(fmt.Sprintf("sandbox: no environment is called %q", name))
}
