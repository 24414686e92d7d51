package config

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func environment(variables map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := variables[name]; return value, ok }
}

func mustLoad(t *testing.T, variables map[string]string, args ...string) *Config {
	t.Helper()
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.SetNormalizeFunc(NormalizeFlag)
	AddFlags(flags, All())
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	c, err := load(nil, environment(variables), flags)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func file(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPingOne(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"PINGONE_CLIENT_ID":          "worker",
		"PINGONE_CLIENT_SECRET_FILE": file(t, "s3cret\n"),
		"PINGONE_ENVIRONMENT_ID":     "overridden",
		"PINGONE_REGION_CODE":        "eu",
	}, "--pingone-environment-id=env-1")
	s, err := c.PingOne()
	if err != nil {
		t.Fatal(err)
	}
	if s.ClientID != "worker" || s.ClientSecret != "s3cret" || s.EnvironmentID != "env-1" || s.Region != "EU" {
		t.Errorf("settings = %+v", s)
	}
}

// A flag wins over both variables of a secret; without a file it takes none away
// but the one of its own name.
func TestFlagOfSecretWins(t *testing.T) {
	fromFlag, fromFile := file(t, "flag"), file(t, "file")
	for name, test := range map[string]struct {
		variables map[string]string
		flag      string
		want      string // empty: a problem
	}{
		"over the value":     {map[string]string{"PINGONE_CLIENT_SECRET": "value"}, fromFlag, "flag"},
		"over the file":      {map[string]string{"PINGONE_CLIENT_SECRET_FILE": fromFile}, fromFlag, "flag"},
		"over both":          {map[string]string{"PINGONE_CLIENT_SECRET": "value", "PINGONE_CLIENT_SECRET_FILE": fromFile}, fromFlag, "flag"},
		"not over the value": {map[string]string{"PINGONE_CLIENT_SECRET": "value", "PINGONE_CLIENT_SECRET_FILE": fromFile}, "", "value"},
		"nothing is left":    {map[string]string{"PINGONE_CLIENT_SECRET_FILE": fromFile}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			test.variables["PINGONE_CLIENT_ID"], test.variables["PINGONE_ENVIRONMENT_ID"] = "worker", "env"
			s, err := mustLoad(t, test.variables, "--pingone-client-secret-file="+test.flag).PingOne()
			if test.want == "" {
				wantProblems(t, err, "PINGONE_CLIENT_SECRET")
				return
			}
			if err != nil || s.ClientSecret != test.want {
				t.Errorf("the secret is %q, %v; want %q", s.ClientSecret, err, test.want)
			}
		})
	}
}

func TestMissingSettingsAreNamedAllAtOnce(t *testing.T) {
	c := mustLoad(t, nil)
	_, err := c.PingOne()
	wantProblems(t, err, "PINGONE_CLIENT_ID", "PINGONE_CLIENT_SECRET", "PINGONE_CLIENT_SECRET_FILE", "PINGONE_ENVIRONMENT_ID")
	_, err = c.PingCentral()
	wantProblems(t, err, "PINGCENTRAL_URL", "PINGCENTRAL_USERNAME", "PINGCENTRAL_TOKEN", "PINGCENTRAL_TOKEN_URL")
	if c.HasPingOne() || c.HasPingCentral() {
		t.Error("a system without settings counts as set up")
	}
}

