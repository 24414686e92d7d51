package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

var (
	// mayBeEmpty are the lists that say by being empty that there is nothing.
	mayBeEmpty = regexp.MustCompile(`\.(environments|integrations|versions|applications|promotions|jars)$`)
	// someID is a UUID, and what the sandbox takes for one.
	someID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{20,}`)
)

// spare checks that a result has nothing that a model reads in vain: no null,
// no empty text or list, no link to follow, and no id twice. seen has the ids
// so far and where they stood.
func spare(t *testing.T, where string, value any, seen map[string]string) {
	t.Helper()
	switch v := value.(type) {
	case nil:
		t.Errorf("%s is null", where)
	case string:
		if v == "" || strings.Contains(v, "_links") || strings.Contains(v, "/v1/") {
			t.Errorf("%s is %q", where, v)
		}
		if strings.HasPrefix(v, "https://") {
			return // versions may share their release notes
		}
		for _, id := range someID.FindAllString(v, -1) {
			if seen[id] != "" {
				t.Errorf("%s repeats the id %s of %s", where, id, seen[id])
			}
			seen[id] = where
		}
	case []any:
		if len(v) == 0 && !mayBeEmpty.MatchString(where) {
			t.Errorf("%s is an empty list", where)
		}
		for i, item := range v {
			spare(t, fmt.Sprintf("%s[%d]", where, i), item, seen)
		}
	case map[string]any:
		if len(v) == 0 {
			t.Errorf("%s is empty", where)
		}
		for name, property := range v {
			spare(t, where+"."+name, property, seen)
		}
	}
}
