package tools

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"example.com/pingkit/internal/match"
	"example.com/pingkit/internal/sanitize"
)

// ArgumentError says in words what is wrong with a call's arguments, all of it
// at once, so that one repair suffices. It never quotes a value: a value that
// stands in the wrong place may be a secret.
type ArgumentError struct {
	Tool     string
	Problems []string
}

func (e *ArgumentError) Error() string {
	return fmt.Sprintf("%s was not called: %s.", e.Tool, strings.Join(e.Problems, "; "))
}

// arguments reads raw, the JSON that came as a call's arguments, by the rules
// of fields. What is harmless is put right: "10" for a whole number, "true" for
// true, one text for a list of texts, null for an absent argument, an object
// inside a text. All else is an *ArgumentError.
func arguments(tool string, fields []field, raw []byte) (map[string]any, error) {
	given, ok := objectIn(raw)
	if !ok {
		return nil, &ArgumentError{tool, []string{"the arguments must be one JSON object; " + valid(fields)}}
	}
	delete(given, geminiArgument)
	args := make(map[string]any, len(given))
	var problems []string
	for _, f := range fields {
		value, ok := given[f.name]
		if !ok || value == nil || value == "" {
			if f.required {
				problems = append(problems, fmt.Sprintf("the argument %s is missing: %s%s", f.name, f.expected(), f.meaning()))
			}
			continue
		}
		if coerced, ok := f.coerce(value); ok {
			args[f.name] = coerced
		} else {
			problems = append(problems, fmt.Sprintf("the argument %s must be %s, not %s", f.name, f.expected(), describe(value)))
		}
	}
	var unknown []string
	for name := range given {
		if !slices.ContainsFunc(fields, func(f field) bool { return f.name == name }) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown[:min(5, len(unknown))] {
		problem := fmt.Sprintf("there is no argument %q", sanitize.Line(name, 60))
		if near := match.Nearest(name, names(fields)); len(near) > 0 {
			problem += fmt.Sprintf(", did you mean %s?", near[0])
		}
		problems = append(problems, problem)
	}
	if len(unknown) > 0 {
		problems = append(problems, valid(fields))
	}
	if len(problems) > 0 {
		return nil, &ArgumentError{tool, problems}
	}
	return args, nil
}

// versionAsNumber reports whether the arguments have the version as a JSON number,
// in which 2.10 may have become 2.1 before it was sent.
func versionAsNumber(raw []byte) bool {
	given, _ := objectIn(raw)
	_, number := given["version"].(json.Number)
	return number
}

// geminiArgument is what Gemini CLI adds to every tool's arguments. It is dropped.
const geminiArgument = "wait_for_previous"

// objectIn decodes the arguments, keeping numbers as they were written. Absent
// arguments are none; a text that holds an object is that object.
func objectIn(raw []byte) (map[string]any, bool) {
	value, err := decode(raw)
	if err != nil {
		return nil, false
	}
	if s, ok := value.(string); ok {
		if value, err = decode([]byte(s)); err != nil {
			return nil, false
		}
	}
	if value == nil {
		return nil, true
	}
	given, ok := value.(map[string]any)
	return given, ok
}

func decode(raw []byte) (any, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one JSON value")
	}
	return value, nil
}

// coerce returns value in the form that f expects, or false.
func (f field) coerce(value any) (any, bool) {
	switch f.kind {
	case text:
		if n, ok := value.(json.Number); ok && f.number {
			value = n.String()
		}
		s, ok := value.(string)
		if f.enum == nil || !ok {
			return s, ok
		}
		i := slices.IndexFunc(f.enum, func(e string) bool { return strings.EqualFold(e, strings.TrimSpace(s)) })
		if i < 0 {
			return nil, false
		}
		return f.enum[i], true
	case integer:
		n, ok := wholeNumber(value)
		return n, ok && (f.min == nil || n >= *f.min) && (f.max == nil || n <= *f.max)
	case boolean:
		if s, ok := value.(string); ok {
			switch strings.ToLower(strings.TrimSpace(s)) {
			case "true":
				value = true
			case "false":
				value = false
			}
		}
		b, ok := value.(bool)
		return b, ok
	case texts:
		return textList(value)
	}
	return nil, false
}

// wholeNumber takes 10, 10.0 and "10".
func wholeNumber(value any) (int, bool) {
	var written string
	switch v := value.(type) {
	case json.Number:
		written = v.String()
	case string:
		written = strings.TrimSpace(v)
	default:
		return 0, false
	}
	if whole, fraction, ok := strings.Cut(written, "."); ok && strings.Trim(fraction, "0") == "" {
		written = whole
	}
	n, err := strconv.Atoi(written)
	return n, err == nil
}

// textList takes a list of texts, one text, and a text that holds such a list.
func textList(value any) ([]string, bool) {
	if s, ok := value.(string); ok {
		inner, err := decode([]byte(s))
		list, isList := inner.([]any)
		if err != nil || !isList {
			return []string{s}, true
		}
		value = list
	}
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	result := make([]string, 0, len(list))
	for _, item := range list {
		s, ok := item.(string)
		if !ok {
			return nil, false
		}
		result = append(result, s)
	}
	return result, true
}

// expected says what the argument must be.
func (f field) expected() string {
	switch {
	case f.enum != nil:
		return "one of " + strings.Join(f.enum, ", ")
	case f.min != nil && f.max != nil:
		return fmt.Sprintf("%s from %d to %d", f.kind, *f.min, *f.max)
	}
	return string(f.kind)
}

func (f field) meaning() string {
	if f.doc == "" {
		return ""
	}
	return " (" + f.doc + ")"
}

// describe names the form of a value without showing it.
func describe(value any) string {
	switch value.(type) {
	case string:
		return "this text"
	case json.Number:
		return "this number"
	case bool:
		return "true or false"
	case []any:
		return "this list"
	}
	return "an object"
}

func names(fields []field) []string {
	list := make([]string, len(fields))
	for i, f := range fields {
		list[i] = f.name
	}
	return list
}

func valid(fields []field) string {
	if len(fields) == 0 {
		return "it takes no arguments"
	}
	return "its arguments are " + strings.Join(names(fields), ", ")
}
