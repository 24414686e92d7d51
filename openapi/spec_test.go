// Package openapi_test checks the documents of the two APIs: that they are valid, complete, and written so that an unknown value in an
// answer cannot break a client.
package openapi_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func load(t *testing.T, name string) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// operations are the calls of the reference, as "METHOD path", by operation id.
var operations = map[string]map[string]string{
	"pingone.yaml": {
		"listEnvironments":                 "GET /environments",
		"listIntegrations":                 "GET /environments/{environmentID}/integrations",
		"getIntegration":                   "GET /environments/{environmentID}/integrations/{integrationID}",
		"listIntegrationVersions":          "GET /environments/{environmentID}/integrations/{integrationID}/versions",
		"getIntegrationVersion":            "GET /environments/{environmentID}/integrations/{integrationID}/versions/{versionID}",
		"getIntegrationVersionAsset":       "GET /environments/{environmentID}/integrations/{integrationID}/versions/{versionID}/asset",
		"listIntegrationVersionAttributes": "GET /environments/{environmentID}/integrations/{integrationID}/versions/{versionID}/attributes",
		"getIntegrationVersionAttribute":   "GET /environments/{environmentID}/integrations/{integrationID}/versions/{versionID}/attributes/{attributeID}",
	},
	"pingcentral.yaml": {
		"listApplications":   "GET /applications",
		"getApplication":     "GET /applications/{applicationID}",
		"updateApplication":  "PUT /applications/{applicationID}",
		"promoteApplication": "POST /applications/promotion/{applicationID}/{environmentID}",
		"listPromotions":     "GET /applications/promotion/history/{applicationID}",
		"revertApplication":  "PUT /applications/promotion/history/{promotionID}/restore/{applicationID}",
		"listEnvironments":   "GET /environments",
		"getEnvironment":     "GET /environments/{environmentID}",
		"createApplication":  "POST /applications",
		"deleteApplication":  "DELETE /applications/{applicationID}",
	},
}

func TestDocumentsAreValidAndHoldEachCall(t *testing.T) {
	for name, want := range operations {
		t.Run(name, func(t *testing.T) {
			document := load(t, name)
			if err := document.Validate(t.Context()); err != nil {
				t.Error(err)
			}
			got := map[string]string{}
			for path, item := range document.Paths.Map() {
				for method, operation := range item.Operations() {
					got[operation.OperationID] = method + " " + path
					if operation.Summary == "" || operation.Description == "" {
						t.Errorf("%s has no summary or no description", operation.OperationID)
					}
				}
			}
			if !maps.Equal(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
		})
	}
}

// An enumeration would turn a value that the reference does not know yet into a failure.
func TestSchemasAreDescribedAndHaveNoEnumerations(t *testing.T) {
	for name := range operations {
		document := load(t, name)
		for schemaName, schema := range document.Components.Schemas {
			checkSchema(t, name+" "+schemaName, schema)
			if schema.Value.Description == "" {
				t.Errorf("%s: %s is not described", name, schemaName)
			}
		}
		for parameterName, parameter := range document.Components.Parameters {
			checkSchema(t, name+" "+parameterName, parameter.Value.Schema)
			if parameter.Value.Description == "" {
				t.Errorf("%s: parameter %s is not described", name, parameterName)
			}
		}
		for responseName, response := range document.Components.Responses {
			if *response.Value.Description == "" {
				t.Errorf("%s: response %s is not described", name, responseName)
			}
		}
	}
}

func checkSchema(t *testing.T, at string, schema *openapi3.SchemaRef) {
	t.Helper()
	if len(schema.Value.Enum) != 0 {
		t.Errorf("%s has an enumeration", at)
	}
	if has := schema.Value.AdditionalProperties.Has; has != nil && !*has {
		t.Errorf("%s forbids unknown fields", at)
	}
	for propertyName, property := range schema.Value.Properties {
		if property.Value.Description == "" {
			t.Errorf("%s.%s is not described", at, propertyName)
		}
		if property.Ref == "" {
			checkSchema(t, at+"."+propertyName, property)
		}
	}
	if items := schema.Value.Items; items != nil && items.Ref == "" {
		checkSchema(t, at+"[]", items)
	}
}

func TestPingCentralModelsHoldTheDocumentedFields(t *testing.T) {
	document := load(t, "pingcentral.yaml")
	tests := []struct {
		schema   string
		fields   string // name:type, in the reference's order; ? for a form that is not documented
		required string
	}{
		{"Application", `applicationOwners:array applicationOwnerGroups:array created:? description:string enabled:boolean
			environmentId:string id:string modified:? name:string pingcentralVersion:string
			shouldUpdateToLatestTemplateVersion:boolean templateId:string templateVersion:integer type:string unmanaged:boolean
			usingOutdatedTemplate:boolean`, "applicationOwners name type"},
		{"ApplicationInput", `applicationOwners:array applicationOwnerGroups:array created:? description:string environmentId:string id:string
			modified:? name:string pingcentralVersion:string shouldUpdateToLatestTemplateVersion:boolean templateId:string
			templateVersion:integer type:string unmanaged:boolean usingOutdatedTemplate:boolean`, "applicationOwners name type"},
		{"ClientSecret", "clientSecret:string", ""},
		{"Promotion", `applicationId:string environmentId:string environmentName:string environmentShortCode:string id:string
			name:string notPromotedInCurrentVersion:boolean outdatedVersion:boolean promoted:? type:string`,
			"applicationId environmentId name type"},
	}
	for _, tt := range tests {
		t.Run(tt.schema, func(t *testing.T) {
			schema := document.Components.Schemas[tt.schema].Value
			var got []string
			for name, property := range schema.Properties {
				kind := "?"
				if types := property.Value.Type.Slice(); len(types) == 1 {
					kind = types[0]
				}
				got = append(got, name+":"+kind)
			}
			want := strings.Fields(tt.fields)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("\n got %v\nwant %v", got, want)
			}
			if want := strings.Fields(tt.required); !slices.Equal(schema.Required, want) {
				t.Errorf("required %v, want %v", schema.Required, want)
			}
		})
	}
}

