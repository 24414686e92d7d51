package chaos

import (
	"fmt"
	"reflect"
	"time"

	"example.com/pingkit/internal/sandbox"
)

// formValues are the values of a field of [Forms] that differ from its zero value. A field of type bool needs none: it is set.
type formValues struct {
	field  string
	system sandbox.System // whose answers have that form
	values []any
}

// formTable lists every field of [Forms], in order.
var formTable = []formValues{
	{"PageSize", sandbox.PingOneAPI, []any{1, 2, 1000}},
	{"IgnoreLimit", sandbox.PingOneAPI, nil},
	{"NoCounts", sandbox.PingOneAPI, nil},
	{"NoEmptyLists", sandbox.PingOneAPI, nil},
	{"EmptyPage", sandbox.PingOneAPI, nil},
	{"Next", sandbox.PingOneAPI, []any{sandbox.NextRelative, sandbox.NextForeign, sandbox.NextItself}},
	{"LatestVersion", sandbox.PingOneAPI, []any{sandbox.VersionsList, sandbox.LatestObject, sandbox.LatestList, sandbox.EmbedsObject, sandbox.EmbedsNothing, sandbox.EmbedsAll}},
	{"ThirdPartyOld", sandbox.PingOneAPI, nil},
	{"UnknownValues", "", nil},
	{"UnknownFields", "", nil},
	{"OddDates", sandbox.PingOneAPI, nil},
	{"NoTokenStatus", sandbox.PingOneAPI, []any{403}},
	{"NoEnvironmentStatus", sandbox.PingOneAPI, []any{404}},
	{"NoKitStatus", sandbox.PingOneAPI, []any{400}},
	{"RedirectStatus", sandbox.PingOneAPI, []any{301, 302, 303, 307, 308}},
	{"Redirect", sandbox.PingOneAPI, []any{
		sandbox.RedirectChain, sandbox.RedirectLoop, sandbox.RedirectEndless, sandbox.RedirectDowngrade, sandbox.RedirectRelative, sandbox.RedirectNowhere, sandbox.RedirectInvalid, sandbox.RedirectFile,
	}},
	{"DirectAsset", sandbox.PingOneAPI, nil},
	{"DigestEncoding", sandbox.PingOneAPI, []any{
		sandbox.DigestPrefixedHex, sandbox.DigestHex, sandbox.DigestPrefixedBase64, sandbox.DigestBase64, sandbox.DigestBase64URL, sandbox.DigestUpperHex, sandbox.DigestETag, sandbox.DigestNone, sandbox.DigestGarbage,
	}},
	{"DigestOn", sandbox.PingOneAPI, []any{sandbox.OnRedirect, sandbox.OnStorage, sandbox.OnBoth}},
	{"WrongDigest", sandbox.PingOneAPI, nil},
	{"ContentType", sandbox.Storage, []any{"application/octet-stream", "application/x-zip-compressed", "text/html", "application/json", "nonsense"}},
	{"ContentDisposition", sandbox.Storage, []any{`attachment; filename="../../../etc/passwd"`, `attachment; filename=".."`, `inline`, `filename*=UTF-8''%00%2Fx.zip`, "nonsense;;=\""}},
	{"NoContentLength", sandbox.Storage, nil},
	{"IgnoreRange", sandbox.Storage, nil},
	{"IgnoreIfRange", sandbox.Storage, nil},
	{"ShiftRange", sandbox.Storage, nil},
	{"WeakETag", sandbox.Storage, nil},
	{"NoETag", sandbox.Storage, nil},
	{"ErrorForm", "", []any{sandbox.ErrorEmpty, sandbox.ErrorHTML, sandbox.ErrorText}},
	{"Lists", sandbox.PingCentral, []any{sandbox.ListBare, sandbox.ListNull}},
	{"History", sandbox.PingCentral, []any{sandbox.ListBare, sandbox.ListNull}},
	{"HistoryLag", sandbox.PingCentral, []any{shortLag, time.Hour}},
	{"NewestFirst", sandbox.PingCentral, nil},
	{"Times", sandbox.PingCentral, []any{sandbox.TimeOffset, sandbox.TimeMillis}},
	{"CentralPageSize", sandbox.PingCentral, []any{1, 3, 1000}},
	{"NoSingleApplication", sandbox.PingCentral, []any{404, 405}},
	{"PromoteStatus", sandbox.PingCentral, []any{200, 201, 204}},
	{"RevertStatus", sandbox.PingCentral, []any{200, 201, 204}},
	{"NoResult", sandbox.PingCentral, nil},
	{"OfflineStatus", sandbox.PingCentral, []any{400, 422}},
	{"PromoteAnyType", sandbox.PingCentral, nil},
	{"RefuseChosenSecrets", sandbox.PingCentral, nil},
	{"ApprovalRequired", sandbox.PingCentral, nil},
	{"Login", sandbox.PingCentral, []any{"basic", "bearer"}},
}

// with is what a form needs beside itself to be seen.
var with = map[string]struct {
	options func(*sandbox.Options)
	begin   func(*sandbox.Sandbox)
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
	"NoTokenStatus":      {begin: (*sandbox.Sandbox).RevokeTokens},
	"ErrorForm":          {begin: func(s *sandbox.Sandbox) { s.Inject(sandbox.Fault{Status: 403, Times: 1, Skip: 1}) }},
	"Redirect downgrade": {options: func(o *sandbox.Options) { o.TLS = true }},
}

func pagesOfTwo(s *sandbox.Sandbox) { s.ChangeForms(func(f *sandbox.Forms) { f.PageSize = 2 }) }

func breakDownload(s *sandbox.Sandbox) {
	s.Inject(sandbox.Fault{Operation: "storage", Times: 1, Truncate: 1000})
}

// formScenarios are the values of the fields of [Forms], one at a time.
func formScenarios() []FaultScenario {
	var all []FaultScenario
	for _, f := range formTable {
		if f.values == nil {
			all = append(all, formScenario(f, true, "form: "+f.field))
			continue
		}
		for _, v := range f.values {
			all = append(all, formScenario(f, v, fmt.Sprintf("form: %s %v", f.field, quotedIfText(v))))
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

func formScenario(f formValues, value any, name string) FaultScenario {
	t := FaultScenario{Name: name, System: f.system, Lasting: true}
	more, ok := with[f.field]
	if !ok {
		more = with[fmt.Sprintf("%s %v", f.field, value)]
	}
	t.Options = more.options
	t.Begin = func(s *sandbox.Sandbox) {
		s.ChangeForms(func(forms *sandbox.Forms) {
			field := reflect.ValueOf(forms).Elem().FieldByName(f.field)
			field.Set(reflect.ValueOf(value).Convert(field.Type()))
		})
		if more.begin != nil {
			more.begin(s)
		}
	}
	return t
}
