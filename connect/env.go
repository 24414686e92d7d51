package connect

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Clients are the clients that [FromEnv] makes.
type Clients struct {
	PingOne     *PingOne     // nil if no variable of PingOne is set
	PingCentral *PingCentral // nil if PINGCENTRAL_URL is not set
}

// FromEnv returns a client for each system that the environment sets up. It reads the variables that mcp-server and pingkit read:
//
//   - PINGONE_CLIENT_ID, PINGONE_CLIENT_SECRET and PINGONE_ENVIRONMENT_ID (required), PINGONE_REGION_CODE, PINGONE_API_URL and
//     PINGONE_AUTH_URL;
//   - PINGCENTRAL_URL (required), and PINGCENTRAL_USERNAME with PINGCENTRAL_PASSWORD, or PINGCENTRAL_TOKEN, or PINGCENTRAL_TOKEN_URL with
//     PINGCENTRAL_CLIENT_ID, PINGCENTRAL_CLIENT_SECRET and PINGCENTRAL_SCOPES; PINGCENTRAL_CA_FILE and PINGCENTRAL_INSECURE_SKIP_VERIFY;
//   - PINGKIT_CA_FILE, certificates in PEM that both clients trust.
//
// A secret, such as PINGONE_CLIENT_SECRET, may also be in a file, which PINGONE_CLIENT_SECRET_FILE then names.
//
// FromEnv sends nothing. Its error names each variable that is missing or wrong; errors.As finds a *[SettingsError] for each system.
// A program that needs one system calls [PingOneFromEnv] or [PingCentralFromEnv], which fail where the variables are not set.
func FromEnv(options ...Option) (Clients, error) {
	var clients Clients
	var pingOne, pingCentral error
	hasPingOne := isSet("PINGONE_CLIENT_ID", "PINGONE_CLIENT_SECRET", "PINGONE_CLIENT_SECRET_FILE", "PINGONE_ENVIRONMENT_ID")
	hasPingCentral := isSet("PINGCENTRAL_URL")
	if hasPingOne || !hasPingCentral {
		clients.PingOne, pingOne = PingOneFromEnv(options...)
	}
	if hasPingCentral || !hasPingOne {
		clients.PingCentral, pingCentral = PingCentralFromEnv(options...)
	}
	if err := errors.Join(pingOne, pingCentral); err != nil {
		return Clients{}, err
	}
	return clients, nil
}

// PingOneFromEnv is [FromEnv] for PingOne alone. The error is a *[SettingsError] that names each missing variable.
func PingOneFromEnv(options ...Option) (*PingOne, error) {
	e := environment{problems: problems{system: SystemPingOne}}
	settings := PingOneSettings{
		ClientID:       e.required("PINGONE_CLIENT_ID"),
		ClientSecret:   e.requiredSecret("PINGONE_CLIENT_SECRET"),
		EnvironmentID:  e.required("PINGONE_ENVIRONMENT_ID"),
		Region:         e.value("PINGONE_REGION_CODE"),
		APIURL:         e.value("PINGONE_API_URL"),
		AuthURL:        e.value("PINGONE_AUTH_URL"),
		CACertificates: e.certificates("PINGKIT_CA_FILE"),
	}
	if err := e.problems.err(); err != nil {
		return nil, err
	}
	client, err := NewPingOne(settings, options...)
	if err != nil {
		return nil, inVariables(err, map[string]string{
			"EnvironmentID": "PINGONE_ENVIRONMENT_ID", "Region": "PINGONE_REGION_CODE", "APIURL": "PINGONE_API_URL",
			"AuthURL": "PINGONE_AUTH_URL", "CACertificates": "PINGKIT_CA_FILE",
		})
	}
	return client, nil
}

// PingCentralFromEnv is [FromEnv] for PingCentral alone. The error is a *[SettingsError] that names each missing variable.
func PingCentralFromEnv(options ...Option) (*PingCentral, error) {
	e := environment{problems: problems{system: SystemPingCentral}}
	settings := PingCentralSettings{
		URL:                e.required("PINGCENTRAL_URL"),
		Username:           e.value("PINGCENTRAL_USERNAME"),
		Password:           e.secret("PINGCENTRAL_PASSWORD"),
		Token:              e.secret("PINGCENTRAL_TOKEN"),
		TokenURL:           e.value("PINGCENTRAL_TOKEN_URL"),
		ClientID:           e.value("PINGCENTRAL_CLIENT_ID"),
		ClientSecret:       e.secret("PINGCENTRAL_CLIENT_SECRET"),
		Scopes:             strings.FieldsFunc(e.value("PINGCENTRAL_SCOPES"), func(r rune) bool { return r == ' ' || r == ',' }),
		CACertificates:     append(e.certificates("PINGCENTRAL_CA_FILE"), e.certificates("PINGKIT_CA_FILE")...),
		InsecureSkipVerify: e.boolean("PINGCENTRAL_INSECURE_SKIP_VERIFY"),
	}
	names := map[string]string{
		"URL": "PINGCENTRAL_URL", "Username": "PINGCENTRAL_USERNAME", "Password": "PINGCENTRAL_PASSWORD", "Token": "PINGCENTRAL_TOKEN",
		"TokenURL": "PINGCENTRAL_TOKEN_URL", "ClientID": "PINGCENTRAL_CLIENT_ID", "ClientSecret": "PINGCENTRAL_CLIENT_SECRET",
		"CACertificates": "PINGCENTRAL_CA_FILE",
	}
	if len(e.problems.found) > 0 {
		// Everything that is wrong, once: a URL that is missing is a problem of both.
		if found, ok := errors.AsType[*SettingsError](inVariables(settings.Check(), names)); ok {
			for _, problem := range found.Problems {
				if !e.has(problem.Field) {
					e.problems.found = append(e.problems.found, problem)
				}
			}
		}
		return nil, e.problems.err()
	}
	client, err := NewPingCentral(settings, options...)
	if err != nil {
		return nil, inVariables(err, names)
	}
	return client, nil
}

