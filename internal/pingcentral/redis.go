package pingcentral

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
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
// database (redis://, rediss:// or unix://), or, for "", this process's memory.
func NewStore(url func() (string, error), certificates ...func() ([]byte, error)) PlanStore {
	return &sharedStore{lazily(func() (PlanStore, error) {
		address, err := url()
		if err != nil {
			return nil, err
		}
		if address == "" {
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

func (s *sharedStore) Claim(ctx context.Context, key string, lifetime time.Duration) (bool, error) {
	store, err := s.open()
	if err != nil {
		return false, err
	}
	return store.Claim(ctx, key, lifetime)
}

func (s *sharedStore) Release(ctx context.Context, key string) error {
	store, err := s.open()
	if err != nil {
		return err
	}
	return store.Release(ctx, key)
}

func (s *sharedStore) Keep(ctx context.Context, key, text string, lifetime time.Duration) error {
	store, err := s.open()
	if err != nil {
		return err
	}
	return store.Keep(ctx, key, text, lifetime)
}

func (s *sharedStore) Kept(ctx context.Context, key string) (string, error) {
	store, err := s.open()
	if err != nil {
		return "", err
	}
	return store.Kept(ctx, key)
}

type redisStore struct{ client *redis.Client }

func newRedisStore(url string, trusted []byte) (PlanStore, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		// The error of the parser quotes the URL, and the URL holds a password.
		return nil, errors.New("the plan store's URL cannot be read: it has the form redis://user:password@host:port/database")
	}
	if options.TLSConfig != nil && len(trusted) > 0 {
		roots, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("the system's certificate authorities cannot be read: %w", err)
		}
		roots.AppendCertsFromPEM(trusted)
		options.TLSConfig.RootCAs = roots
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = redisTimeout, redisTimeout, redisTimeout
	options.ContextTimeoutEnabled = true
	// A claim is asked for once: asked again after a lost answer, it would be
	// found taken by its own first try.
	options.MaxRetries, options.DialerRetries = -1, 1
	options.PoolSize = 4
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	logging.Disable() // the library writes to stderr in its own form; its errors are returned as well
	return &redisStore{redis.NewClient(options)}, nil
}

func (r *redisStore) Claim(ctx context.Context, key string, lifetime time.Duration) (bool, error) {
	free, err := r.client.SetNX(ctx, redisPrefix+key, 1, lifetime).Result()
	if err != nil {
		return false, fmt.Errorf("redis did not answer: %w", err)
	}
	return free, nil
}

// Release does not ask whose claim it is: its holders end well before it does.
func (r *redisStore) Release(ctx context.Context, key string) error {
	if err := r.client.Del(ctx, redisPrefix+key).Err(); err != nil {
		return fmt.Errorf("redis did not answer: %w", err)
	}
	return nil
}

func (r *redisStore) Keep(ctx context.Context, key, text string, lifetime time.Duration) error {
	if err := r.client.Set(ctx, redisPrefix+key, text, lifetime).Err(); err != nil {
		return fmt.Errorf("redis did not answer: %w", err)
	}
	return nil
}

func (r *redisStore) Kept(ctx context.Context, key string) (string, error) {
	text, err := r.client.Get(ctx, redisPrefix+key).Result()
	switch {
	case errors.Is(err, redis.Nil):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("redis did not answer: %w", err)
	}
	return text, nil
}
