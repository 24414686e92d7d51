// Package app makes the services of both programs from the settings. A service
// opens and reads nothing before its first use, so a program starts without the
// settings of a system that it does not need.
package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"example.com/pingkit/connect"
	"example.com/pingkit/internal/buildinfo"
	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/config"
	"example.com/pingkit/internal/download"
	"example.com/pingkit/internal/kitzip"
	"example.com/pingkit/internal/pingcentral"
)

// App is the services of one process.
type App struct {
	Config    *config.Config
	Logger    *slog.Logger
	Catalog   *catalog.Catalog
	Fetcher   *download.Fetcher
	Kits      *download.Service // into the download directory of the settings
	Promotion *pingcentral.Service
}

// Options are choices that are not settings.
type Options struct {
	// Program is the name in the User-Agent header, such as "mcp-server".
	Program string
	// CacheDir keeps downloaded kits between runs; empty means no cache.
	CacheDir string
	// Audit receives the audit lines besides the file of the settings; nil means
	// stderr.
	Audit io.Writer
	// UserState keeps the key of sealed plans and the used plans in the user's own
	// configuration directory where no setting names another place, for programs that
	// one user starts again and again. Otherwise they are in this process's memory.
	UserState bool
	// Sandbox, if not nil, is used instead of the systems of the settings.
	Sandbox Sandbox
	// Observer, if not nil, is called for each request, see connect.WithObserver.
	Observer func(context.Context, connect.Attempt) func(connect.AttemptEnd)
}

// Sandbox is a pair of simulated systems.
type Sandbox interface {
	PingOne() connect.PingOneSettings
	PingCentral() connect.PingCentralSettings
}

// New makes the services from the settings.
func New(c *config.Config, o Options) *App {
	logger := c.Logger()
	if c.Insecure() && o.Sandbox == nil {
		logger.Warn("PINGCENTRAL_INSECURE_SKIP_VERIFY is true: anyone on the way can read and change what is sent to PingCentral; use PINGCENTRAL_CA_FILE")
	}
	pingOne, pingCentral, environment := c.PingOne, c.PingCentral, c.CatalogEnvironment()
	if o.Sandbox != nil {
		pingOne = func() (connect.PingOneSettings, error) { return o.Sandbox.PingOne(), nil }
		pingCentral = func() (connect.PingCentralSettings, error) { return o.Sandbox.PingCentral(), nil }
		environment = ""
	}
	if o.Audit == nil {
		o.Audit = os.Stderr
	}
	client := []connect.Option{connect.WithLogger(logger), connect.WithUserAgent("pingkit-" + o.Program + "/" + buildinfo.String()), connect.WithObserver(o.Observer),
		connect.WithResponseTimeout(c.ResponseTimeout, c.StorageTimeout), connect.WithIdleTimeout(c.IdleTimeout)}
	catalogAPI := once(pingOne, func(s connect.PingOneSettings) (*connect.PingOne, error) { return connect.NewPingOne(s, client...) })
	centralAPI := once(pingCentral, func(s connect.PingCentralSettings) (*connect.PingCentral, error) {
		return connect.NewPingCentral(s, client...)
	})
	plans := pingcentral.Options{
		Policy:  pingcentral.Policy{ReadOnly: c.ReadOnly, PromoteTo: c.PromoteTo},
		Key:     c.PlanKey,
		Store:   pingcentral.NewStore(c.PlanStore, nil, c.Certificates),
		Audit:   pingcentral.NewAudit(o.Audit, c.AuditFile),
		Secrets: pingcentral.SecretSource{Variable: c.SecretVariable, Dir: c.SecretsDir, Reserved: c.OwnFiles()},
	}
	if o.UserState {
		shareWithinUser(&plans, c)
	}
	integrations := catalog.New(catalogAPI, environment)
	fetcher := download.New(catalogAPI, download.Options{Cache: download.NewCache(o.CacheDir), MaxBytes: c.MaxDownload, Logger: logger, Check: kitzip.Check})
	return &App{
		Config:    c,
		Logger:    logger,
		Catalog:   integrations,
		Fetcher:   fetcher,
		Kits:      &download.Service{Catalog: integrations, Fetcher: fetcher, Dir: c.DownloadDir},
		Promotion: pingcentral.New(centralAPI, plans),
	}
}

// shareWithinUser lets the processes of one user share what settings do not place.
func shareWithinUser(o *pingcentral.Options, c *config.Config) {
	state := pingcentral.NewUserState(userStateDir)
	o.Key = func() ([]byte, error) {
		if key, err := c.PlanKey(); key != nil || err != nil {
			return key, err
		}
		return state.Key(), nil
	}
	o.Store = pingcentral.NewStore(c.PlanStore, state.Store, c.Certificates)
	o.Unshared = func() error {
		if key, err := c.PlanKey(); key != nil || err != nil {
			return err
		}
		return state.Problem()
	}
	if dir, err := userStateDir(); err == nil {
		o.Secrets.Reserved = append(o.Secrets.Reserved, filepath.Join(dir, pingcentral.UserKeyFile))
	}
}

func userStateDir() (string, error) {
	dir, err := os.UserConfigDir()
	return filepath.Join(dir, "pingkit"), err
}

// once makes a client from its settings at the first call. It does not keep an
// error, as sync.OnceValues would: the file of a secret may appear later.
func once[S, C any](settings func() (S, error), dial func(S) (*C, error)) func() (*C, error) {
	var (
		mu   sync.Mutex
		made *C
	)
	return func() (*C, error) {
		mu.Lock()
		defer mu.Unlock()
		if made != nil {
			return made, nil
		}
		s, err := settings()
		if err != nil {
			return nil, err
		}
		client, err := dial(s)
		if err != nil {
			return nil, err
		}
		made = client
		return made, nil
	}
}
