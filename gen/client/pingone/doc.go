// Package pingone is a client of the PingOne Integration Catalog: it lists environments, integrations and versions, and asks for the kit of
// a version. It is generated from openapi/pingone.yaml; only the files that do not end in .gen.go are written by hand.
//
// # A client
//
// Package connect makes a client that is ready to use: it fetches tokens, retries reads, limits answers, and keeps the token away from other
// hosts.
//
//	api, err := connect.NewPingOne(connect.PingOneSettings{ClientID: id, ClientSecret: secret, EnvironmentID: env, Region: "EU"})
//	page, err := connect.JSON[pingone.IntegrationCollection](api.ListIntegrations(ctx, env, nil))
//	for _, integration := range page.Embedded.Integrations {
//		fmt.Println(integration.ID, integration.Name)
//	}
//
// [NewClient] makes one without all that. Its server is the address of the API with its version, such as https://api.pingone.eu/v1,
// and a [RequestEditorFn] adds the Authorization header.
//
// # Which method
//
// The methods of [Client] return the *http.Response as it comes: look at the status, limit the body, and close it. They are what a program
// should use, and the only way to a kit, which may be 50 MB. The methods of [ClientWithResponses] read the whole answer into memory and
// decode it into a field for each status, such as JSON200 and JSON404. That is handy in a script. An answer that says it is JSON and is not
// gives an error there, and the status is lost.
//
// # Calls
//
// In the order in which a kit is found:
//
//   - [Client.ListEnvironments]: the environments of the worker application
//   - [Client.ListIntegrations], [Client.GetIntegration]: what is in an environment's catalog
//   - [Client.ListIntegrationVersions], [Client.GetIntegrationVersion]: the versions of an integration
//   - [Client.GetIntegrationVersionAsset]: the kit of a version; of a SAML version, its metadata in XML
//   - [Client.ListIntegrationVersionAttributes], [Client.GetIntegrationVersionAttribute]: the attributes of a SAML version
//
// Parameters may be nil. Each parameter struct can carry a transaction id and a session id, which PingOne shows in its audit report.
//
// # Identifiers
//
// An identifier is opaque and not always a UUID. It becomes one segment of a path and is escaped for that. A call with
// an identifier that is empty or has a segment "." or "..", which would address another resource, fails with [ErrPathParameter] before
// anything is sent.
//
// # Lists
//
// A list comes in pages. The method Next of a collection returns the address of the next page, or "". Follow it with the same token, and only
// if it is on the API's own host.
//
// # Kits
//
// The answer of [Client.GetIntegrationVersionAsset] is a redirect to a presigned address at an object storage. An http.Client that
// follows redirects by itself may send the token there, and the storage refuses a request that has one: set CheckRedirect to
// return http.ErrUseLastResponse, read Location, and ask for that address with a client that has no credentials. The address is a secret until
// it expires. The header x-amz-meta-etag, on either answer, holds the SHA-256 of the kit in one of several forms.
//
// # What may be missing or new
//
// Fields that the reference calls required are plain values, and zero if a server leaves them out; all others are pointers, or slices that
// may be nil. Strings with known values may carry others. Dates are strings. Fields that this package does not know are in
// AdditionalProperties, byte for byte, and are written back when the value is encoded. A null in a field that it does know is
// absent after that. Where the reference leaves the form of a value open there is a method that reads all of them:
// [Integration.LatestVersion], [Integration.EmbeddedVersions], [ThirdParty.Company].
package pingone