func TestPingCentral(t *testing.T) {
	const url = "https://pingcentral.example.com:9022"
	for name, test := range map[string]struct {
		variables map[string]string
		problems  []string // empty: usable
	}{
		"basic":             {map[string]string{"PINGCENTRAL_USERNAME": "u", "PINGCENTRAL_PASSWORD": "p"}, nil},
		"token":             {map[string]string{"PINGCENTRAL_TOKEN": "t"}, nil},
		"client":            {map[string]string{"PINGCENTRAL_TOKEN_URL": "https://op/token", "PINGCENTRAL_CLIENT_ID": "c", "PINGCENTRAL_CLIENT_SECRET": "s"}, nil},
		"half basic":        {map[string]string{"PINGCENTRAL_USERNAME": "u"}, []string{"PINGCENTRAL_PASSWORD"}},
		"half client":       {map[string]string{"PINGCENTRAL_CLIENT_ID": "c"}, []string{"PINGCENTRAL_TOKEN_URL", "PINGCENTRAL_CLIENT_SECRET"}},
		"two ways":          {map[string]string{"PINGCENTRAL_USERNAME": "u", "PINGCENTRAL_PASSWORD": "p", "PINGCENTRAL_TOKEN": "t"}, []string{"keep one"}},
		"variable and file": {map[string]string{"PINGCENTRAL_TOKEN": "t", "PINGCENTRAL_TOKEN_FILE": "f"}, []string{"PINGCENTRAL_TOKEN_FILE"}},
		"no such file":      {map[string]string{"PINGCENTRAL_TOKEN_FILE": "does/not/exist"}, []string{"PINGCENTRAL_TOKEN_FILE"}},
		"no CA file":        {map[string]string{"PINGCENTRAL_TOKEN": "t", "PINGCENTRAL_CA_FILE": "does/not/exist"}, []string{"PINGCENTRAL_CA_FILE"}},
		"bad switch":        {map[string]string{"PINGCENTRAL_TOKEN": "t", "PINGCENTRAL_INSECURE_SKIP_VERIFY": "perhaps"}, []string{"PINGCENTRAL_INSECURE_SKIP_VERIFY"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.variables["PINGCENTRAL_URL"] = url
			_, err := mustLoad(t, test.variables).PingCentral()
			if len(test.problems) == 0 && err != nil {
				t.Error(err)
			}
			if len(test.problems) > 0 {
				wantProblems(t, err, test.problems...)
			}
		})
	}
}

func TestUnusableSettingsAreNamedByTheirVariables(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"PINGONE_CLIENT_ID": "c", "PINGONE_CLIENT_SECRET": "s", "PINGONE_ENVIRONMENT_ID": "../x",
		"PINGONE_REGION_CODE": "XX", "PINGONE_API_URL": "https://api.example.com", "PINGONE_AUTH_URL": "ftp://x",
		"PINGCENTRAL_URL": "pingcentral.example.com:9022", "PINGCENTRAL_TOKEN": "t",
	})
	_, err := c.PingOne()
	wantProblems(t, err, "PINGONE_ENVIRONMENT_ID", "PINGONE_REGION_CODE", "PINGONE_API_URL", "PINGONE_AUTH_URL")
	_, err = c.PingCentral()
	wantProblems(t, err, "PINGCENTRAL_URL")
}

func TestEmptySecretFileIsNoSecret(t *testing.T) {
	_, err := mustLoad(t, map[string]string{"PINGCENTRAL_URL": "u", "PINGCENTRAL_TOKEN_FILE": file(t, "\n")}).PingCentral()
	wantProblems(t, err, "PINGCENTRAL_TOKEN_FILE", "empty")
}

func TestOwnFiles(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"PINGONE_CLIENT_ID": "c", "PINGCENTRAL_TOKEN": "t", "PINGKIT_PLAN_KEY_FILE": "key", "PINGKIT_PLAN_STORE_FILE": "store", "PINGKIT_AUDIT_FILE": "audit",
	}, "--pingone-client-secret-file=worker")
	got := c.OwnFiles()
	slices.Sort(got)
	if want := []string{"audit", "key", "store", "worker"}; !slices.Equal(got, want) {
		t.Errorf("the files are %q, want %q", got, want)
	}
}

func TestProcessSettings(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"PINGKIT_PROMOTE_TO": " Test, PROD ,,",
		"PINGKIT_LOG_LEVEL":  "debug",
		"PINGKIT_LOG_FORMAT": "JSON",
	}, "--read-only", "--pingkit-audit-file", "audit.log")
	if !c.ReadOnly || !slices.Equal(c.PromoteTo, []string{"Test", "PROD"}) || c.LogLevel != slog.LevelDebug || c.LogFormat != "json" || c.AuditFile != "audit.log" {
		t.Errorf("config = %+v", c)
	}
}

func TestProcessSettingsThatCannotBeUsed(t *testing.T) {
	_, err := load(nil, environment(map[string]string{
		"PINGKIT_READ_ONLY":  "maybe",
		"PINGKIT_PROMOTE_TO": ",",
		"PINGKIT_LOG_LEVEL":  "loud",
		"PINGKIT_LOG_FORMAT": "xml",
	}), nil)
	wantProblems(t, err, "PINGKIT_READ_ONLY", "PINGKIT_PROMOTE_TO", "PINGKIT_LOG_LEVEL", "PINGKIT_LOG_FORMAT")
}

