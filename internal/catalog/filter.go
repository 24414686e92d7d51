package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"example.com/pingkit/internal/sanitize"
)

const (
	maxText       = 200  // characters of a search text
	maxTextWords  = 10   // words of it that count
	maxRawFilter  = 2000 // bytes of a SCIM filter
	knownProducts = "PINGID PINGONE_ENTERPRISE PINGONE PINGACCESS PINGFEDERATE PINGDIRECTORY PINGDATAGOVERNANCE " +
		"PINGINTELLIGENCE_FOR_APIS PINGONE_ADVANCED_SERVICES"
)

// criteria are what a search asks for. They are sent as a SCIM filter, and the
// answer is matched again: not every server heeds a filter.
type criteria struct {
	words   []string // each in the integration's name, ignoring case
	product string   // one of the integration's products, in PingOne's spelling
	tag     string   // one of its tags
	raw     string   // a SCIM filter of the caller's own, which only PingOne can judge
}

func newCriteria(q Query) (criteria, error) {
	if len(q.Filter) > maxRawFilter {
		return criteria{}, fmt.Errorf("the filter is longer than %d bytes", maxRawFilter)
	}
	if strings.ContainsFunc(q.Filter, unicode.IsControl) {
		return criteria{}, fmt.Errorf("the filter holds a control character")
	}
	words := strings.Fields(sanitize.Line(q.Text, maxText))
	return criteria{
		words:   words[:min(len(words), maxTextWords)],
		product: productName(q.Product),
		tag:     strings.ToUpper(sanitize.Line(q.Tag, maxWord)),
		raw:     strings.TrimSpace(q.Filter),
	}, nil
}

// productName returns PingOne's spelling of a product that a person may write
// as "PingOne Advanced Services" or "Ping Federate".
func productName(s string) string {
	s = sanitize.Line(s, maxWord)
	for _, known := range strings.Fields(knownProducts) {
		if letters(known) == letters(s) {
			return known
		}
	}
	return strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(s))
}

// letters is s in upper case without anything but letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, s)
}

// scim returns the criteria as a SCIM filter, of the operators and attributes
// that PingOne documents: there is no "or". "co" also finds longer names of
// products, which matches sorts out.
func (c criteria) scim() string {
	var clauses []string
	for _, word := range c.words {
		clauses = append(clauses, contains("name", word))
	}
	if c.product != "" {
		clauses = append(clauses, contains("pingProductNames", c.product))
	}
	if c.tag != "" {
		clauses = append(clauses, contains("tags", c.tag))
	}
	switch {
	case c.raw == "":
	case len(clauses) == 0:
		return c.raw
	default:
		clauses = append(clauses, "("+c.raw+")")
	}
	return strings.Join(clauses, " and ")
}

// contains is the form of PingOne's own example, (name co "PingID").
func contains(attribute, value string) string {
	return "(" + attribute + " co " + quote(value) + ")"
}

// quote writes a string as JSON does, which RFC 7644 section 3.4.2.2 asks for.
func quote(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return `""` // no string fails to encode
	}
	return strings.TrimSpace(b.String())
}

// matches judges an integration by all criteria but the raw filter.
func (c criteria) matches(i givenIntegration) bool {
	name := strings.ToLower(sanitize.Line(i.Name, 0))
	for _, word := range c.words {
		if !strings.Contains(name, strings.ToLower(word)) {
			return false
		}
	}
	return has(i.Products, c.product) && has(i.Tags, c.tag)
}

func has(list []string, want string) bool {
	return want == "" || slices.ContainsFunc(list, func(s string) bool { return letters(s) == letters(want) })
}
