package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

func init() {
	// A page of HTML is a string in the specification of PingCentral, and an archive is bytes in that of PingOne.
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/xml", openapi3filter.PlainBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/zip", openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/x-zip-compressed", openapi3filter.FileBodyDecoder)
}

// contract checks answers against a specification.
type contract struct {
	router routers.Router
	seen   map[string]bool // operation and status
}

func newContract(t *testing.T, file, server string) *contract {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile("../../openapi/" + file)
	if err != nil {
		t.Fatal(err)
	}
	document.Servers = openapi3.Servers{{URL: server}}
	router, err := legacy.NewRouter(document)
	if err != nil {
		t.Fatal(err)
	}
	return &contract{router: router, seen: map[string]bool{}}
}

// check fails the test when the answer is not what the specification says.
func (c *contract) check(t *testing.T, r reply) {
	t.Helper()
	req := r.Request
	route, parameters, err := c.router.FindRoute(req)
	if err != nil {
		t.Errorf("%s %s: %v", req.Method, req.URL.Path, err)
		return
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: parameters, Route: route},
		Status:                 r.StatusCode,
		Header:                 r.Header,
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.SetBodyBytes(r.body)
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		t.Errorf("%s %s: status %d: %v\n%.500s", req.Method, req.URL, r.StatusCode, err, r.body)
	}
	if redirected := r.StatusCode/100 == 3; redirected { // the validator skips these
		if location, err := url.Parse(r.Header.Get("Location")); err != nil || !location.IsAbs() {
			t.Errorf("%s: Location is no address", req.URL.Path)
		}
	}
	c.seen[fmt.Sprintf("%s %d", route.Operation.OperationID, r.StatusCode)] = true
}

func (c *contract) expect(t *testing.T, outcomes ...string) {
	t.Helper()
	for _, o := range outcomes {
		if !c.seen[o] {
			t.Errorf("no call ended as %q", o)
		}
	}
}

// catalogPaths are calls of every operation of the PingOne API, the good ones and those to be refused.
func catalogPaths(s *Sandbox) []string {
	environment := "/environments/" + CatalogEnvironmentID
	all := []string{
		"/environments", "/environments?limit=1", "/environments?limit=0", "/environments?limit=x", "/environments?cursor=x",
		"/environments?filter=" + url.QueryEscape(`name sw "Work"`),
		environment + "/integrations", environment + "/integrations?expand=latestVersion",
		environment + "/integrations?expand=everything", environment + "/integrations?filter=" + url.QueryEscape(`name sw "x"`),
		environment + "/integrations?filter=" + url.QueryEscape(`surname eq "x"`),
		environment + "/integrations/unknown", environment + "/integrations/unknown/versions",
		"/environments/unknown/integrations", "/environments/" + WorkerEnvironmentID + "/integrations",
	}
	for _, name := range []string{PingIDKit, "Zendesk", "PingOne Protect Integration Kit", "Contoso Risk Integration Kit"} {
		one := environment + "/integrations/" + s.IntegrationID(name)
		all = append(all, one, one+"?expand=latestVersion", one+"?expand=versions", one+"/versions", one+"/versions/unknown", one+"/versions/unknown/asset")
	}
	return append(all,
		versionPath(s, PingIDKit, "2.24.0"), versionPath(s, PingIDKit, "2.24.0")+"/asset", versionPath(s, PingIDKit, "2.24.0")+"/attributes",
		versionPath(s, "Zendesk", "1.0"), versionPath(s, "Zendesk", "1.0")+"/asset", versionPath(s, "Zendesk", "1.0")+"/attributes",
		versionPath(s, "Zendesk", "1.0")+"/attributes/unknown", versionPath(s, "Zendesk", "1.0")+"/attributes/"+zendeskAttribute(s))
}

// zendeskAttribute is the id of an attribute of a SAML version.
func zendeskAttribute(s *Sandbox) string {
	s.catalog.mu.RLock()
	defer s.catalog.mu.RUnlock()
	at, v := s.catalog.mustFind("Zendesk", "1.0")
	return *attributeDocument(s.catalog.integrations[at], v, 0).ID
}

