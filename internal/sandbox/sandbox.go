package sandbox

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"example.com/pingkit/internal/sandbox/selfsigned"
)

// Sandbox is a running set of simulated systems. All its methods may be called at any time from any goroutine.
type Sandbox struct {
	opts        Options
	moved       atomic.Int64 // nanoseconds by which the clock was set forward
	certificate tls.Certificate
	ca          []byte
	key         []byte // signs tokens and links

	listeners listeners
	servers   []*http.Server
	running   sync.WaitGroup // servers and their connections

	forms   formsHolder
	faults  faultList
	log     requestLog
	tokens  tokenStore
	logins  loginGuard
	catalog catalog
	central central
}

// Start opens the listeners and serves until [Sandbox.Close]. It touches no disk. An error means that an address is taken.
func Start(opts Options) (*Sandbox, error) {
	opts = opts.withDefaults()
	s := &Sandbox{opts: opts, key: make([]byte, 32)}
	rand.Read(s.key) // never fails
	s.fill()

	var err error
	if s.listeners, err = listen(opts.Addr, opts.TLS); err != nil {
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	// By the real clock, whatever Options.Now says: clients check with theirs.
	now := time.Now()
	if s.certificate, s.ca, err = selfsigned.Certificate(now.Add(-time.Hour), now.AddDate(1, 0, 0), "localhost", "127.0.0.1", "::1", s.listeners.host); err != nil {
		s.listeners.close()
		return nil, fmt.Errorf("starting the sandbox: %w", err)
	}
	s.serve(s.listeners.api, opts.TLS, s.pingOneHandler())
	s.serve(s.listeners.auth, opts.TLS, s.authHandler())
	s.serve(s.listeners.storage, opts.TLS, s.storageHandler())
	if opts.TLS {
		s.serve(s.listeners.plainStorage, false, s.storageHandler())
	}
	s.serve(s.listeners.central, true, s.pingCentralHandler())
	return s, nil
}

// Close ends all connections and waits until every goroutine of the sandbox has ended.
func (s *Sandbox) Close() error {
	var first error
	for _, server := range s.servers {
		if err := server.Close(); err != nil && first == nil {
			first = err
		}
	}
	s.running.Wait()
	return first
}

// Reset brings the sandbox back to the state it started in: no fault, the usual forms, an empty request log, no locked
// account, the clock of the options, and the catalog and the applications as they were. Tokens stay valid.
func (s *Sandbox) Reset() {
	s.Calm()
	s.log.clear()
	s.fill()
}

// Calm ends every trouble: faults, unusual forms, locked accounts and a clock that was moved. Unlike [Sandbox.Reset] it keeps the
// request log, and the catalog and the applications as they have become.
func (s *Sandbox) Calm() {
	s.faults.clear()
	s.forms.set(Forms{})
	s.logins.clear()
	s.moved.Store(0)
}

// fill puts the fixtures in place.
func (s *Sandbox) fill() {
	s.catalog.fill(s.opts)
	s.central.fill(s.opts)
}

// CA is the certificate that signs the sandbox's TLS, in PEM.
func (s *Sandbox) CA() []byte { return append([]byte(nil), s.ca...) }

// MoveClock sets the clock forward or back by d, beside what time passes by itself. Reset brings the start's clock back.
func (s *Sandbox) MoveClock(d time.Duration) { s.moved.Add(int64(d)) }

func (s *Sandbox) now() time.Time { return s.opts.Now().Add(time.Duration(s.moved.Load())) }
