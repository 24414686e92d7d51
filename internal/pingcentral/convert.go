package pingcentral

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"example.com/pingkit/gen/client/pingcentral"
	"example.com/pingkit/internal/sanitize"
)

const (
	nameLimit        = 200
	descriptionLimit = 1000
	shortLimit       = 80
	maxOwners        = 100
)

// usableID reports whether an id can stand in a path and be shown as it is.
func usableID(id string) bool {
	return id != "" && len(id) <= nameLimit && id != "." && id != ".." && sanitize.Line(id, 0) == id && !strings.ContainsAny(id, `/\ `)
}

// secretField is the name of a property that may hold a secret. It stands
// neither in a type of this package nor in a digest.
var secretField = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)secret|password|credential|private`) })

// newApplication takes what is known of an application. Properties that the
// reference does not name go into its digest alone.
func newApplication(a pingcentral.Application) (Application, error) {
	fields := map[string]any{}
	for name, raw := range a.AdditionalProperties {
		var value any
		if secretField().MatchString(name) {
			continue
		}
		if err := json.Unmarshal(raw, &value); err != nil {
			return Application{}, fmt.Errorf("the application's property %s cannot be read", quoted(name))
		}
		fields[name] = value
	}
	a.AdditionalProperties = nil
	sum, err := digest(a, fields)
	if err != nil {
		return Application{}, err
	}
	application := Application{
		ID:                    value(a.ID),
		Name:                  sanitize.Line(a.Name, nameLimit),
		Type:                  sanitize.Line(a.Type, shortLimit),
		Description:           sanitize.FromHTML(value(a.Description), descriptionLimit),
		Owners:                lines(a.ApplicationOwners),
		OwnerGroups:           lines(a.ApplicationOwnerGroups),
		TemplateID:            sanitize.Line(value(a.TemplateID), nameLimit),
		TemplateVersion:       a.TemplateVersion,
		UsingOutdatedTemplate: value(a.UsingOutdatedTemplate),
		Created:               timeText(a.Created),
		Modified:              timeText(a.Modified),
		Disabled:              a.Enabled != nil && !*a.Enabled,
		Unmanaged:             value(a.Unmanaged),
		PingCentralVersion:    sanitize.Line(value(a.PingCentralVersion), shortLimit),
		digest:                hex.EncodeToString(sum[:]),
	}
	if id := value(a.EnvironmentID); id != "" {
		application.Environment = &EnvironmentRef{ID: sanitize.Line(id, nameLimit)}
	}
	return application, nil
}

func newEnvironment(e pingcentral.Environment) Environment {
	availability := sanitize.Line(value(e.EnvironmentAvailability), shortLimit)
	return Environment{
		ID:               e.ID,
		Name:             sanitize.Line(e.Name, nameLimit),
		ShortCode:        sanitize.Line(value(e.ShortCode), shortLimit),
		Description:      sanitize.FromHTML(value(e.Description), descriptionLimit),
		Shielded:         value(e.Shielded),
		ShieldedNotGiven: e.Shielded == nil,
		Available:        !offline(availability),
		Availability:     availability,
	}
}

// offline reports the words of an availability that say "takes no promotion"
// (PingCentral documents "offline or disabled", and no list of words). A word
// that is not known stands in the plan, and PingCentral itself decides.
func offline(availability string) bool {
	word := strings.ToLower(availability)
	return slices.ContainsFunc([]string{"off", "disabled", "unavailable", "down", "unreachable", "inactive", "not"},
		func(part string) bool { return strings.Contains(word, part) })
}

func newPromotion(p pingcentral.Promotion, application string) (Promotion, error) {
	sum, err := digest(p.ID, p.EnvironmentID, p.EnvironmentShortCode, p.EnvironmentName, p.Name, p.Promoted)
	if err != nil {
		return Promotion{}, err
	}
	row := Promotion{
		ID:   value(p.ID),
		Name: sanitize.Line(p.Name, nameLimit),
		Type: sanitize.Line(p.Type, shortLimit),
		Environment: EnvironmentRef{
			ID:        sanitize.Line(p.EnvironmentID, nameLimit),
			Name:      sanitize.Line(value(p.EnvironmentName), nameLimit),
			ShortCode: sanitize.Line(value(p.EnvironmentShortCode), shortLimit),
		},
		CanRevert: true,
		key:       hex.EncodeToString(sum[:]),
	}
	if p.Promoted != nil {
		row.Promoted, row.At = timeOf(*p.Promoted)
	}
	switch {
	case !usableID(row.ID):
		row.ID, row.WhyNot = "", "the row has no id"
	case p.ApplicationID != "" && p.ApplicationID != application:
		row.WhyNot = "the row belongs to another application"
	case value(p.OutdatedVersion):
		row.WhyNot = "made by an outdated version of PingCentral (outdatedVersion)"
	case value(p.NotPromotedInCurrentVersion):
		row.WhyNot = "made by an earlier version of PingCentral (notPromotedInCurrentVersion)"
	}
	row.CanRevert = row.WhyNot == ""
	if row.ID != "" {
		row.key = "id:" + row.ID
	}
	return row, nil
}

// timeOf reads a time in whatever form it comes. The reference gives none:
// text in the forms of pingcentral.ParseTime and of RFC 1123, seconds or
// milliseconds since 1970 as a number or as digits, and the list of parts that
// Java's LocalDateTime becomes are read. Anything else is text without a time.
func timeOf(stamp pingcentral.Timestamp) (string, time.Time) {
	raw, err := stamp.MarshalJSON()
	if err != nil {
		return "", time.Time{}
	}
	var text string
	var number json.Number
	var parts []int
	switch {
	case json.Unmarshal(raw, &parts) == nil && len(parts) >= 3:
		parts = append(parts, 0, 0, 0, 0)
		return stampOf(time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], parts[6], time.UTC))
	case json.Unmarshal(raw, &text) == nil:
	case json.Unmarshal(raw, &number) == nil:
		text = number.String()
	}
	text = strings.TrimSpace(text)
	if t, ok := parseTime(text); ok {
		return stampOf(t)
	}
	return sanitize.Line(text, shortLimit), time.Time{}
}

func parseTime(text string) (time.Time, bool) {
	if t, ok := pingcentral.ParseTime(text); ok {
		return t, true
	}
	for _, layout := range []string{time.RFC1123, time.RFC1123Z} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	count, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || count < 1e8 || count > 1e14:
		return time.Time{}, false
	case count < 1e11: // as milliseconds this would be before 1973
		return time.UnixMilli(int64(count * 1000)), true
	}
	return time.UnixMilli(int64(count)), true
}

func stampOf(t time.Time) (string, time.Time) { return t.UTC().Format(time.RFC3339), t.UTC() }

// timeText is RFC 3339 where stamp is a time, else its text; empty for nil.
func timeText(stamp *pingcentral.Timestamp) string {
	if stamp == nil {
		return ""
	}
	text, _ := timeOf(*stamp)
	return text
}

func lines(list []string) []string {
	var clean []string
	for _, s := range list[:min(len(list), maxOwners)] {
		if s = sanitize.Line(s, nameLimit); s != "" {
			clean = append(clean, s)
		}
	}
	return clean
}

// value is what p points to, or the zero value.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
