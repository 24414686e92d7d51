package sandbox

import (
	"fmt"
	"reflect"
	"time"
)

// formValues are the values of a field of [Forms] that differ from its zero value. A field of type bool needs none: it is set.
type formValues struct {
	field  string
	system System // whose answers have that form
	values []any
}

// formTable lists every field of [Forms], in order.
var formTable = []formValues{
	{"PageSize", PingOneAPI, []any{1, 2, 1000}},
	{"IgnoreLimit", PingOneAPI, nil},
	{"NoCounts", PingOneAPI, nil},
	{"NoEmptyLists", PingOneAPI, nil},
	{"EmptyPage", PingOneAPI, nil},
	{"Next", PingOneAPI, []any{NextRelative, NextForeign, NextItself}},
	{"LatestVersion", PingOneAPI, []any{VersionsList, LatestObject, LatestList, EmbedsObject, EmbedsNothing, EmbedsAll}},
	{"ThirdPartyOld", PingOneAPI, nil},
	{"UnknownValues", "", nil},
	{"UnknownFields", "", nil},
	{"OddDates", PingOneAPI, nil},
	{"NoTokenStatus", PingOneAPI, []any{403}},
	{"NoEnvironmentStatus", PingOneAPI, []any{404}},
	{"NoKitStatus", PingOneAPI, []any{400}},
	{"RedirectStatus", PingOneAPI, []any{301, 302, 303, 307, 308}},
	{"Redirect", PingOneAPI, []any{
		RedirectChain, RedirectLoop, RedirectEndless, RedirectDowngrade, RedirectRelative, RedirectNowhere, RedirectInvalid, RedirectFile,
	}},
	{"DirectAsset", PingOneAPI, nil},
	{"DigestEncoding", PingOneAPI, []any{
		DigestPrefixedHex, DigestHex, DigestPrefixedBase64, DigestBase64, DigestBase64URL, DigestUpperHex, DigestETag, DigestNone, DigestGarbage,
	}},
	{"DigestOn", PingOneAPI, []any{OnRedirect, OnStorage, OnBoth}},
	{"WrongDigest", PingOneAPI, nil},
	{"ContentType", Storage, []any{"application/octet-stream", "application/x-zip-compressed", "text/html", "application/json", "nonsense"}},
	{"ContentDisposition", Storage, []any{`attachment; filename="../../../etc/passwd"`, `attachment; filename=".."`, `inline`, `filename*=UTF-8''%00%2Fx.zip`, "nonsense;;=\""}},
	{"NoContentLength", Storage, nil},
	{"IgnoreRange", Storage, nil},
	{"IgnoreIfRange", Storage, nil},
	{"ShiftRange", Storage, nil},
	{"WeakETag", Storage, nil},
	{"NoETag", Storage, nil},
	{"ErrorForm", "", []any{ErrorEmpty, ErrorHTML, ErrorText}},
	{"Lists", PingCentral, []any{ListBare, ListNull}},
	{"History", PingCentral, []any{ListBare, ListNull}},
	{"HistoryLag", PingCentral, []any{shortLag, time.Hour}},
	{"NewestFirst", PingCentral, nil},
	{"Times", PingCentral, []any{TimeOffset, TimeMillis}},
	{"CentralPageSize", PingCentral, []any{1, 3, 1000}},
	{"NoSingleApplication", PingCentral, []any{404, 405}},
	{"PromoteStatus", PingCentral, []any{200, 201, 204}},
	{"RevertStatus", PingCentral, []any{200, 201, 204}},
	{"NoResult", PingCentral, nil},
	{"OfflineStatus", PingCentral, []any{400, 422}},
	{"PromoteAnyType", PingCentral, nil},
	{"RefuseChosenSecrets", PingCentral, nil},
	{"ApprovalRequired", PingCentral, nil},
	{"Login", PingCentral, []any{"basic", "bearer"}},
}

// with is what a form needs beside itself to be seen.
var with = map[string]struct {
	options func(*Options)
	begin   func(*Sandbox)
}{
	// A range is asked for after a connection that broke.
	"IgnoreRange":   {begin: breakDownload},
	"IgnoreIfRange": {begin: breakDownload},
	"ShiftRange":    {begin: breakDownload},
	"WeakETag":      {begin: breakDownload},
	"NoETag":        {begin: breakDownload},
	// What is between two pages shows where there are two.
	"Next":      {begin: pagesOfTwo},
	"EmptyPage": {begin: pagesOfTwo},
	// The token's status and the form of errors show where something is refused.
	"NoTokenStatus":      {begin: (*Sandbox).RevokeTokens},
	"ErrorForm":          {begin: func(s *Sandbox) { s.Inject(Fault{Status: 403, Times: 1, Skip: 1}) }},
	"Redirect downgrade": {options: func(o *Options) { o.TLS = true }},
}

func pagesOfTwo(s *Sandbox) { s.changeForms(func(f *Forms) { f.PageSize = 2 }) }

func breakDownload(s *Sandbox) { s.Inject(Fault{Operation: "storage", Times: 1, Truncate: 1000}) }

// formTroubles are the values of the fields of [Forms], one at a time.
func formTroubles() []Trouble {
	var all []Trouble
	for _, f := range formTable {
		if f.values == nil {
			all = append(all, formTrouble(f, true, "form: "+f.field))
			continue
		}
		for _, v := range f.values {
			all = append(all, formTrouble(f, v, fmt.Sprintf("form: %s %v", f.field, quotedIfText(v))))
		}
	}
	return all
}

// quotedIfText is the value as a name can hold it.
func quotedIfText(v any) any {
	if reflect.TypeOf(v) == reflect.TypeFor[string]() {
		return fmt.Sprintf("%q", v)
	}
	return v
}

func formTrouble(f formValues, value any, name string) Trouble {
	t := Trouble{Name: name, System: f.system, Lasting: true}
	more, ok := with[f.field]
	if !ok {
		more = with[fmt.Sprintf("%s %v", f.field, value)]
	}
	t.Options = more.options
	t.Begin = func(s *Sandbox) {
		s.changeForms(func(forms *Forms) {
			field := reflect.ValueOf(forms).Elem().FieldByName(f.field)
			field.Set(reflect.ValueOf(value).Convert(field.Type()))
		})
		if more.begin != nil {
			more.begin(s)
		}
	}
	return t
}
