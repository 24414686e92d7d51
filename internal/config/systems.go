package config

import (
	"errors"
	"strconv"
	"strings"

	"example.com/pingkit/connect"
)

// PingOne returns what a connection to PingOne needs, secrets read. The error
// is an *Error with everything that is missing.
func (c *Config) PingOne() (connect.PingOneSettings, error) {
	var p problems
	s := connect.PingOneSettings{
		ClientID:      c.required("PINGONE_CLIENT_ID", &p),
		ClientSecret:  c.requiredSecret("PINGONE_CLIENT_SECRET", &p),
		EnvironmentID: c.required("PINGONE_ENVIRONMENT_ID", &p),
		Region:        strings.ToUpper(c.or("PINGONE_REGION_CODE", "NA")),
		APIURL:        c.values["PINGONE_API_URL"],
		AuthURL:       c.values["PINGONE_AUTH_URL"],
	}
	s.CACertificates = c.certificates(&p)
	if len(p) == 0 {
		p.check(s.Check(), map[string]string{
			"EnvironmentID": "PINGONE_ENVIRONMENT_ID",
			"Region":        "PINGONE_REGION_CODE",
			"APIURL":        "PINGONE_API_URL",
			"AuthURL":       "PINGONE_AUTH_URL",
		})
	}
	return s, p.err("PingOne is not set up")
}

// HasPingOne reports whether anything of PingOne is set, so that a list over
// all systems leaves out one that nobody uses.
func (c *Config) HasPingOne() bool {
	return c.values["PINGONE_CLIENT_ID"] != "" || c.has("PINGONE_CLIENT_SECRET") || c.values["PINGONE_ENVIRONMENT_ID"] != ""
}

// CatalogEnvironment returns the environment whose catalog is read, by id or
// name; empty means the first that the worker sees.
func (c *Config) CatalogEnvironment() string { return c.values["PINGONE_CATALOG_ENVIRONMENT_ID"] }

// HasPingCentral is HasPingOne for PingCentral.
func (c *Config) HasPingCentral() bool { return c.values["PINGCENTRAL_URL"] != "" }

// Insecure reports whether PingCentral's certificate is not checked, of which
// the commands warn at each start.
func (c *Config) Insecure() bool {
	skip, err := strconv.ParseBool(c.or("PINGCENTRAL_INSECURE_SKIP_VERIFY", "false"))
	return err == nil && skip
}

// PingCentral returns what a connection to PingCentral needs, secrets and
// certificates read. Exactly one way to log in must be set. The error is an
// *Error with everything that is missing or contradictory.
func (c *Config) PingCentral() (connect.PingCentralSettings, error) {
	var p problems
	s := connect.PingCentralSettings{
		URL:                c.required("PINGCENTRAL_URL", &p),
		InsecureSkipVerify: c.boolean("PINGCENTRAL_INSECURE_SKIP_VERIFY", &p),
	}
	basic := c.values["PINGCENTRAL_USERNAME"] != "" || c.has("PINGCENTRAL_PASSWORD")
	token := c.has("PINGCENTRAL_TOKEN")
	client := c.values["PINGCENTRAL_TOKEN_URL"] != "" || c.values["PINGCENTRAL_CLIENT_ID"] != "" || c.has("PINGCENTRAL_CLIENT_SECRET")
	var ways []string
	if basic {
		ways = append(ways, "PINGCENTRAL_USERNAME and PINGCENTRAL_PASSWORD")
		s.Username = c.required("PINGCENTRAL_USERNAME", &p)
		s.Password = c.requiredSecret("PINGCENTRAL_PASSWORD", &p)
	}
	if token {
		ways = append(ways, "PINGCENTRAL_TOKEN")
		s.Token = c.secret("PINGCENTRAL_TOKEN", &p)
	}
	if client {
		ways = append(ways, "PINGCENTRAL_TOKEN_URL with a client id and secret")
		s.TokenURL = c.required("PINGCENTRAL_TOKEN_URL", &p)
		s.ClientID = c.required("PINGCENTRAL_CLIENT_ID", &p)
		s.ClientSecret = c.requiredSecret("PINGCENTRAL_CLIENT_SECRET", &p)
		s.Scopes = list(c.values["PINGCENTRAL_SCOPES"], " ,")
	}
	switch len(ways) {
	case 0:
		p.add("no way to log in: set PINGCENTRAL_USERNAME and PINGCENTRAL_PASSWORD, or PINGCENTRAL_TOKEN, or PINGCENTRAL_TOKEN_URL with PINGCENTRAL_CLIENT_ID and PINGCENTRAL_CLIENT_SECRET")
	case 1:
	default:
		p.add("several ways to log in, keep one: %s", strings.Join(ways, "; "))
	}
	s.CACertificates = c.certificates(&p)
	if path := c.values["PINGCENTRAL_CA_FILE"]; path != "" {
		own, err := readCertificates(path)
		if err != nil {
			p.add("PINGCENTRAL_CA_FILE: %v", err)
		}
		s.CACertificates = append(own, s.CACertificates...)
	}
	if len(p) == 0 {
		p.check(s.Check(), map[string]string{
			"URL":      "PINGCENTRAL_URL",
			"Username": "PINGCENTRAL_USERNAME",
			"Token":    "PINGCENTRAL_TOKEN",
			"TokenURL": "PINGCENTRAL_TOKEN_URL",
		})
	}
	return s, p.err("PingCentral is not set up")
}

// check adds what connect finds wrong with settings that are all there, by the
// names of the variables that they come from.
func (p *problems) check(err error, variables map[string]string) {
	var found *connect.SettingsError
	if !errors.As(err, &found) {
		return
	}
	for _, problem := range found.Problems {
		if name, ok := variables[problem.Field]; ok {
			problem.Field = name
		}
		p.add("%s", problem)
	}
}

func (c *Config) required(name string, p *problems) string {
	value := c.values[name]
	if value == "" {
		p.add("%s is missing", name)
	}
	return value
}

func (c *Config) requiredSecret(name string, p *problems) string {
	if !c.has(name) {
		p.add("%s (or %s%s) is missing", name, name, fileSuffix)
		return ""
	}
	return c.secret(name, p)
}
