package sandbox

import "time"

// Options say how a sandbox starts. The zero value is good for most tests.
type Options struct {
	// Addr is where the PingOne API listens, such as 127.0.0.1:9000; the token endpoint, the storage and PingCentral take the
	// next free ports. Empty means free ports everywhere, on the loopback address.
	Addr string
	// Now is the clock by which tokens, links and locks expire and changes are dated. Nil means the real one.
	Now func() time.Time
	// TLS serves the PingOne API, its token endpoint and its storage over TLS, with the certificate of PingCentral.
	TLS bool
	// Hostile adds an integration and an application that attack whoever handles them: archives that must not be unpacked (one
	// version for each of kits.HostileKinds), file names and names that forge lines.
	Hostile bool
	// MoreIntegrations adds so many integrations to the catalog, for tests of volume.
	MoreIntegrations int
	// TokenAuth limits the way a client authenticates at the token endpoint: "basic", "post", or "" for both.
	TokenAuth string
	// TokenLifetime is how long tokens are valid; 0 means an hour.
	TokenLifetime time.Duration
	// LinkLifetime is how long presigned links are valid; 0 means a minute.
	LinkLifetime time.Duration
	// LoginAttempts is how many failed logins in a row lock an account of PingCentral; 0 means five.
	LoginAttempts int
	// LockTime is how long an account stays locked; 0 means ten minutes.
	LockTime time.Duration
}

func (o Options) withDefaults() Options {
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.TokenLifetime == 0 {
		o.TokenLifetime = time.Hour
	}
	if o.LinkLifetime == 0 {
		o.LinkLifetime = time.Minute
	}
	if o.LoginAttempts == 0 {
		o.LoginAttempts = 5
	}
	if o.LockTime == 0 {
		o.LockTime = 10 * time.Minute
	}
	return o
}