var catalogForms = map[string]Forms{
	"usual":                  {},
	"small pages":            {PageSize: 1, EmptyPage: true, NoCounts: true},
	"no empty lists":         {NoEmptyLists: true, PageSize: 1, EmptyPage: true},
	"relative next":          {Next: NextRelative},
	"foreign next":           {Next: NextForeign},
	"next itself":            {Next: NextItself},
	"latest object":          {LatestVersion: LatestObject},
	"embeds object":          {LatestVersion: EmbedsObject},
	"latest list":            {LatestVersion: LatestList},
	"latest as all":          {LatestVersion: EmbedsAll},
	"latest ignored":         {LatestVersion: EmbedsNothing},
	"old third party":        {ThirdPartyOld: true},
	"unknown values":         {UnknownValues: true},
	"unknown fields":         {UnknownFields: true},
	"no kit is a bad demand": {NoKitStatus: http.StatusBadRequest},
	"not found":              {NoEnvironmentStatus: http.StatusNotFound},
	"forbidden token":        {NoTokenStatus: http.StatusForbidden},
	"direct asset":           {DirectAsset: true},
	"direct asset, old type": {DirectAsset: true, ContentType: "application/x-zip-compressed", DigestEncoding: DigestBase64},
	"moved":                  {RedirectStatus: http.StatusMovedPermanently},
	"found":                  {RedirectStatus: http.StatusFound},
	"see other":              {RedirectStatus: http.StatusSeeOther},
	"permanent redirect":     {RedirectStatus: http.StatusPermanentRedirect, DigestOn: OnBoth},
	"redirect chain":         {Redirect: RedirectChain, DigestOn: OnStorage},
	"ignored limit":          {IgnoreLimit: true},
}

func TestPingOneAnswersAsSpecified(t *testing.T) {
	s := start(t, Options{})
	p := newPingOne(t, s)
	c := newContract(t, "pingone.yaml", s.apiURL())
	token := p.token
	for name, form := range catalogForms {
		t.Run(name, func(t *testing.T) {
			s.Reset()
			s.SetForms(form)
			clear(c.seen)
			p.token = token
			for _, path := range catalogPaths(s) {
				c.check(t, p.get(path))
			}
			c.expect(t, "listEnvironments 200", "listEnvironments 400", "listIntegrations 200", "listIntegrations 400", fmt.Sprintf("listIntegrations %d", or(form.NoEnvironmentStatus, 403)),
				"getIntegration 200", "getIntegration 404", "listIntegrationVersions 200", "listIntegrationVersions 404", "getIntegrationVersion 200",
				"getIntegrationVersion 404", "listIntegrationVersionAttributes 200", "listIntegrationVersionAttributes 404",
				"getIntegrationVersionAttribute 200", "getIntegrationVersionAttribute 404")
			for _, status := range []int{403, 429, 500, 502, 503} {
				s.Inject(Fault{Status: status, Header: http.Header{"Retry-After": {"1"}}})
				c.check(t, p.get("/environments"))
				c.check(t, p.asset(PingIDKit, "2.24.0"))
				s.ClearFaults()
			}
			p.token = "wrong"
			c.check(t, p.get("/environments"))
			c.check(t, p.asset(PingIDKit, "2.24.0"))
		})
	}
}

var centralForms = map[string]Forms{
	"usual":          {},
	"bare lists":     {Lists: ListBare, History: ListBare},
	"null lists":     {Lists: ListNull, History: ListNull, NewestFirst: true},
	"millis":         {Times: TimeMillis},
	"offset":         {Times: TimeOffset},
	"created":        {PromoteStatus: http.StatusCreated, RevertStatus: http.StatusCreated},
	"no content":     {PromoteStatus: http.StatusNoContent, RevertStatus: http.StatusNoContent},
	"unknown values": {UnknownValues: true},
	"unknown fields": {UnknownFields: true},
	"pages":          {CentralPageSize: 2},
	"html errors":    {ErrorForm: ErrorHTML},
	"any type":       {PromoteAnyType: true, OfflineStatus: http.StatusUnprocessableEntity},
	"approval":       {ApprovalRequired: true},
}

