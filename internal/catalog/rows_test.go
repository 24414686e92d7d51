package catalog_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/pingkit/internal/catalog"
	"example.com/pingkit/internal/sandbox"
	"example.com/pingkit/internal/sandbox/kits"
)

func TestSearchNamesTheLatestVersionWithAKit(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	const mixed, samlOnly, ending = "Mixed Versions Kit", "Only Attributes App", "Ending Versions Kit"
	s.Publish(sandbox.Publication{Integration: mixed, Number: "2.5", EndOfLifeOn: "2027-01-31", Kit: kits.Sized(64 << 10)})
	s.Publish(sandbox.Publication{Integration: mixed, Number: "3.0"})
	s.Publish(sandbox.Publication{Integration: samlOnly, Number: "1.0"})
	s.Publish(sandbox.Publication{Integration: ending, Number: "1.0", EndOfLifeOn: "2025-06-30", Kit: kits.Sized(64 << 10)})
	for name, want := range map[string]struct{ version, endOfLife string }{
		mixed: {"2.5", "2027-01-31"}, samlOnly: {}, ending: {"1.0", "2025-06-30"},
	} {
		t.Run(name, func(t *testing.T) {
			page, err := c.Search(deadline(t), catalog.Query{Text: name})
			if err != nil || len(page.Integrations) != 1 {
				t.Fatalf("%+v, %v", page, err)
			}
			if got := page.Integrations[0]; got.LatestKitVersion != want.version || got.EndOfLife != want.endOfLife {
				t.Errorf("the latest kit is %q, end of life %q, want %+v", got.LatestKitVersion, got.EndOfLife, want)
			}
		})
	}
	kit, _, err := c.Choose(deadline(t), "", mixed, "latest")
	if err != nil || kit.Version != "2.5" {
		t.Errorf("latest is %+v, %v", kit, err)
	}
}

func TestDescriptionsComeWithDetailsOnly(t *testing.T) {
	_, c := simulated(t, sandbox.Options{}, "")
	for _, details := range []bool{false, true} {
		page, err := c.Search(deadline(t), catalog.Query{Text: sandbox.PingIDKit, Details: details})
		if err != nil || len(page.Integrations) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		if got := page.Integrations[0].Description; (got != "") != details {
			t.Errorf("details %v: the description is %q", details, got)
		}
	}
}

func TestVersionsForAProductVersion(t *testing.T) {
	s, c := simulated(t, sandbox.Options{}, "")
	const name = "Ranged Kit"
	var id string
	for _, v := range [][3]string{{"1.0", "10.0", "11.3"}, {"2.0", "11.0", "12.3"}, {"3.0", "12.0", "13.1"}} {
		id, _ = s.Publish(sandbox.Publication{Integration: name, Number: v[0], MinVersion: v[1], MaxVersion: v[2], Kit: kits.Sized(64 << 10)})
	}
	for product, want := range map[string][]string{
		"":                     {"3.0", "2.0", "1.0"},
		"12.1":                 {"3.0", "2.0"},
		"PingFederate 11.1":    {"2.0", "1.0"},
		"ping federate 13.1.2": {"3.0"},
		"PingAccess 12.1":      {},
		"9":                    {},
	} {
		t.Run(product, func(t *testing.T) {
			page, err := c.VersionPage(deadline(t), catalog.VersionQuery{IntegrationID: id, ProductVersion: product})
			numbers := []string{}
			for _, row := range page.Versions {
				numbers = append(numbers, row.Number)
			}
			if err != nil || !slices.Equal(numbers, want) {
				t.Errorf("%q, %v, want %q", numbers, err, want)
			}
		})
	}
}

func TestEndOfLifeInRowsAndNotes(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		version   catalog.Version
		endOfLife string // in the row
		note      string // in the row
		notes     string // of a download
	}{
		"none":     {catalog.Version{ReleasedOn: "2024-01-01"}, "none published", "", ""},
		"past":     {catalog.Version{ReleasedOn: "2024-01-01", EndOfLifeOn: "2026-06-01"}, "2026-06-01", "", "reached its end of life on 2026-06-01"},
		"future":   {catalog.Version{ReleasedOn: "2024-01-01", EndOfLifeOn: "2026-06-02"}, "2026-06-02", "", "reaches its end of life on 2026-06-02"},
		"doubtful": {catalog.Version{ReleasedOn: "2024-05-02", EndOfLifeOn: "2024-05-01"}, "2024-05-01", "doubtful data", "doubtful data"},
		"only end": {catalog.Version{EndOfLifeOn: "2027-05-01"}, "2027-05-01", "", "reaches its end of life"},
	} {
		t.Run(name, func(t *testing.T) {
			row := test.version.Row()
			if row.EndOfLifeOn != test.endOfLife || !strings.Contains(row.Note, test.note) || (row.Note == "") != (test.note == "") {
				t.Errorf("the row is %+v", row)
			}
			notes := strings.Join(test.version.Notes(now), "\n")
			if !strings.Contains(notes, test.notes) || (notes == "") != (test.notes == "") {
				t.Errorf("the notes are %q, want %q", notes, test.notes)
			}
		})
	}
	if row := (catalog.Version{}).Row(); row.ReleasedOn != "none published" || row.WorksWith != nil || !row.HasKit {
		t.Errorf("the row of nothing is %+v", row)
	}
}
