package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"example.com/pingkit/internal/match"
)

// Setting is one row of the table from which variables, flags, help and the
// README's list of settings are made.
type Setting struct {
	Name    string // of the variable, such as PINGONE_CLIENT_ID
	Meaning string
	Default string // in words; empty if there is none
	Secret  bool   // never a flag; read from the file named by Name_FILE as well
	Switch  bool   // true or false
	HTTP    bool   // of serving over HTTP alone
}

// settings holds every variable that pingkit reads.
var settings = []Setting{
	{Name: "PINGONE_CLIENT_ID", Meaning: "client id of the worker application"},
	{Name: "PINGONE_CLIENT_SECRET", Meaning: "its client secret", Secret: true},
	{Name: "PINGONE_ENVIRONMENT_ID", Meaning: "the worker's environment, where the token comes from"},
	{Name: "PINGONE_REGION_CODE", Meaning: "NA, EU, CA, AU, SG or AP", Default: "NA"},
	{Name: "PINGONE_CATALOG_ENVIRONMENT_ID", Meaning: "environment whose catalog is read, by id or name", Default: "the first one the worker sees"},
	{Name: "PINGONE_API_URL", Meaning: "API to use instead of the region's; ends in /v1"},
	{Name: "PINGONE_AUTH_URL", Meaning: "token service to use instead of the region's"},
	{Name: "PINGCENTRAL_URL", Meaning: "such as https://pingcentral.example.com:9022"},
	{Name: "PINGCENTRAL_USERNAME", Meaning: "user name, where single sign-on is off"},
	{Name: "PINGCENTRAL_PASSWORD", Meaning: "that user's password", Secret: true},
	{Name: "PINGCENTRAL_TOKEN", Meaning: "or a bearer token", Secret: true},
	{Name: "PINGCENTRAL_TOKEN_URL", Meaning: "or client credentials at its OpenID provider: the token endpoint"},
	{Name: "PINGCENTRAL_CLIENT_ID", Meaning: "the client id there"},
	{Name: "PINGCENTRAL_CLIENT_SECRET", Meaning: "the client secret there", Secret: true},
	{Name: "PINGCENTRAL_SCOPES", Meaning: "scopes to ask for, separated by spaces or commas"},
	{Name: "PINGCENTRAL_CA_FILE", Meaning: "PEM file of certificates trusted besides the system's"},
	{Name: "PINGCENTRAL_INSECURE_SKIP_VERIFY", Meaning: "accept any certificate; warns at each start", Default: "false", Switch: true},
	{Name: "PINGKIT_CA_FILE", Meaning: "PEM file of certificates trusted for every outgoing connection, besides the system's"},
	{Name: "PINGKIT_RESPONSE_TIMEOUT", Meaning: "how long a read may wait for its answer to begin", Default: "20s"},
	{Name: "PINGKIT_STORAGE_TIMEOUT", Meaning: "the same for a download: a proxy that scans files sends the first byte last", Default: "2m"},
	{Name: "PINGKIT_IDLE_TIMEOUT", Meaning: "how long a connection is kept without a request; keep it below that of a balancer in between", Default: "90s"},
	{Name: "PINGKIT_DOWNLOAD_DIR", Meaning: "the only directory that downloads may enter", Default: "~/Downloads/pingkit; for a user without a home directory, a folder of the user's own in the temporary directory"},
	{Name: "PINGKIT_MAX_DOWNLOAD", Meaning: "the largest kit that is downloaded, such as 500MB", Default: "200MB"},
	{Name: "PINGKIT_READ_ONLY", Meaning: "no promote, no revert", Default: "false", Switch: true},
	{Name: "PINGKIT_PROMOTE_TO", Meaning: "target environments that are allowed (names, short codes or ids), separated by commas", Default: "all"},
	{Name: "PINGKIT_SECRETS_DIR", Meaning: "directory that client_secret_ref file:… may read", Default: "/run/secrets/pingkit"},
	{Name: "PINGKIT_AUDIT_FILE", Meaning: "file that gets one line before and one after each write"},
	{Name: "PINGKIT_PLAN_KEY_FILE", Meaning: "key of sealed plans, 32 bytes in base64, for several replicas", Default: "a file of the user's own; over HTTP a new key per process"},
	{Name: "PINGKIT_PLAN_STORE", Meaning: "Redis URL (a server or a Redis Cluster), in which a plan is good once across replicas", Default: "a directory of the user's own; over HTTP this process's memory", Secret: true},
	{Name: "PINGKIT_PUBLIC_URL", Meaning: "over HTTP: the server's own URL as callers see it", HTTP: true},
	{Name: "PINGKIT_AUTH_ISSUER", Meaning: "over HTTP: OpenID provider whose tokens are accepted", HTTP: true},
	{Name: "PINGKIT_AUTH_AUDIENCE", Meaning: "over HTTP: audience that a token must be for", Default: "the public URL", HTTP: true},
	{Name: "PINGKIT_AUTH_TOKEN_FILE", Meaning: "over HTTP: or a file with the one bearer token that is accepted", HTTP: true},
	{Name: "PINGKIT_ALLOWED_ORIGINS", Meaning: "over HTTP: browser origins that may call, separated by commas", Default: "none", HTTP: true},
	{Name: "PINGKIT_ALLOWED_HOSTS", Meaning: "over HTTP: further host names under which the server is reached, separated by commas", Default: "the public URL's", HTTP: true},
	{Name: "PINGKIT_OBSERVE_ADDR", Meaning: "over HTTP: address of /healthz, /readyz and /metrics, such as :9090", Default: "none", HTTP: true},
	{Name: "PINGKIT_LOG_LEVEL", Meaning: "debug, info, warn or error", Default: "info"},
	{Name: "PINGKIT_LOG_FORMAT", Meaning: "text or json; the log goes to stderr", Default: "text"},
}

