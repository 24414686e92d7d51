package connect

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"example.com/pingkit/internal/origin"
)

// PingOneSettings say how to reach PingOne as a worker application.
type PingOneSettings struct {
	ClientID     string
	ClientSecret string
	// EnvironmentID is the worker application's own environment, where its token
	// comes from. It may differ from the one whose catalog is read.
	EnvironmentID string
	// Region is NA (the default), CA, EU, AU, SG or AP.
	Region string
	// APIURL and AuthURL stand in for the region's hosts. The API's ends in /v1.
	APIURL  string
	AuthURL string
	// CACertificates, in PEM, are trusted in addition to the system's, by the
	// storage of the assets as well: for a proxy that looks into TLS.
	CACertificates []byte
}

// PingCentralSettings say how to reach a PingCentral server, and one of three
// ways to log in: user name and password; a bearer token; or client credentials
// at the server's OpenID provider.
type PingCentralSettings struct {
	// URL is the server's address, such as https://pingcentral.example.com:9022.
	URL string

	Username string
	Password string

	Token string

	TokenURL     string
	ClientID     string
	ClientSecret string
	Scopes       []string

	// CACertificates, in PEM, are trusted in addition to the system's. A
	// self-signed certificate of the server itself will do.
	CACertificates []byte
	// InsecureSkipVerify accepts any certificate of the server (not of the
	// OpenID provider). For tests only.
	InsecureSkipVerify bool
}

// SettingsError names everything that is missing or contradictory in settings.
type SettingsError struct {
	System   System
	Problems []SettingsProblem
}

// SettingsProblem says what is wrong with one field of settings.
type SettingsProblem struct {
	Field   string // such as "APIURL"; empty where several fields contradict each other
	Message string // goes on from the field's name: "does not end in /v1"
}

func (p SettingsProblem) String() string { return strings.TrimSpace(p.Field + " " + p.Message) }

func (e *SettingsError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.String()
	}
	return fmt.Sprintf("%s settings: %s", e.System, strings.Join(texts, "; "))
}

// Check reports what [NewPingOne] would refuse, as a *[SettingsError].
func (s PingOneSettings) Check() error {
	_, _, err := s.endpoints()
	return err
}

// Check reports what [NewPingCentral] would refuse, as a *[SettingsError].
func (s PingCentralSettings) Check() error {
	_, _, err := s.endpoints()
	return err
}

// regions are the top-level domains of PingOne's regions (PingOne API
// reference, "PingOne API domains").
var regions = map[string]string{"NA": "com", "CA": "ca", "EU": "eu", "AU": "com.au", "SG": "sg", "AP": "asia"}

// endpoints checks the settings and returns the addresses to use.
func (s PingOneSettings) endpoints() (api, token *url.URL, err error) {
	p := problems{system: SystemPingOne}
	p.need("ClientID", s.ClientID)
	p.need("ClientSecret", s.ClientSecret)
	p.need("EnvironmentID", s.EnvironmentID)
	if s.EnvironmentID != "" {
		if err := CheckID(s.EnvironmentID); err != nil {
			p.add("EnvironmentID", "%v", err)
		}
	}
	tld, ok := regions[strings.ToUpper(s.Region)]
	if s.Region == "" {
		tld, ok = regions["NA"], true
	}
	if !ok {
		p.add("Region", "is none of NA, CA, EU, AU, SG, AP")
	}
	api = p.address("APIURL", s.APIURL, "https://api.pingone."+tld+"/v1")
	if api != nil && !strings.HasSuffix(api.Path, "/v1") {
		p.add("APIURL", "does not end in /v1")
	}
	if token = p.address("AuthURL", s.AuthURL, "https://auth.pingone."+tld); token != nil {
		token.Path += "/" + s.EnvironmentID + "/as/token"
	}
	return api, token, p.err()
}

// endpoints checks the settings and returns the addresses to use; token is nil
// unless the client logs in at an OpenID provider.
func (s PingCentralSettings) endpoints() (api, token *url.URL, err error) {
	p := problems{system: SystemPingCentral}
	p.need("URL", s.URL)
	api = p.address("URL", s.URL, "")
	if api != nil {
		api.Path = strings.TrimSuffix(api.Path, "/api/v1") + "/api/v1"
	}
	var ways []string
	if s.Username != "" || s.Password != "" {
		ways = append(ways, "Username and Password")
		p.need("Username", s.Username)
		p.need("Password", s.Password)
		if strings.Contains(s.Username, ":") {
			p.add("Username", "holds a colon, which Basic authentication cannot carry")
		}
	}
	if s.Token != "" {
		ways = append(ways, "Token")
		if strings.ContainsFunc(s.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
			p.add("Token", "holds characters that a header cannot carry")
		}
	}
	if s.TokenURL != "" || s.ClientID != "" || s.ClientSecret != "" {
		ways = append(ways, "TokenURL with ClientID and ClientSecret")
		p.need("TokenURL", s.TokenURL)
		p.need("ClientID", s.ClientID)
		p.need("ClientSecret", s.ClientSecret)
		token = p.address("TokenURL", s.TokenURL, "")
	}
	switch len(ways) {
	case 0:
		p.add("", "no way to log in: Username and Password, or Token, or TokenURL with ClientID and ClientSecret")
	case 1:
	default:
		p.add("", "several ways to log in, keep one: %s", strings.Join(ways, "; "))
	}
	return api, token, p.err()
}

type problems struct {
	system System
	found  []SettingsProblem
}

func (p *problems) add(field, format string, args ...any) {
	p.found = append(p.found, SettingsProblem{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (p *problems) need(name, value string) {
	if value == "" {
		p.add(name, "is missing")
	}
}

func (p *problems) err() error {
	if len(p.found) == 0 {
		return nil
	}
	return &SettingsError{System: p.system, Problems: slices.Clip(p.found)}
}

// address parses value, or standard where value is empty, and returns nil where
// neither is an address that credentials may be sent to. The value is not
// quoted: it may hold a password.
func (p *problems) address(name, value, standard string) *url.URL {
	if value == "" {
		value = standard
	}
	if value == "" {
		return nil
	}
	u, err := url.Parse(strings.TrimSpace(value))
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		p.add(name, "is not a URL such as https://host/path")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		p.add(name, "holds a user, a query or a fragment")
	case u.Scheme == "http" && !origin.Loopback(u.Hostname()):
		p.add(name, "is http, which would send the credentials readable for anyone on the way; use https")
	case dotted(u.Path):
		p.add(name, "has dot segments in its path")
	default:
		u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
		return u
	}
	return nil
}

// CheckID refuses an id that could not stand as one segment of a path, or not be
// shown as it is. Ids are otherwise opaque: not all of them are UUIDs.
func CheckID(id string) error {
	switch {
	case id == "":
		return errors.New("is empty")
	case len(id) > 256:
		return errors.New("is longer than 256 bytes")
	case id == "." || id == ".." || strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) || r == '/' || r == '\\' }):
		return errors.New("cannot be part of a path")
	}
	return nil
}
