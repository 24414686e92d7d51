package scim

import (
	"errors"
	"strings"
	"testing"
)

var attributes = map[string]Attribute{
	"name":    {Operators: []string{"eq", "co"}},
	"tags":    {Operators: []string{"eq"}},
	"starts":  {Operators: []string{"sw"}},
	"number":  {Kind: Number, Operators: []string{"eq", "gt", "ge", "lt", "le"}},
	"expires": {Kind: Date, Operators: []string{"lt", "ge"}},
}

func item(attribute string) []string {
	return map[string][]string{
		"name": {`PingID "Integration" \ Kit`}, "tags": {"SSO", "MFA"}, "starts": {"Workforce"}, "number": {"2.9", "2.24.0"}, "expires": {"2024-03-31"},
	}[attribute]
}

func TestFilter(t *testing.T) {
	for filter, want := range map[string]bool{
		`name co "pingid"`:                        true,
		`(name co "PINGID")`:                      true,
		`((name co "integration"))`:               true,
		`name CO "PingID"`:                        true,
		`name eq "pingid"`:                        false,
		`name eq "PingID \"Integration\" \\ Kit"`: true,
		`name co "\u0050ing"`:                     true,
		`tags eq "MFA"`:                           true,
		`tags eq "mfa"`:                           false,
		`starts sw "work"`:                        true,
		`starts sw "force"`:                       false,
		`number gt "2.9"`:                         true,
		`number gt "2.24"`:                        false,
		`number ge "2.24.0.0"`:                    true,
		`number lt "2.10"`:                        true,
		`number le "2.8.9"`:                       false,
		`number eq "2.24"`:                        true,
		`expires lt "2024-04-01"`:                 true,
		`expires ge "2024-04-01"`:                 false,
		`name co "kit" and tags eq "SSO"`:         true,
		`name co "kit" AND (tags eq "x")`:         false,
		`(name co "kit" and tags eq "SSO") and number gt "2"`: true,
		`name co "and (tags eq 1)"`:                           false,
	} {
		f, err := Parse(filter, attributes)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		if got := f.Matches(item); got != want {
			t.Errorf("%s matches: %v, want %v", filter, got, want)
		}
	}
}

func TestWrongFilters(t *testing.T) {
	for filter, want := range map[string]string{
		``:                           "attribute",
		`   `:                        "attribute",
		`name`:                       "operator",
		`name sw "x"`:                "operator",
		`name pr`:                    "operator",
		`surname eq "x"`:             "attribute",
		`Name eq "x"`:                "attribute",
		`name eq x`:                  "double quotes",
		`name eq 'x'`:                "double quotes",
		`name eq "x`:                 "double quote",
		`name eq "x\y"`:              "escape",
		`name eq "x" or name eq "y"`: "joined by and",
		`name eq "x" name eq "y"`:    "and was expected",
		`name eq "x" and`:            "attribute",
		`(name eq "x"`:               "not closed",
		`name eq "x")`:               "nothing was expected",
		`not (name eq "x")`:          "attribute",
		`expires lt "tomorrow"`:      "date",
		strings.Repeat("(", 100) + `name eq "x"` + strings.Repeat(")", 100): "too many parentheses",
	} {
		_, err := Parse(filter, attributes)
		var wrong *Error
		if !errors.As(err, &wrong) || !strings.Contains(wrong.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", filter, err, want)
		}
	}
}

func TestErrorsNameWhatIsSupported(t *testing.T) {
	var wrong *Error
	_, err := Parse(`surname eq "x"`, attributes)
	if !errors.As(err, &wrong) || len(wrong.Attributes) != len(attributes) {
		t.Errorf("unknown attribute: %#v", err)
	}
	_, err = Parse(`name gt "x"`, attributes)
	if !errors.As(err, &wrong) || strings.Join(wrong.Operators, " ") != "eq co" {
		t.Errorf("unknown operator: %#v", err)
	}
}

func TestCompareNumbers(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"2.24.0", "2.9", 1}, {"52.137", "52.9", 1}, {"1.1.1.2", "1.1.1", 1}, {"2.06", "2.6", 0}, {"3", "3.0.0", 0}, {"x", "0", -1}, {"1.0", "1.0.1", -1},
	} {
		if got := CompareNumbers(c.a, c.b); got != c.want {
			t.Errorf("CompareNumbers(%s, %s) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := CompareNumbers(c.b, c.a); got != -c.want {
			t.Errorf("CompareNumbers(%s, %s) = %d, want %d", c.b, c.a, got, -c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`(name co "PingID") and number ge "2.1"`)
	f.Add(`name eq "\ud800"`)
	f.Fuzz(func(t *testing.T, text string) {
		filter, err := Parse(text, attributes)
		if (err == nil) == (len(filter) == 0) {
			t.Fatalf("filter %v with error %v", filter, err)
		}
		filter.Matches(item)
	})
}