// All returns the settings in the order of the documentation.
func All() []Setting { return append([]Setting(nil), settings...) }

// WithoutHTTP returns the settings of a program that serves nothing over HTTP.
func WithoutHTTP() []Setting {
	return slices.DeleteFunc(All(), func(s Setting) bool { return s.HTTP })
}

// Flag returns the name of the setting's flag: the variable's in kebab case,
// without the product's own prefix. A secret has none, only its file has.
func (s Setting) Flag() string {
	name := strings.ReplaceAll(strings.ToLower(s.Name), "_", "-")
	if s.Secret {
		name += "-file"
	}
	return strings.TrimPrefix(name, ownPrefix)
}

const ownPrefix = "pingkit-"

// NormalizeFlag lets a flag be spelt with the product's prefix as well, so that
// --pingkit-read-only is --read-only.
func NormalizeFlag(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	return pflag.NormalizedName(strings.TrimPrefix(name, ownPrefix))
}

// SuggestFlag adds the nearest of flags to the error of parsing an unknown one.
func SuggestFlag(flags *pflag.FlagSet, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return err
	}
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	near := match.Nearest(unknown.GetSpecifiedName(), names)
	if len(near) == 0 {
		return err
	}
	return fmt.Errorf("%w; do you mean --%s?", err, near[0])
}

// AddFlags adds the flag of each of the settings.
func AddFlags(flags *pflag.FlagSet, list []Setting) {
	for _, s := range list {
		usage := s.Meaning
		if s.Secret {
			usage = "file that holds " + s.Name + ": " + s.Meaning
		}
		if s.Default != "" {
			usage += " (default " + s.Default + ")"
		}
		flags.String(s.Flag(), "", usage)
		if s.Switch {
			flags.Lookup(s.Flag()).NoOptDefVal = "true"
		}
	}
}

// Markdown returns the table of settings for the README.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| variable | meaning | default |\n|---|---|---|\n")
	for _, s := range settings {
		meaning := s.Meaning
		if s.Secret {
			meaning += " (secret)"
		}
		b.WriteString("| `" + s.Name + "` | " + meaning + " | " + s.Default + " |\n")
	}
	return b.String()
}
