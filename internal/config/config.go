// Package config turns variables, flags and files into checked settings. It is
// the only place that reads the environment.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"example.com/pingkit/internal/fsutil"
)

// Config holds the settings of one run. What one system needs is read and
// checked when that system is first used, so that the other can be left out and
// a start touches no file.
type Config struct {
	ReadOnly    bool     // no promote, no revert
	PromoteTo   []string // allowed targets; empty allows all
	DownloadDir string
	MaxDownload int64 // largest kit in bytes; 0: the usual limit
	SecretsDir  string
	AuditFile   string // empty: none
	HTTP        HTTP
	// How long an answer may take to begin, that of a storage, and how long a
	// connection is kept without a request; 0: the usual time.
	ResponseTimeout, StorageTimeout, IdleTimeout time.Duration

	LogLevel  slog.Level
	LogFormat string // text or json

	values map[string]string // by variable, files of secrets by NAME_FILE
	getenv func(string) (string, bool)
}

// HTTP holds the settings of serving over HTTP. What they allow together is
// checked where the server starts.
type HTTP struct {
	PublicURL      string // without a trailing slash; empty: not known
	Issuer         string // of accepted tokens; empty: none
	Audience       string // empty: the public URL
	AllowedOrigins []string
	AllowedHosts   []string
	ObserveAddr    string // of health and metrics; empty: none
}

// Load reads the settings from the process's environment and from flags made by
// AddFlags, which win. A flags of nil means none. The error is an *Error with
// every setting of the process itself that cannot be used.
func Load(flags *pflag.FlagSet) (*Config, error) {
	var names []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return load(names, os.LookupEnv, flags)
}

func load(names []string, getenv func(string) (string, bool), flags *pflag.FlagSet) (*Config, error) {
	c := &Config{values: map[string]string{}, getenv: getenv}
	for _, s := range settings {
		c.readVariable(s.Name)
		key := s.Name
		if s.Secret {
			key += fileSuffix
			c.readVariable(key)
		}
		if flags == nil {
			continue
		}
		if flag := flags.Lookup(s.Flag()); flag != nil && flag.Changed {
			c.values[key] = flag.Value.String()
			if s.Secret && c.values[key] != "" {
				delete(c.values, s.Name) // the flag's file wins over the variable, too
			}
		}
	}
	var p problems
	c.checkNames(names, &p)
	c.checkValues(&p)
	c.expandHomes(&p)
	c.ReadOnly = c.boolean("PINGKIT_READ_ONLY", &p)
	c.PromoteTo = list(c.values["PINGKIT_PROMOTE_TO"], ",")
	if c.values["PINGKIT_PROMOTE_TO"] != "" && len(c.PromoteTo) == 0 {
		p.add("PINGKIT_PROMOTE_TO names no environment")
	}
	c.DownloadDir = c.downloadDir()
	c.MaxDownload = c.size("PINGKIT_MAX_DOWNLOAD", &p)
	c.ResponseTimeout = c.duration("PINGKIT_RESPONSE_TIMEOUT", &p)
	c.StorageTimeout = c.duration("PINGKIT_STORAGE_TIMEOUT", &p)
	c.IdleTimeout = c.duration("PINGKIT_IDLE_TIMEOUT", &p)
	c.SecretsDir = c.or("PINGKIT_SECRETS_DIR", "/run/secrets/pingkit")
	c.AuditFile = c.values["PINGKIT_AUDIT_FILE"]
	c.HTTP = HTTP{
		PublicURL:      strings.TrimRight(c.values["PINGKIT_PUBLIC_URL"], "/"),
		Issuer:         c.values["PINGKIT_AUTH_ISSUER"],
		Audience:       c.values["PINGKIT_AUTH_AUDIENCE"],
		AllowedOrigins: list(c.values["PINGKIT_ALLOWED_ORIGINS"], ","),
		AllowedHosts:   list(c.values["PINGKIT_ALLOWED_HOSTS"], ","),
		ObserveAddr:    c.values["PINGKIT_OBSERVE_ADDR"],
	}
	if addr := c.HTTP.ObserveAddr; addr != "" {
		_, port, err := net.SplitHostPort(addr)
		if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
			p.add("PINGKIT_OBSERVE_ADDR is %q: use an address with a port, such as :9090", addr)
		}
	}
	if err := c.LogLevel.UnmarshalText([]byte(c.or("PINGKIT_LOG_LEVEL", "info"))); err != nil {
		p.add("PINGKIT_LOG_LEVEL is %q: use debug, info, warn or error", c.values["PINGKIT_LOG_LEVEL"])
	}
	c.LogFormat = strings.ToLower(c.or("PINGKIT_LOG_FORMAT", "text"))
	if !slices.Contains([]string{"text", "json"}, c.LogFormat) {
		p.add("PINGKIT_LOG_FORMAT is %q: use text or json", c.LogFormat)
	}
	return c, p.err("the settings cannot be used")
}

