package config

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"example.com/pingkit/internal/match"
)

// ownPrefixes are how the variables of pingkit begin. A variable that begins so
// and is none of the settings is refused: it may be a misspelt safety setting.
var ownPrefixes = []string{"PINGKIT_", "PINGONE_", "PINGCENTRAL_"}

// secretPrefix is how the variables begin that a client_secret_ref may name.
const secretPrefix = "PINGKIT_SECRET_"

// serviceLink matches the variables that Kubernetes and Docker links set for a
// Service whose name begins like one of pingkit's variables.
var serviceLink = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Z0-9_]+_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$`)
})

// checkNames refuses variables of pingkit's own that it does not know.
func (c *Config) checkNames(names []string, p *problems) {
	var known []string
	for _, s := range settings {
		known = append(known, s.Name)
		if s.Secret {
			known = append(known, s.Name+fileSuffix)
		}
	}
	for _, name := range names {
		upper := strings.ToUpper(name)
		if !hasOwnPrefix(upper) || c.isRead(name, known) || c.isInjected(name) {
			continue
		}
		near := match.Nearest(upper, known)
		if slices.Contains(known, upper+fileSuffix) {
			near = []string{upper + fileSuffix}
		}
		if len(near) > 0 {
			p.add("%s is not a setting: use %s, or unset it", name, near[0])
			continue
		}
		p.add("%s is not a setting: unset it", name)
	}
}

func hasOwnPrefix(name string) bool {
	for _, prefix := range ownPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// isRead reports a variable that has an effect.
func (c *Config) isRead(name string, known []string) bool {
	if strings.HasPrefix(name, secretPrefix) {
		return !misspelt(name, known)
	}
	for _, k := range known {
		// Where names ignore case, as on Windows, both lead to one value.
		if k == name {
			return true
		}
		if strings.EqualFold(k, name) {
			value, _ := c.getenv(name)
			read, found := c.getenv(k)
			return found && read == value
		}
	}
	return false
}

// misspelt reports a client secret's name that is a setting's name but for one letter, such as PINGKIT_SECRET_DIR.
func misspelt(name string, known []string) bool {
	for _, k := range known {
		if len(k) != len(name)+1 {
			continue
		}
		for i := range k {
			if k[:i]+k[i+1:] == name {
				return true
			}
		}
	}
	return false
}

// isInjected reports a variable that a container platform sets by itself.
func (c *Config) isInjected(name string) bool {
	if serviceLink().MatchString(name) {
		return true
	}
	value, _ := c.getenv(name)
	return strings.HasSuffix(name, "_PORT") && strings.Contains(value, "://")
}

// checkValues refuses values that a template or a shell was meant to change.
func (c *Config) checkValues(p *problems) {
	for _, s := range settings {
		value := c.values[s.Name]
		switch {
		case s.Secret:
			if problem := secretProblem(value); problem != "" {
				p.add("%s %s", s.Name, problem)
			}
			value = c.values[s.Name+fileSuffix]
			if problem := valueProblem(value); problem != "" {
				p.add("%s%s %s", s.Name, fileSuffix, problem)
			}
		case s.Name == "PINGKIT_PROMOTE_TO":
			for _, entry := range list(value, ",") {
				if problem := valueProblem(entry); problem != "" {
					p.add("%s %s", s.Name, problem)
					break
				}
			}
		default:
			if problem := valueProblem(value); problem != "" {
				p.add("%s %s", s.Name, problem)
			}
		}
	}
}

const (
	inQuotes = "is in quotes, which are part of the value here: remove them"
	unfilled = "holds a placeholder that was not filled in"
)

var (
	placeholder = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|<[^<>]+>|…`)
	})
	wholePlaceholder = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|<[^<>]+>|…|\.\.\.)$`)
	})
)

// valueProblem says what is wrong with a value that no setting can have.
func valueProblem(value string) string {
	const quotes = "\"'`“”‘’„"
	if strings.Trim(value, quotes) != value {
		return inQuotes
	}
	if placeholder().MatchString(value) {
		return unfilled
	}
	return ""
}

// secretProblem is valueProblem for a secret, which may hold any character: only
// one that is nothing but a placeholder, or that is in quotes, is refused. The
// value is not repeated.
func secretProblem(value string) string {
	if len(value) >= 2 && value[0] == value[len(value)-1] && (value[0] == '"' || value[0] == '\'') {
		return inQuotes
	}
	if wholePlaceholder().MatchString(value) {
		return unfilled
	}
	return ""
}

// CheckText refuses the content of a file of text that an editor saved in
// another encoding than UTF-8, or with a byte order mark: the program would send
// other bytes than the ones that are seen.
func CheckText(content []byte) error {
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		return errors.New("the file begins with a byte order mark: save it as UTF-8 without one")
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")), bytes.IndexByte(content, 0) >= 0:
		return errors.New("the file is in UTF-16: save it as UTF-8")
	case !utf8.Valid(content):
		return errors.New("the file is not in UTF-8")
	}
	return nil
}
