package scim

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// maxDepth bounds nested parentheses.
const maxDepth = 50

// Parse reads a filter over the given attributes. Every error is an [*Error].
func Parse(text string, attributes map[string]Attribute) (Filter, error) {
	p := parser{rest: text, attributes: attributes}
	f, err := p.conjunction(0)
	if err != nil {
		return nil, err
	}
	if p.skipSpace(); p.rest != "" {
		return nil, &Error{Reason: fmt.Sprintf("nothing was expected at %q", p.rest)}
	}
	return f, nil
}

type parser struct {
	rest       string
	attributes map[string]Attribute
}

func (p *parser) skipSpace() { p.rest = strings.TrimLeft(p.rest, " ") }

// conjunction reads terms joined by "and".
func (p *parser) conjunction(depth int) (Filter, error) {
	var all Filter
	for {
		term, err := p.term(depth)
		if err != nil {
			return nil, err
		}
		all = append(all, term...)
		if p.skipSpace(); p.rest == "" || p.rest[0] == ')' {
			return all, nil
		}
		switch word := p.word(); {
		case strings.EqualFold(word, "and"):
		case strings.EqualFold(word, "or"):
			return nil, &Error{Reason: "conditions can only be joined by and", Operators: []string{"and"}}
		default:
			return nil, &Error{Reason: fmt.Sprintf("and was expected instead of %q", word)}
		}
	}
}

func (p *parser) term(depth int) (Filter, error) {
	p.skipSpace()
	if !strings.HasPrefix(p.rest, "(") {
		return p.comparison()
	}
	if depth == maxDepth {
		return nil, &Error{Reason: "too many parentheses"}
	}
	p.rest = p.rest[1:]
	inner, err := p.conjunction(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.skipSpace(); !strings.HasPrefix(p.rest, ")") {
		return nil, &Error{Reason: "a parenthesis is not closed"}
	}
	p.rest = p.rest[1:]
	return inner, nil
}

// word reads up to a space or a parenthesis.
func (p *parser) word() string {
	p.skipSpace()
	end := strings.IndexAny(p.rest, " ()\"")
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

func (p *parser) comparison() (Filter, error) {
	name := p.word()
	known, ok := p.attributes[name]
	if !ok {
		return nil, &Error{Reason: fmt.Sprintf("the attribute %q is not supported", name), Attributes: slices.Sorted(maps.Keys(p.attributes))}
	}
	operator := strings.ToLower(p.word())
	if !slices.Contains(known.Operators, operator) {
		return nil, &Error{Reason: fmt.Sprintf("%s does not support the operator %q", name, operator), Operators: known.Operators}
	}
	value, err := p.value()
	if err != nil {
		return nil, err
	}
	if known.Kind == Date {
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return nil, &Error{Reason: fmt.Sprintf("%s must be compared with a date such as 2024-01-31", name)}
		}
	}
	return Filter{{Attribute: name, Operator: operator, Value: value, kind: known.Kind}}, nil
}

// value reads a string with the escapes of JSON.
func (p *parser) value() (string, error) {
	p.skipSpace()
	if !strings.HasPrefix(p.rest, `"`) {
		return "", &Error{Reason: "a value must stand in double quotes"}
	}
	decoder := json.NewDecoder(strings.NewReader(p.rest))
	var value string
	if err := decoder.Decode(&value); err != nil {
		return "", &Error{Reason: "a value must end with a double quote, and escape double quotes and backslashes inside"}
	}
	p.rest = p.rest[decoder.InputOffset():]
	return value, nil
}