func TestPingCentralAnswersAsSpecified(t *testing.T) {
	s := start(t, Options{})
	p := newPingCentral(t, s)
	c := newContract(t, "pingcentral.yaml", s.centralURL()+"/api/v1")
	for name, form := range centralForms {
		t.Run(name, func(t *testing.T) {
			s.Reset()
			s.SetForms(form)
			clear(c.seen)
			p.user, p.password = AdministratorName, AdministratorPassword
			callCentral(t, s, p, c)
			c.expect(t, "listApplications 200", "getApplication 200", "getApplication 404", "updateApplication 200", "updateApplication 400",
				"updateApplication 404", "updateApplication 422", "listPromotions 200", "listPromotions 404", "promoteApplication 404",
				"promoteApplication 422", "revertApplication 404", "revertApplication 422", "listEnvironments 200",
				"getEnvironment 200", "getEnvironment 404", "createApplication 201", "createApplication 400", "createApplication 422",
				"deleteApplication 204", "deleteApplication 404")
			s.SetForms(Forms{NoSingleApplication: http.StatusMethodNotAllowed})
			c.check(t, p.do(http.MethodGet, "/applications/"+PayrollID, ""))
			s.SetForms(form)

			p.user, p.password = OwnerName, OwnerPassword
			callCentral(t, s, p, c)
			c.expect(t, "getApplication 403", "promoteApplication 403", "createApplication 403", "deleteApplication 403")
			p.password = "wrong"
			c.check(t, p.do(http.MethodGet, "/applications", ""))
			c.check(t, p.promote(Payroll, Test, redirects))
			c.expect(t, "listApplications 401", "promoteApplication 401")
		})
	}
}

func callCentral(t *testing.T, s *Sandbox, p *pingCentral, c *contract) {
	t.Helper()
	for _, path := range []string{"/applications", "/applications?page=1&numberPerPage=3", "/applications/unknown", "/environments", "/applications/promotion/history/unknown"} {
		c.check(t, p.do(http.MethodGet, path, ""))
	}
	for _, a := range []string{Payroll, Benefits, Travel, Intranet, Ledger, "Starter", "Partner Gateway"} {
		one := p.do(http.MethodGet, "/applications/"+s.ApplicationID(a), "")
		c.check(t, one)
		if one.StatusCode == http.StatusOK {
			c.check(t, p.do(http.MethodPut, "/applications/"+s.ApplicationID(a), string(one.body)))
		}
		for _, e := range []string{Test, Staging, Production} {
			c.check(t, p.promote(a, e, redirects))
		}
		c.check(t, p.promote(a, Test, `{"redirectUris":["https://*.example.com/"]}`))
		c.check(t, p.do(http.MethodGet, "/applications/promotion/history/"+s.ApplicationID(a), ""))
		for _, row := range s.Promotions(a) {
			c.check(t, p.do(http.MethodPut, "/applications/promotion/history/"+*row.ID+"/restore/"+s.ApplicationID(a), ""))
		}
	}
	c.check(t, p.do(http.MethodPut, "/applications/"+PayrollID, `{"name":"","type":"OAuth","applicationOwners":["a"]}`))
	c.check(t, p.do(http.MethodPut, "/applications/"+PayrollID, strings.Repeat("[", 3)))
	c.check(t, p.do(http.MethodGet, "/environments/"+s.EnvironmentID(Test), ""))
	c.check(t, p.do(http.MethodGet, "/environments/unknown", ""))
	c.check(t, p.do(http.MethodGet, "/environments?filter=stag&page=0&numberPerPage=10", ""))
	created := p.do(http.MethodPost, "/applications", `{"name":"Made for `+p.user+`","type":"OAuth","applicationOwners":["`+AdministratorName+`"]}`)
	c.check(t, created)
	c.check(t, p.do(http.MethodPost, "/applications", `{"name":"Payroll","type":"OAuth","applicationOwners":["a"]}`))
	c.check(t, p.do(http.MethodPost, "/applications", "["))
	c.check(t, p.do(http.MethodDelete, "/applications/unknown", ""))
	if created.StatusCode == http.StatusCreated {
		c.check(t, p.do(http.MethodDelete, "/applications/"+created.json(t)["id"].(string), ""))
	}
	if p.user == OwnerName {
		c.check(t, p.do(http.MethodDelete, "/applications/"+s.ApplicationID(Ledger), ""))
	}
	c.check(t, p.do(http.MethodPut, "/applications/unknown", `{"name":"x","type":"OAuth","applicationOwners":["a"]}`))
	c.check(t, p.do(http.MethodPost, "/applications/promotion/"+PayrollID+"/unknown", redirects))
	c.check(t, p.do(http.MethodPut, "/applications/promotion/history/unknown/restore/"+PayrollID, ""))
}