func TestPingCentralAnswersWithTheDocumentedCodes(t *testing.T) {
	document := load(t, "pingcentral.yaml")
	codes := map[string]bool{}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			for code := range operation.Responses.Map() {
				codes[code] = true
			}
			for _, code := range []string{"200", "400", "401", "403", "404", "422"} {
				if operation.Responses.Value(code) == nil {
					t.Errorf("%s %s has no answer %s", method, path, code)
				}
			}
		}
	}
	for _, code := range []string{"201", "204"} {
		if !codes[code] {
			t.Errorf("no call answers %s", code)
		}
	}
}

func TestPingCentralEnvironmentHasNoPlaceForSecrets(t *testing.T) {
	environment := load(t, "pingcentral.yaml").Components.Schemas["Environment"].Value
	if environment.AdditionalProperties.Has != nil || environment.AdditionalProperties.Schema != nil {
		t.Error("the environment keeps unknown fields, and with them its passwords")
	}
	for name := range environment.Properties {
		if lower := strings.ToLower(name); strings.Contains(lower, "password") || strings.Contains(lower, "secret") {
			t.Errorf("the environment has the field %s", name)
		}
	}
}

func TestEveryCallOfPingCentralDemandsItsHeader(t *testing.T) {
	document := load(t, "pingcentral.yaml")
	if scheme := document.Components.SecuritySchemes["xsrf"].Value; scheme.In != "header" || scheme.Name != "X-XSRF-Header" {
		t.Errorf("the scheme is %s %s", scheme.In, scheme.Name)
	}
	for _, requirement := range document.Security {
		if _, found := requirement["xsrf"]; !found || len(requirement) != 2 {
			t.Errorf("the requirement %v is not the header with one kind of credentials", requirement)
		}
	}
}

func TestPingCentralListOfEnvironmentsHasPagesAndAFilter(t *testing.T) {
	parameters := load(t, "pingcentral.yaml").Paths.Value("/environments").Get.Parameters
	for _, name := range []string{"filter", "page", "numberPerPage"} {
		if parameters.GetByInAndName("query", name) == nil {
			t.Errorf("no parameter %s", name)
		}
	}
}

func TestInferredCallsSayThatTheyAreInferred(t *testing.T) {
	document := load(t, "pingcentral.yaml")
	for _, operation := range []string{document.Paths.Value("/applications").Post.Description, document.Paths.Value("/applications/{applicationID}").Delete.Description} {
		if !strings.HasPrefix(operation, "Inferred") {
			t.Errorf("%q does not begin with Inferred", operation)
		}
	}
}

func TestAssetAnswersWithARedirectTheArchiveOrMetadata(t *testing.T) {
	document := load(t, "pingone.yaml")
	path := operations["pingone.yaml"]["getIntegrationVersionAsset"]
	responses := document.Paths.Value(strings.TrimPrefix(path, "GET ")).Get.Responses
	for _, code := range []string{"301", "302", "303", "307", "308"} {
		response := responses.Value(code)
		if response == nil {
			t.Errorf("no answer %s", code)
			continue
		}
		for _, header := range []string{"Location", "x-amz-meta-etag"} {
			if response.Value.Headers[header] == nil {
				t.Errorf("answer %s has no header %s", code, header)
			}
		}
	}
	if content := responses.Value("200").Value.Content; content.Get("application/zip") == nil {
		t.Error("answer 200 is no archive")
	} else if content.Get("application/xml") == nil {
		t.Error("answer 200 is no SAML metadata")
	}
	if responses.Value("429").Value.Headers["Retry-After"] == nil {
		t.Error("answer 429 has no header Retry-After")
	}
}
