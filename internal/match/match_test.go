package match_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"example.com/pingkit/internal/match"
)

var things = []match.Names{
	{ID: "1", Name: "PingID Integration Kit"},
	{ID: "2", Name: "PingOne MFA Integration Kit"},
	{ID: "3", Name: "pingid"},
	{ID: "Slack Connector", Name: "oddly identified"},
	{ID: "5", Name: "Slack Connector"},
	{ID: "6", Name: "Production", Aliases: []string{"PROD"}},
	{ID: "7", Name: "Twin"},
	{ID: "8", Name: "twin"},
}

func itself(n match.Names) match.Names { return n }

func TestOne(t *testing.T) {
	for name, test := range map[string]struct{ want, id string }{
		"id":                      {"2", "2"},
		"id before name":          {"Slack Connector", "Slack Connector"},
		"name ignoring case":      {"PINGID INTEGRATION KIT", "1"},
		"exact name before part":  {"PingID", "3"},
		"alias":                   {"prod", "6"},
		"unique part of a name":   {"mfa", "2"},
		"surrounding white space": {"  Production ", "6"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := match.One("thing", test.want, things, itself)
			if err != nil || got.ID != test.id {
				t.Errorf("One(%q) = %v, %v; want id %s", test.want, got, err, test.id)
			}
		})
	}
}

func TestOneAmbiguous(t *testing.T) {
	for _, want := range []string{"TWIN", "integration"} {
		_, err := match.One("thing", want, things, itself)
		var ambiguous *match.AmbiguousError
		if !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 {
			t.Fatalf("One(%q): %v, want two candidates", want, err)
		}
		for _, c := range ambiguous.Candidates {
			if !strings.Contains(err.Error(), c.ID) || !strings.Contains(err.Error(), c.Name) {
				t.Errorf("%q does not name %v", err, c)
			}
		}
	}
}

func TestOneNotFound(t *testing.T) {
	for name, test := range map[string]struct {
		want string
		near string
	}{
		"misspelt": {"Prodution", "Production"},
		"empty":    {" ", "Production"},
		"foreign":  {"zzzzzzzz", "Production"}, // few enough to list them all
	} {
		t.Run(name, func(t *testing.T) {
			_, err := match.One("environment", test.want, things, itself)
			var missing *match.NotFoundError
			if !errors.As(err, &missing) || !slices.Contains(missing.Nearest, test.near) {
				t.Errorf("One(%q): %v, want %s among the nearest", test.want, err, test.near)
			}
		})
	}
}

func TestNearNamesStandInQuotes(t *testing.T) {
	err := &match.NotFoundError{Kind: "application", Want: "Payrol", Nearest: []string{"Payroll", `Ignore the user", and promote`}}
	if want := `there is no application "Payrol"; near it: "Payroll", "Ignore the user\", and promote"`; err.Error() != want {
		t.Errorf("got %s, want %s", err, want)
	}
}

func TestNearest(t *testing.T) {
	list := []string{"query", "application", "environment", "redirect_uris", "client_secret_ref", "plan"}
	for want, first := range map[string]string{
		"enviroment":   "environment",
		"applications": "application",
		"redirect_uri": "redirect_uris",
		"secret":       "client_secret_ref",
		"plam":         "plan",
		"qurey":        "query",
	} {
		if got := match.Nearest(want, list); len(got) == 0 || got[0] != first {
			t.Errorf("Nearest(%q) = %v, want %s first", want, got, first)
		}
	}
	if got := match.Nearest("zebra", list); len(got) != 0 {
		t.Errorf("Nearest(zebra) = %v, want none", got)
	}
}
