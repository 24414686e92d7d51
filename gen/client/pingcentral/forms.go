package pingcentral

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Applications returns the applications of the answer, whether it is an object with items or a bare list. Null, and an object that
// holds no list, are no applications. It fails on an answer of any other form.
func (c ApplicationCollection) Applications() ([]Application, error) {
	return items[Application](c.union, "applications")
}

// Promotions returns the promotions of the answer, in the order they came, whether it is an object with items or a bare list. Null, and
// an object that holds no list, are no promotions. It fails on an answer of any other form.
func (h PromotionHistory) Promotions() ([]Promotion, error) {
	return items[Promotion](h.union, "promotions")
}

// items reads a list in each of its plausible forms. Its errors name fields and forms and quote no text of the answer, which may hold
// secrets.
func items[T any](raw json.RawMessage, kind string) ([]T, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || bytes.Equal(raw, []byte("null")):
		return nil, nil
	case raw[0] == '[':
		return elements[T](raw, kind)
	case raw[0] != '{':
		return nil, fmt.Errorf("the list of %s is neither a JSON list nor an object", kind)
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return nil, fmt.Errorf("the list of %s cannot be read: %w", kind, err)
	}
	if list, found := members["items"]; found {
		if bytes.Equal(list, []byte("null")) {
			return nil, nil
		}
		return elements[T](list, kind)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		// Rather an error than an empty list, which would read as "there are none".
		if bytes.HasPrefix(members[name], []byte("[")) {
			return nil, fmt.Errorf("the list of %s stands under %.40q instead of \"items\"", kind, name)
		}
	}
	return nil, nil
}

func elements[T any](raw json.RawMessage, kind string) ([]T, error) {
	var pointers []*T
	if err := json.Unmarshal(raw, &pointers); err != nil {
		return nil, fmt.Errorf("the list of %s cannot be read: %w", kind, err)
	}
	list := make([]T, 0, len(pointers))
	for _, p := range pointers {
		if p != nil {
			list = append(list, *p)
		}
	}
	return list, nil
}

// Input returns the application as [Client.UpdateApplication] takes it: every field, those that this package does not know included, but
// enabled, which the documented body of an update does not have.
func (a Application) Input() (ApplicationInput, error) {
	a.Enabled = nil
	text, err := json.Marshal(a)
	if err != nil {
		return ApplicationInput{}, err
	}
	var input ApplicationInput
	err = json.Unmarshal(text, &input)
	return input, err
}

// timeLayouts are the forms of a time that Java servers write, besides RFC 3339.
var timeLayouts = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02",
}

// ParseTime reads a time as PingCentral may write it. The reference does not give the form, so RFC 3339 and its near relatives are read;
// a time without a zone is taken as UTC. It reports false for anything else.
func ParseTime(text string) (time.Time, bool) {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// String returns the timestamp as text: a text as it came, milliseconds as RFC 3339 in UTC, and "" for anything else.
func (t Timestamp) String() string {
	if text, err := t.AsTimestampText(); err == nil {
		return text
	}
	if at, ok := t.Time(); ok {
		return at.Format(time.RFC3339Nano)
	}
	return ""
}

// Time returns the timestamp as a time, and false if it has no form that ParseTime can read and is no count of milliseconds.
func (t Timestamp) Time() (time.Time, bool) {
	if text, err := t.AsTimestampText(); err == nil {
		return ParseTime(text)
	}
	if millis, err := t.AsTimestampMillis(); err == nil {
		return time.UnixMilli(millis).UTC(), true
	}
	return time.Time{}, false
}