// Logger returns the logger that the settings ask for, writing to stderr. In
// JSON a duration is a number of seconds.
func (c *Config) Logger() *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		options.ReplaceAttr = func(_ []string, attr slog.Attr) slog.Attr {
			if attr.Value.Kind() == slog.KindDuration {
				attr.Value = slog.Float64Value(attr.Value.Duration().Seconds())
			}
			return attr
		}
		return slog.New(slog.NewJSONHandler(fsutil.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(fsutil.Stderr, options))
}

// SecretVariable reads a variable that a client_secret_ref names. Which names
// are allowed is the caller's rule.
func (c *Config) SecretVariable(name string) (string, bool) { return c.getenv(name) }

// OwnFiles returns the files that settings name, those of secrets among them. No
// client_secret_ref may name one.
func (c *Config) OwnFiles() []string {
	var paths []string
	for name, path := range c.values {
		if strings.HasSuffix(name, fileSuffix) {
			paths = append(paths, path)
		}
	}
	return paths
}

// CacheDir returns where downloaded kits are kept between runs unless a flag
// says otherwise: the user's cache directory; empty, so no cache, for a user
// without one, as in a container without HOME or where it is the root.
func CacheDir() string {
	if os.Getenv("HOME") == "/" && os.Getenv("XDG_CACHE_HOME") == "" {
		return ""
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "pingkit")
}

func (c *Config) readVariable(name string) {
	if value, ok := c.getenv(name); ok && strings.TrimSpace(value) != "" {
		c.values[name] = strings.TrimSpace(value)
	}
}

func (c *Config) or(name, fallback string) string {
	if value := c.values[name]; value != "" {
		return value
	}
	return fallback
}

func (c *Config) boolean(name string, p *problems) bool {
	value, err := strconv.ParseBool(c.or(name, "false"))
	if err != nil {
		p.add("%s is %q: use true or false", name, c.values[name])
	}
	return value
}

// duration returns a positive setting; 0 where it is not set.
func (c *Config) duration(name string, p *problems) time.Duration {
	if c.values[name] == "" {
		return 0
	}
	d, err := time.ParseDuration(c.values[name])
	if err != nil || d <= 0 {
		p.add("%s is %q: use a time such as 30s or 2m", name, c.values[name])
		return 0
	}
	return d
}

// DownloadDirIsSet reports whether DownloadDir is the operator's choice rather
// than the default.
func (c *Config) DownloadDirIsSet() bool { return c.values["PINGKIT_DOWNLOAD_DIR"] != "" }

func (c *Config) downloadDir() string {
	if dir := c.values["PINGKIT_DOWNLOAD_DIR"]; dir != "" {
		return dir
	}
	if home, err := os.UserHomeDir(); err == nil && home != "/" {
		return filepath.Join(home, "Downloads", "pingkit")
	}
	return fsutil.UserTempDir()
}

// list splits s at any of separators and drops empty parts.
func list(s, separators string) []string {
	var parts []string
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// Error says, all at once, which settings are missing or contradict each other.
type Error struct {
	Subject  string   // what cannot be used, and so
	Problems []string // each names its variable
}

func (e *Error) Error() string { return e.Subject + ": " + strings.Join(e.Problems, "; ") }

type problems []string

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }

func (p problems) err(subject string) error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Subject: subject, Problems: p}
}
