package config

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	fileSuffix = "_FILE"
	// maxFile bounds what is read of a secret or certificate file, in bytes.
	maxFile = 1 << 20
	// planKeySize is the length of the key of sealed plans, in bytes.
	planKeySize = 32
	// minAuthToken keeps out tokens that can be guessed, in characters.
	minAuthToken = 32
)

// PlanKey returns the shared key of sealed plans, or nil where each process
// makes its own. The file holds 32 bytes, as they are or in base64.
func (c *Config) PlanKey() ([]byte, error) {
	path := c.values["PINGKIT_PLAN_KEY_FILE"]
	if path == "" {
		return nil, nil
	}
	content, err := readFile(path)
	if err != nil {
		return nil, planKeyError(err.Error())
	}
	if len(content) == planKeySize {
		return content, nil
	}
	if err := CheckText(content); err != nil {
		return nil, planKeyError(err.Error())
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(content)))
	if err != nil || len(key) != planKeySize {
		return nil, planKeyError("it must hold 32 bytes in base64, as `openssl rand -base64 32` prints")
	}
	return key, nil
}

func planKeyError(problem string) error {
	return &Error{Subject: "the key of sealed plans cannot be used", Problems: []string{"PINGKIT_PLAN_KEY_FILE: " + problem}}
}

// PlanStore returns the Redis URL in which a sealed plan is good once across
// replicas; empty means the memory of this process.
func (c *Config) PlanStore() (string, error) {
	var p problems
	url := c.secret("PINGKIT_PLAN_STORE", &p)
	return url, p.err("the store of sealed plans cannot be used")
}

// AuthToken returns the one bearer token that is accepted over HTTP; empty
// where PINGKIT_AUTH_TOKEN_FILE is not set.
func (c *Config) AuthToken() (string, error) {
	path := c.values["PINGKIT_AUTH_TOKEN_FILE"]
	if path == "" {
		return "", nil
	}
	var p problems
	content, err := readText(path)
	token := strings.TrimSpace(string(content))
	switch {
	case err != nil:
		p.add("PINGKIT_AUTH_TOKEN_FILE: %v", err)
	case secretProblem(token) != "":
		p.add("PINGKIT_AUTH_TOKEN_FILE: the token %s", secretProblem(token))
	case len(token) < minAuthToken:
		p.add("PINGKIT_AUTH_TOKEN_FILE: the token is shorter than %d characters; `openssl rand -hex 32` makes one", minAuthToken)
	}
	return token, p.err("the bearer token cannot be used")
}

// secret returns the value of a secret setting, from the variable or from the
// file named by NAME_FILE; empty where neither is set.
func (c *Config) secret(name string, p *problems) string {
	value, path := c.values[name], c.values[name+fileSuffix]
	switch {
	case value != "" && path != "":
		p.add("%s and %s%s are both set: keep one", name, name, fileSuffix)
	case path != "":
		content, err := readText(path)
		if err != nil {
			p.add("%s%s: %v", name, fileSuffix, err)
			break
		}
		value = strings.TrimRight(string(content), "\r\n")
		if value == "" {
			p.add("%s%s: the file is empty", name, fileSuffix)
		}
		if problem := secretProblem(value); problem != "" {
			p.add("%s%s: what the file holds %s", name, fileSuffix, problem)
		}
	}
	return value
}

// has reports whether a secret setting is set in either way.
func (c *Config) has(name string) bool {
	return c.values[name] != "" || c.values[name+fileSuffix] != ""
}

// Certificates returns the PEM certificates that every outgoing connection trusts
// besides the system's; none where PINGKIT_CA_FILE is not set.
func (c *Config) Certificates() ([]byte, error) {
	var p problems
	pem := c.certificates(&p)
	return pem, p.err("the certificates cannot be used")
}

func (c *Config) certificates(p *problems) []byte {
	path := c.values["PINGKIT_CA_FILE"]
	if path == "" {
		return nil
	}
	pem, err := readCertificates(path)
	if err != nil {
		p.add("PINGKIT_CA_FILE: %v", err)
	}
	return pem
}

// readCertificates reads a PEM file, which ends with a line feed then. A byte
// order mark would hide the first certificate.
func readCertificates(path string) ([]byte, error) {
	pem, err := readFile(path)
	if err != nil {
		return nil, err
	}
	pem = append(bytes.TrimPrefix(pem, []byte("\xef\xbb\xbf")), '\n')
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return nil, errors.New("the file holds no PEM certificate")
	}
	return pem, nil
}

// readText is readFile of a file that holds text for a header or a form.
func readText(path string) ([]byte, error) {
	content, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return content, CheckText(content)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be opened: %w", errors.Unwrap(err))
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("the file is larger than %d bytes", maxFile)
	}
	return content, nil
}