func TestPlanKey(t *testing.T) {
	raw := strings.Repeat("k", 32)
	for name, test := range map[string]struct {
		content string
		usable  bool
	}{
		"bytes":     {raw, true},
		"base64":    {"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=\n", true},
		"too short": {"short", false},
		"empty":     {"", false},
	} {
		t.Run(name, func(t *testing.T) {
			key, err := mustLoad(t, map[string]string{"PINGKIT_PLAN_KEY_FILE": file(t, test.content)}).PlanKey()
			if test.usable && (err != nil || string(key) != raw) {
				t.Errorf("PlanKey() = %q, %v", key, err)
			}
			if !test.usable {
				wantProblems(t, err, "PINGKIT_PLAN_KEY_FILE")
			}
		})
	}
	if key, err := mustLoad(t, nil).PlanKey(); key != nil || err != nil {
		t.Errorf("PlanKey() without a file = %v, %v", key, err)
	}
}

func TestHTTP(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"PINGKIT_PUBLIC_URL":      "https://kits.example.com/",
		"PINGKIT_AUTH_ISSUER":     "https://op.example.com",
		"PINGKIT_ALLOWED_ORIGINS": "https://a.example.com, https://b.example.com",
	})
	if c.HTTP.PublicURL != "https://kits.example.com" || c.HTTP.Issuer != "https://op.example.com" || len(c.HTTP.AllowedOrigins) != 2 {
		t.Errorf("HTTP = %+v", c.HTTP)
	}
	if token, err := c.AuthToken(); token != "" || err != nil {
		t.Errorf("AuthToken() without a file = %q, %v", token, err)
	}
	long := strings.Repeat("t", 32)
	if token, err := mustLoad(t, map[string]string{"PINGKIT_AUTH_TOKEN_FILE": file(t, long+"\n")}).AuthToken(); token != long || err != nil {
		t.Errorf("AuthToken() = %q, %v", token, err)
	}
	_, err := mustLoad(t, map[string]string{"PINGKIT_AUTH_TOKEN_FILE": file(t, "short")}).AuthToken()
	wantProblems(t, err, "PINGKIT_AUTH_TOKEN_FILE")
}

// No secret may stand on a command line, where every user of the machine reads it.
func TestSecretsHaveNoFlag(t *testing.T) {
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	AddFlags(flags, All())
	for _, s := range All() {
		bare := strings.TrimPrefix(strings.ReplaceAll(strings.ToLower(s.Name), "_", "-"), ownPrefix)
		if flag := flags.Lookup(bare); (flag == nil) != s.Secret {
			t.Errorf("%s: secret %v, flag --%s present %v", s.Name, s.Secret, bare, flag != nil)
		}
	}
}

func wantProblems(t *testing.T, err error, names ...string) {
	t.Helper()
	var problem *Error
	if !errors.As(err, &problem) {
		t.Fatalf("error = %v, want an *Error", err)
	}
	for _, name := range names {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
}

func TestDownloadDirIsSet(t *testing.T) {
	for _, c := range []*Config{mustLoad(t, map[string]string{"PINGKIT_DOWNLOAD_DIR": "d"}), mustLoad(t, nil, "--download-dir=d")} {
		if !c.DownloadDirIsSet() || c.DownloadDir != "d" {
			t.Errorf("the directory is %q, set %t", c.DownloadDir, c.DownloadDirIsSet())
		}
	}
	if c := mustLoad(t, map[string]string{"PINGKIT_DOWNLOAD_DIR": " "}); c.DownloadDirIsSet() || c.DownloadDir == "" {
		t.Errorf("the default is %q, set %t", c.DownloadDir, c.DownloadDirIsSet())
	}
}

func TestSettingsOfHTTP(t *testing.T) {
	for _, s := range All() {
		if s.HTTP != strings.HasPrefix(s.Meaning, "over HTTP:") {
			t.Errorf("%s: HTTP is %t, and it means %q", s.Name, s.HTTP, s.Meaning)
		}
	}
	if n := len(All()) - len(WithoutHTTP()); n < 5 {
		t.Errorf("%d settings are of HTTP alone", n)
	}
}
