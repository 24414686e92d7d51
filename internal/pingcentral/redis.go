package pingcentral

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// redisTimeout bounds each step of a question to Redis: connecting, writing,
// reading. A person waits for the answer.
const redisTimeout = 3 * time.Second

// redisPrefix keeps pingkit's keys apart from others in the same database.
const redisPrefix = "pingkit:"

// sharedStore is a PlanStore that is opened when it is first used, since
// settings may be wrong and are told then, and a start opens no connection.
type sharedStore struct{ open func() (PlanStore, error) }

// NewStore returns the store that url names when it is first used: a Redis
// database (redis://, rediss:// or unix://), or, for "", what local returns; nil
// stands for this process's memory.
func NewStore(url func() (string, error), local func() PlanStore, certificates ...func() ([]byte, error)) PlanStore {
	return &sharedStore{lazily(func() (PlanStore, error) {
		address, err := url()
		switch {
		case err != nil:
			return nil, err
		case address == "" && local != nil:
			return local(), nil
		case address == "":
			return NewMemoryStore(), nil
		}
		var trusted []byte
		for _, read := range certificates {
			pem, err := read()
			if err != nil {
				return nil, err
			}
			trusted = append(trusted, pem...)
		}
		return newRedisStore(address, trusted)
	})}
}

func (s *sharedStore) Claim(ctx context.Context, key, value string, lifetime time.Duration) (bool, error) {
	store, err := s.open()
	if err != nil {
		return false, err
	}
	return store.Claim(ctx, key, value, lifetime)
}

func (s *sharedStore) Release(ctx context.Context, key, value string) error {
	store, err := s.open()
	if err != nil {
		return err
	}
	return store.Release(ctx, key, value)
}

func (s *sharedStore) Value(ctx context.Context, key string) (string, error) {
	store, err := s.open()
	if err != nil {
		return "", err
	}
	return store.Value(ctx, key)
}

// CheckStoreURL returns why url cannot name a plan store, or nil. It opens no
// connection. The error never holds the URL's password.
func CheckStoreURL(url string) error {
	_, err := redisOptions(url)
	return err
}

func redisOptions(url string) (*redis.Options, error) {
	if scheme, _, _ := strings.Cut(url, "://"); strings.Contains(strings.ToLower(scheme), "sentinel") {
		return nil, errors.New("PINGKIT_PLAN_STORE names a Redis Sentinel, which is not supported: give the URL of the database or of a node of a Redis Cluster, redis://user:password@host:port/database")
	}
	options, err := redis.ParseURL(url)
	if err != nil {
		// The error of the parser quotes the URL, and the URL holds a password.
		return nil, errors.New("PINGKIT_PLAN_STORE is not a Redis URL: it has the form redis://user:password@host:port/database")
	}
	return options, nil
}

// redisStore is a PlanStore in one Redis server, or in the Redis Cluster that this
// server belongs to.
type redisStore struct {
	mu      sync.Mutex
	client  redis.UniversalClient
	cluster func() redis.UniversalClient // nil: client is one, or there is none
}

func newRedisStore(url string, trusted []byte) (PlanStore, error) {
	options, err := redisOptions(url)
	if err != nil {
		return nil, err
	}
	if options.TLSConfig != nil && len(trusted) > 0 {
		roots, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("the system's certificate authorities cannot be read: %w", err)
		}
		roots.AppendCertsFromPEM(trusted)
		options.TLSConfig.RootCAs = roots
	}
	logging.Disable() // the library writes to stderr in its own form; its errors are returned as well
	all := redis.UniversalOptions{
		Addrs: []string{options.Addr}, Username: options.Username, Password: options.Password, DB: options.DB, TLSConfig: options.TLSConfig,
		DialTimeout: redisTimeout, ReadTimeout: redisTimeout, WriteTimeout: redisTimeout, ContextTimeoutEnabled: true,
		// A claim is asked for once: asked again after a lost answer, it would be
		// found taken by its own first try.
		MaxRetries: -1, DialerRetries: 1,
		PoolSize: 4, DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	simple := all.Simple()
	simple.Network = options.Network
	store := &redisStore{client: redis.NewClient(simple)}
	if options.Network == "tcp" {
		store.cluster = func() redis.UniversalClient {
			cluster := all.Cluster()
			cluster.MaxRedirects = 3 // a redirected command was not carried out
			return redis.NewClusterClient(cluster)
		}
	}
	return store, nil
}

// do sends a command. A node of a Redis Cluster that answers MOVED did not carry
// it out; from then on the cluster is asked.
func (r *redisStore) do(send func(redis.UniversalClient) error) error {
	r.mu.Lock()
	client := r.client
	r.mu.Unlock()
	err := send(client)
	if _, moved := redis.IsMovedError(err); moved {
		r.mu.Lock()
		if r.cluster != nil {
			old := r.client
			r.client, r.cluster = r.cluster(), nil
			_ = old.Close() // other commands on it fail, and nothing is sent for them
		}
		client = r.client
		r.mu.Unlock()
		err = send(client)
	}
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("redis did not answer: %w", err)
	}
	return err
}

func (r *redisStore) Claim(ctx context.Context, key, value string, lifetime time.Duration) (free bool, err error) {
	err = r.do(func(client redis.UniversalClient) (err error) {
		free, err = client.SetNX(ctx, redisPrefix+key, value, lifetime).Result()
		return err
	})
	return free && err == nil, err
}

// releaseScript deletes a claim if it holds the owner's name. Redis runs it as a
// whole.
const releaseScript = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`

func (r *redisStore) Release(ctx context.Context, key, value string) error {
	return r.do(func(client redis.UniversalClient) error {
		return client.Eval(ctx, releaseScript, []string{redisPrefix + key}, value).Err()
	})
}

func (r *redisStore) Value(ctx context.Context, key string) (value string, err error) {
	err = r.do(func(client redis.UniversalClient) (err error) {
		value, err = client.Get(ctx, redisPrefix+key).Result()
		return err
	})
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	return value, err
}
