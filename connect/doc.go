// Package connect makes clients of PingOne's Integration Catalog and of PingCentral that are safe to use against production systems.
//
// # Clients
//
// [FromEnv] reads the settings from the environment, under the names that mcp-server and pingkit use. [NewPingOne] and [NewPingCentral]
// take them as a struct. No function of these sends anything: the access token is fetched with the first call. A client is safe for
// concurrent use and is meant to live as long as the program. Proxies come from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
//
// # Reading
//
// The iterators read all pages of a list, and ask for a page only when the loop reaches it:
//
//	for integration, err := range client.Integrations(ctx, environmentID, nil) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(integration.Name)
//	}
//
// [PingOne.FindIntegration] and its siblings return one item by ID or name, [NewestFirst] sorts versions, and [PingOne.OpenAsset] streams a
// kit. Every other call is a method of the generated client that [PingOne] and [PingCentral] embed. It returns an *http.Response: pass
// both results to [JSON] to decode the body, or to [Check] where the status is enough. Both close the body.
//
//	application, err := connect.JSON[pingcentral.Application](client.GetApplication(ctx, id))
//
// # Writing
//
// A write is a method of the generated client too, such as PromoteApplication. It is sent once. Where no answer came, [Error.InDoubt]
// reports that the write may have happened: read the state, and do not send the write again.
//
// # Errors
//
// A call that fails returns an *[Error], whatever the system sent: JSON, XML, a page of HTML, or nothing. Its text is one line without
// secrets. [Error.Temporary], [Error.Unauthorized] and [Error.NotFound] answer what programs ask. Settings that cannot be used are a
// *[SettingsError], which names every problem.
//
// # What does not change
//
// These rules hold for each client and each option, and later versions of this package keep them:
//
//   - Credentials go to the configured scheme, host, port and path, and nowhere else: not with a redirect, a link to a next page, or a
//     download. A request that would carry them away fails with [ErrForeignOrigin] before it is sent.
//   - A write is sent at most once, at every layer, and refused credentials of PingCentral are not sent again: it locks accounts.
//   - Reads are retried after 408, 429, 500, 502, 503, 504 and lost connections, for 30 seconds at most unless [WithRetryBudget] changes
//     that, and never sooner than Retry-After says.
//   - No error, log line or printed settings hold a secret, a token, or the query of a presigned URL.
//   - A JSON document has at most 16 MiB. Kits are streamed and never held in memory.
//   - New values of an enumeration and unknown fields are no errors.
//
// JSON documents count as held from their arrival until JSON or Check has read them. All that a process holds have a common limit of
// 48 MiB; a call that has no room waits. [KeepAnswers] extends that to decoded values.
package connect
