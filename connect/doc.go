// Package connect turns credentials into clients that are safe to use: a token
// that is fetched once and never leaves the API's origin, no automatic
// redirects, retries of what may be retried, bounded answers, and one typed
// error for every form of failure.
//
// [NewPingOne] and [NewPingCentral] embed the generated clients, whose methods
// answer with *http.Response. Read such an answer with [JSON], or with [Check]
// where its body does not matter:
//
//	client, err := connect.NewPingOne(connect.PingOneSettings{ … })
//	page, err := connect.JSON[pingone.IntegrationCollection](client.ListIntegrations(ctx, environment, nil))
//
// An answer that is read otherwise has to be closed, as always in Go: the JSON
// documents that a process holds at a time have a limit together, and a call waits
// until there is room. Use [KeepAnswers] where much of what was decoded stays in
// memory for a while.
//
// Nothing is sent before the first call. All clients are safe for concurrent
// use. Proxies are taken from HTTPS_PROXY, HTTP_PROXY and NO_PROXY.
package connect
