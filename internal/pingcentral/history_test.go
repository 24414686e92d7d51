package pingcentral

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestPromotedInEveryForm(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for form, want := range map[string]string{
		`"2026-03-04T05:06:07Z"`:             "2026-03-04T05:06:07Z",
		`"2026-03-04T07:06:07.000+02:00"`:    "2026-03-04T05:06:07Z",
		`"2026-03-04T05:06:07.000+0000"`:     "2026-03-04T05:06:07Z",
		`"2026-03-04T05:06:07"`:              "2026-03-04T05:06:07Z",
		`"2026-03-04 05:06:07"`:              "2026-03-04T05:06:07Z",
		`"Wed, 04 Mar 2026 05:06:07 GMT"`:    "2026-03-04T05:06:07Z",
		`"Wed, 04 Mar 2026 06:06:07 +0100"`:  "2026-03-04T05:06:07Z",
		`1772600767000`:                      "2026-03-04T05:06:07Z",
		`1772600767`:                         "2026-03-04T05:06:07Z",
		`1772600767.000`:                     "2026-03-04T05:06:07Z",
		`1.772600767E12`:                     "2026-03-04T05:06:07Z",
		`"1772600767000"`:                    "2026-03-04T05:06:07Z",
		`"1772600767"`:                       "2026-03-04T05:06:07Z",
		`[2026,3,4,5,6,7]`:                   "2026-03-04T05:06:07Z",
		`[2026,3,4,5,6,7,0]`:                 "2026-03-04T05:06:07Z",
		`"last Tuesday\n\u202eevening"`:      "last Tuesday evening",
		`""`:                                 "",
		`null`:                               "",
		`7`:                                  "7",
		`{"epoch":1}`:                        "",
		`"99999999999999999999999999999999"`: "99999999999999999999999999999999",
	} {
		f := newForeign(t)
		f.change(func() {
			f.rows[payrollID] = []object{row("h1", "env-test", "", object{"promoted": json.RawMessage(form)})}
		})
		view, err := f.service(t).Application(t.Context(), payrollID, 0)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		got := view.Promotions[0]
		if got.Promoted != want || want == "2026-03-04T05:06:07Z" && !got.At.Equal(at) || want != "2026-03-04T05:06:07Z" && !got.At.IsZero() {
			t.Errorf("%s is %q at %v, want %q", form, got.Promoted, got.At, want)
		}
	}
}

func TestModifiedInEveryForm(t *testing.T) {
	for form, want := range map[string]string{`"2026-03-04T05:06:07.123Z"`: "2026-03-04T05:06:07Z", `1772600767123`: "2026-03-04T05:06:07Z", `"yesterday"`: "yesterday", `null`: ""} {
		f := newForeign(t)
		f.change(func() { f.apps[0]["modified"] = json.RawMessage(form) })
		view, err := f.service(t).Application(t.Context(), payrollID, 0)
		if err != nil || view.Modified != want {
			t.Errorf("%s is %q, %v; want %q", form, view.Modified, err, want)
		}
	}
}

func ids(rows []Promotion) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return all
}

func TestHistoryIsNewestFirst(t *testing.T) {
	for name, test := range map[string]struct {
		rows []object
		want []string
	}{
		"mixed forms": {[]object{row("a", "e", "2026-01-01T00:00:00Z", nil), row("b", "e", "", object{"promoted": 1772600767000}), row("c", "e", "2026-02-01T00:00:00", nil)},
			[]string{"b", "c", "a"}},
		"unreadable ones last, as given": {[]object{row("a", "e", "x", nil), row("b", "e", "2026-01-01T00:00:00Z", nil), row("c", "e", "y", nil), row("d", "e", "2026-01-02T00:00:00Z", nil)},
			[]string{"d", "b", "a", "c"}},
		"all unreadable": {[]object{row("b", "e", "x", nil), row("a", "e", "y", nil)}, []string{"b", "a"}},
		"the same time":  {[]object{row("b", "e", "2026-01-01T00:00:00Z", nil), row("a", "e", "2026-01-01T00:00:00Z", nil)}, []string{"b", "a"}},
		"none":           {nil, nil},
	} {
		f := newForeign(t)
		f.change(func() { f.rows[payrollID] = test.rows })
		view, err := f.service(t).Application(t.Context(), payrollID, 0)
		if err != nil || !slices.Equal(ids(view.Promotions), test.want) {
			t.Errorf("%s: %v, %v; want %v", name, ids(view.Promotions), err, test.want)
		}
	}
}

func TestWhichRowsCanBeRevertedTo(t *testing.T) {
	for name, test := range map[string]struct {
		fields object
		why    string
	}{
		"plain":                {nil, ""},
		"both false":           {object{"outdatedVersion": false, "notPromotedInCurrentVersion": false}, ""},
		"outdated":             {object{"outdatedVersion": true}, "made by an outdated version of PingCentral (outdatedVersion)"},
		"earlier version":      {object{"notPromotedInCurrentVersion": true}, "made by an earlier version of PingCentral (notPromotedInCurrentVersion)"},
		"other application":    {object{"applicationId": "app-wiki"}, "the row belongs to another application"},
		"no id":                {object{"id": nil}, "the row has no id"},
		"an id of two lines":   {object{"id": "x\ny"}, "the row has no id"},
		"an id that is a path": {object{"id": "../x"}, "the row has no id"},
	} {
		f := newForeign(t)
		f.change(func() { f.rows[payrollID] = []object{row("h1", "env-test", "2026-01-01T00:00:00Z", test.fields)} })
		view, err := f.service(t).Application(t.Context(), payrollID, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := view.Promotions[0]; got.CanRevert != (test.why == "") || got.WhyNot != test.why {
			t.Errorf("%s: can be reverted to: %t, %q; want %q", name, got.CanRevert, got.WhyNot, test.why)
		}
	}
}
