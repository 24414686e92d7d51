// Package pingcentral is a client of PingCentral: it reads applications and environments, promotes an application to an environment, and
// reverts it to an earlier promotion. It is generated from openapi/pingcentral.yaml; only the files that do not end in .gen.go are written by
// hand.
//
// # A client
//
// Package connect makes a client that is ready to use: it authenticates, sends the header that PingCentral demands, trusts a private
// certificate authority, retries reads, and sends writes once.
//
//	api, err := connect.NewPingCentral(connect.PingCentralSettings{URL: url, Username: name, Password: password})
//	history, err := connect.JSON[pingcentral.PromotionHistory](api.ListPromotions(ctx, applicationID))
//	promotions, err := history.Promotions()
//
// [NewClient] makes one without all that. Its server is the address of the API with its version, such as
// https://pingcentral.example.com:9022/api/v1. A [RequestEditorFn] must add the Authorization header, Basic or Bearer, and on every call, reads
// included, [XSRFHeader] with [XSRFHeaderValue].
//
// # Which method
//
// The methods of [Client] return the *http.Response as it comes: look at the status, limit the body, and close it. They are what a program
// should use. The methods of [ClientWithResponses] read the whole answer into memory and decode it into a field for each status,
// such as JSON200 and JSON404. That is handy in a script. An answer that says it is JSON and is not gives an error there, and the status is lost.
// The form of errors is not documented, so that can happen with any status.
//
// # Calls
//
//   - [Client.ListApplications], [Client.GetApplication]
//   - [Client.UpdateApplication]: replaces an application; [Application.Input] makes the body of one that was read
//   - [Client.CreateApplication], [Client.DeleteApplication]: paths and bodies are inferred, see openapi/pingcentral.yaml
//   - [Client.ListEnvironments], [Client.GetEnvironment]: where an application can be promoted to
//   - [Client.ListPromotions]: the promotion history of an application
//   - [Client.PromoteApplication]: writes the application into an environment
//   - [Client.RevertApplication]: brings PingCentral's copy back to a promotion; not live until promoted again
//
// Never repeat a promotion or a revert whose outcome is in doubt: there is no idempotency key. Read the history instead. Never
// repeat a call that was answered 401: PingCentral locks the account for a while.
//
// # Identifiers
//
// An identifier is opaque. It becomes one segment of a path and is escaped for that. A call with an identifier that is empty or has
// a segment "." or "..", which would address another resource, fails with [ErrPathParameter] before anything is sent.
//
// # What may be missing or new
//
// No example of an answer is public. A list may come as {"items": [...]} or bare: [ApplicationCollection.Applications],
// [PromotionHistory.Promotions] and [EnvironmentCollection.Environments] read both, and [Timestamp] is text or a number. Fields that
// the reference calls required are plain values, and zero if a server leaves them out; all others are pointers, or slices that may be
// nil. Strings with known values may carry others. Fields of an application or a promotion that this package does not know are in
// AdditionalProperties, byte for byte, and are written back when the value is encoded. A null in a field that it does know is
// absent after that.
//
// # Secrets
//
// A server answers with the passwords of its environments. [Environment] has no place for them, so they are gone once the answer
// is decoded; never log the answer itself. [ClientSecret] has no call, because the paths are not documented.
package pingcentral