// inVariables names the variables that the fields of a *SettingsError come from. The ways to log in are named by fields in its messages.
func inVariables(err error, names map[string]string) error {
	found, ok := errors.AsType[*SettingsError](err)
	if !ok {
		return err
	}
	ways := strings.NewReplacer(
		"Username and Password", "PINGCENTRAL_USERNAME and PINGCENTRAL_PASSWORD",
		"TokenURL with ClientID and ClientSecret", "PINGCENTRAL_TOKEN_URL with PINGCENTRAL_CLIENT_ID and PINGCENTRAL_CLIENT_SECRET",
		"Token,", "PINGCENTRAL_TOKEN,", "Token;", "PINGCENTRAL_TOKEN;")
	for i, problem := range found.Problems {
		if problem.Field == "" {
			found.Problems[i].Message = strings.TrimSuffix(ways.Replace(problem.Message+";"), ";")
			continue
		}
		if name, ok := names[problem.Field]; ok {
			found.Problems[i].Field = name
		}
	}
	return found
}

// isSet reports whether one of the variables has a value.
func isSet(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return os.Getenv(name) != "" })
}

// environment reads variables and collects what is wrong with them. No problem quotes a value, which may be a secret.
type environment struct{ problems problems }

func (e *environment) value(name string) string { return os.Getenv(name) }

func (e *environment) has(field string) bool {
	return slices.ContainsFunc(e.problems.found, func(p SettingsProblem) bool { return p.Field == field })
}

func (e *environment) required(name string) string {
	value := os.Getenv(name)
	e.problems.need(name, value)
	return value
}

func (e *environment) boolean(name string) bool {
	value := os.Getenv(name)
	if value == "" {
		return false
	}
	set, err := strconv.ParseBool(value)
	if err != nil {
		e.problems.add(name, "is neither true nor false")
	}
	return set
}

// secret returns the value of NAME, or the content of the file that NAME_FILE names, without its last line ends.
func (e *environment) secret(name string) string {
	value, path := os.Getenv(name), os.Getenv(name+"_FILE")
	if path == "" {
		return value
	}
	if value != "" {
		e.problems.add(name, "and %s_FILE are both set: keep one", name)
		return ""
	}
	content := e.file(name + "_FILE")
	if !utf8.Valid(content) || bytes.ContainsRune(content, 0) || bytes.HasPrefix(content, []byte("\ufeff")) {
		e.problems.add(name+"_FILE", "names a file that is not UTF-8 without a byte order mark: save it so")
		return ""
	}
	value = strings.TrimRight(string(content), "\r\n")
	if value == "" && !e.has(name+"_FILE") {
		e.problems.add(name+"_FILE", "names an empty file")
	}
	return value
}

func (e *environment) requiredSecret(name string) string {
	value := e.secret(name)
	if value == "" && !e.has(name) && !e.has(name+"_FILE") {
		e.problems.add(name, "(or %s_FILE) is missing", name)
	}
	return value
}

// fileLimit bounds a file of a secret or of certificates, in bytes.
const fileLimit = 1 << 20

// certificates returns the PEM text in the file that a variable names. A byte order mark would hide the first certificate, and the line
// feed lets two texts be joined.
func (e *environment) certificates(name string) []byte {
	content := e.file(name)
	if content == nil {
		return nil
	}
	return append(bytes.TrimPrefix(content, []byte("\ufeff")), '\n')
}

// file returns the content of the file that a variable names, and nothing where the variable is not set.
func (e *environment) file(name string) []byte {
	path := os.Getenv(name)
	if path == "" {
		return nil
	}
	content, err := readAtMost(path, fileLimit)
	if err != nil {
		e.problems.add(name, "cannot be read: %v", err)
		return nil
	}
	return content
}

// readAtMost reads a file of at most limit bytes. Its error does not quote the path, which may be a secret by mistake.
func readAtMost(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		if failed, ok := errors.AsType[*fs.PathError](err); ok {
			return nil, failed.Err
		}
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	switch {
	case err != nil:
		return nil, errors.New("reading failed")
	case int64(len(content)) > limit:
		return nil, fmt.Errorf("the file is larger than %d bytes", limit)
	}
	return content, nil
}
