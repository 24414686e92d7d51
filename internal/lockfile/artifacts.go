package lockfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/pingkit/internal/sanitize"
)

// The places an entry of artifact-list.json can come from. Of these pingkit can
// read the catalog alone. It takes "public" (also the default) as the catalog,
// for both hold what Ping publishes; "private" is a store of one's own, whose
// artifacts may differ from the catalog's of the same name, and is refused.
const (
	sourcePublic  = "public"
	sourcePrivate = "private"
	sourceCatalog = "ics"
)

var artifactSources = []string{sourceCatalog, sourcePublic}

// artifactKeys are the properties of the entries that PingFederate, PingAccess
// and PingDirectory know.
var artifactKeys = []string{"name", "version", "source", "is_myping_only", "operation", "filename"}

// parseArtifactList reads Ping's artifact-list.json: an array, which may be empty.
func parseArtifactList(data []byte, problems *problems) *Manifest {
	m := &Manifest{Target: Target{Product: PingFederate, Layout: LayoutServerProfile}}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	if len(bytes.TrimSpace(data)) == 0 {
		return m // Ping's own hook takes an empty file for nothing to do
	}
	place := places(data)
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		at := int64(len(data))
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = syntax.Offset - 1
		}
		line, column := place(at)
		problems.addf(line, column, "not valid JSON: %v", err)
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if token, err := dec.Token(); err != nil || token != json.Delim('[') {
		problems.addf(1, 1, "an artifact list is a JSON array of objects with name and version")
		return nil
	}
	seen := make(names)
	for dec.More() {
		line, column := place(skipSpace(data, dec.InputOffset()))
		var fields map[string]json.RawMessage
		if err := dec.Decode(&fields); err != nil {
			problems.addf(line, column, "an entry is an object with name and version")
			continue
		}
		a := artifact{fields: fields, line: line, column: column, problems: problems}
		if entry, skip := a.entry(m, seen); !skip {
			m.Kits = append(m.Kits, entry)
		}
	}
	return m
}

// places returns a function that tells the line and column of an offset, each
// beyond the one before: to count anew for each of many entries takes too long.
func places(data []byte) func(offset int64) (line, column int) {
	line, column, at := 1, 1, int64(0)
	return func(offset int64) (int, int) {
		for ; at < min(offset, int64(len(data))); at++ {
			if column++; data[at] == '\n' {
				line, column = line+1, 1
			}
		}
		return line, column
	}
}

// skipSpace moves offset past the white space and the comma between two entries.
func skipSpace(data []byte, offset int64) int64 {
	for offset < int64(len(data)) && strings.IndexByte(" \t\r\n,", data[offset]) >= 0 {
		offset++
	}
	return offset
}

// artifact is one entry of the list while it is read.
type artifact struct {
	fields       map[string]json.RawMessage
	line, column int
	problems     *problems
}

// entry returns the wanted kit, or skip where none follows from the entry.
func (a artifact) entry(m *Manifest, seen names) (e Entry, skip bool) {
	before := len(a.problems.list)
	for key := range a.fields {
		if !slices.Contains(artifactKeys, key) {
			m.notice("line %d: %s is not known, and ignored", a.line, sanitize.Line(key, 60))
		}
	}
	e = Entry{Name: a.text("name"), Version: a.text("version"), Line: a.line}
	if e.Name == "" {
		a.problems.addf(a.line, a.column, "the entry has no name")
	}
	if e.Version == "" {
		a.problems.addf(a.line, a.column, "the entry %q has no version", e.Name)
	} else {
		checkConstraint(e.Version, a.line, a.column, a.problems)
	}
	if e.Name != "" {
		seen.add("name", e.Name, a.line, a.column, a.problems)
	}
	switch source := strings.ToLower(a.text("source")); source {
	case "", sourceCatalog, sourcePublic:
	case sourcePrivate:
		a.problems.addf(a.line, a.column, "%q comes from a private store, and only the Integration Catalog can be read: install it by other means and take the entry out", e.Name)
	default:
		a.problems.addf(a.line, a.column, "%s", unknown("source", source, artifactSources))
	}
	if operation := a.text("operation"); operation != "" && operation != "add" {
		a.problems.addf(a.line, a.column, "the operation of %q is %q; allowed: add", e.Name, operation)
	}
	switch {
	case a.fields["filename"] != nil:
		m.Target.Product = PingDirectory
	case a.fields["operation"] != nil:
		m.Target.Product = PingAccess
	}
	if strings.EqualFold(a.text("is_myping_only"), "true") {
		m.notice("left out %s: it is marked is_myping_only, which is for Ping's hosted service alone", sanitize.Line(e.Name, 120))
		return e, true
	}
	return e, len(a.problems.list) > before
}

// notice adds to the notices, of which as many are told as of problems.
func (m *Manifest) notice(format string, args ...any) {
	switch len(m.Notices) {
	case shownProblems:
		m.Notices = append(m.Notices, "there is more of this kind")
	case shownProblems + 1:
	default:
		m.Notices = append(m.Notices, fmt.Sprintf(format, args...))
	}
}

// text returns a field as text. The wild writes booleans as strings and
// versions as numbers; both are read as they stand.
func (a artifact) text(key string) string {
	raw := a.fields[key]
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			a.problems.addf(a.line, a.column, "%s: %v", key, err)
		}
		return strings.TrimSpace(s)
	case '{', '[':
		a.problems.addf(a.line, a.column, "%s must be text", key)
		return ""
	}
	return string(raw)
}
