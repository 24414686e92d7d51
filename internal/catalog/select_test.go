package catalog

import (
	"errors"
	"slices"
	"testing"

	"example.com/pingkit/internal/kitversion"
	"example.com/pingkit/internal/match"
)

var several = []Version{
	{ID: "a", Number: "2.12.0", Type: "PRODUCT_INTEGRATION_KIT"},
	{ID: "b", Number: "2.9", Type: "PRODUCT_INTEGRATION_KIT"},
	{ID: "c", Number: "3.0", Type: "SAML"},
	{ID: "d", Number: "2.24.0", Type: "A_NEW_TYPE"},
	{ID: "e", Number: "1.06", Type: "PRODUCT_INTEGRATION_KIT"},
	{ID: "f", Number: "1.6", Type: "PRODUCT_INTEGRATION_KIT"},
	{ID: "g", Number: "1.0", Type: "SAML"},
	{ID: "h", Number: "1.0", Type: "PRODUCT_INTEGRATION_KIT"},
	{ID: "1.5", Number: "0.9"},
	{ID: "x", Number: "1.5"},
	{ID: "y", Number: "1.5"},
}

func TestSelect(t *testing.T) {
	for want, id := range map[string]string{
		"": "d", "latest": "d", "LATEST": "d", " * ": "d",
		"2.12.0": "a", "2.12": "a", "v2.12": "a",
		"1.06": "e", "1.6": "f", "b": "b", "1.0": "h",
		"<2.10": "b", ">=2.9 <2.20": "a", "2.x": "d", "1.x": "f", "~2.9": "b", "=2.24": "d",
		"1.5": "1.5", // the id of another version comes before the number
	} {
		if got, err := Select(several, want); err != nil || got.ID != id {
			t.Errorf("Select(%q) = %+v, %v, want %s", want, got, err, id)
		}
	}
}

func TestSelectFails(t *testing.T) {
	for _, want := range []string{"3.0", "c", "3"} {
		_, err := Select(several, want)
		if none, ok := errors.AsType[*NoKitError](err); !ok || none.Version != "3.0" || none.Type != "SAML" {
			t.Errorf("Select(%q): %v", want, err)
		}
	}
	_, err := Select(several[2:3], "latest")
	if _, ok := errors.AsType[*NoKitError](err); !ok {
		t.Errorf("no version with a kit: %v", err)
	}
	for _, want := range []string{"9.9", ">=3", "2.11", "e07fedbb-ffce-450ef-af400-79f5e8437a"} {
		_, err := Select(several, want)
		if missing, ok := errors.AsType[*match.NotFoundError](err); !ok || !slices.Contains(missing.Nearest, "2.24.0") {
			t.Errorf("Select(%q): %v", want, err)
		}
	}
	_, err = Select(several[9:], "1.5")
	if ambiguous, ok := errors.AsType[*match.AmbiguousError](err); !ok || len(ambiguous.Candidates) != 2 {
		t.Errorf("one number twice: %v", err)
	}
	_, err = Select(several, "newest one")
	if _, ok := errors.AsType[*kitversion.ConstraintError](err); !ok {
		t.Errorf("no constraint: %v", err)
	}
	_, err = Select(nil, "latest")
	if _, ok := errors.AsType[*match.NotFoundError](err); !ok {
		t.Errorf("no versions: %v", err)
	}
}

// A pre-release is taken only by its own number.
func TestSelectTakesNoPrerelease(t *testing.T) {
	versions := []Version{{ID: "a", Number: "2.24"}, {ID: "b", Number: "2.25-beta"}, {ID: "c", Number: "3.0-rc1"}}
	for want, id := range map[string]string{"latest": "a", ">=2.24 <3": "a", "2.x": "a", "*": "a", "2.25-beta": "b", ">=3.0-rc1": "c"} {
		if got, err := Select(versions, want); err != nil || got.ID != id {
			t.Errorf("Select(%q) = %+v, %v, want %s", want, got, err, id)
		}
	}
	if got, err := Select(versions[1:], "latest"); err == nil {
		t.Errorf("latest of pre-releases alone: %+v", got)
	}
}

func TestProductRange(t *testing.T) {
	tests := []struct {
		product ProductRange
		words   string
		holds   []string
		not     []string
	}{
		{ProductRange{Name: "PINGFEDERATE", Min: "11.3", Max: "13.0"}, "PINGFEDERATE 11.3 to 13.0", []string{"11.3", "11.3.0", "13.0", "13.0.3"}, []string{"11.2.9", "13.1"}},
		{ProductRange{Name: "PINGFEDERATE", Min: "9"}, "PINGFEDERATE 9 and later", []string{"9.0", "13"}, []string{"8.9"}},
		{ProductRange{Name: "PINGACCESS", Max: "7"}, "PINGACCESS up to 7", []string{"1", "7", "7.9"}, []string{"8"}},
		{ProductRange{Name: "PINGACCESS"}, "PINGACCESS", []string{"1"}, nil},
		{ProductRange{}, "", []string{"1"}, nil},
	}
	for _, test := range tests {
		if got := test.product.String(); got != test.words {
			t.Errorf("%+v in words is %q", test.product, got)
		}
		for _, version := range test.holds {
			if !test.product.Holds(version) {
				t.Errorf("%v does not hold %s", test.product, version)
			}
		}
		for _, version := range test.not {
			if test.product.Holds(version) {
				t.Errorf("%v holds %s", test.product, version)
			}
		}
	}
}
