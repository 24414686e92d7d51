// Package pingkit has no code: it is the front page of the module's documentation.
//
// A program of your own imports
//
//   - [example.com/pingkit/connect], which makes clients that are safe to use, from a struct or from the environment: the access token
//     stays with its own API, reads are retried, writes are sent once, and each failure is one typed error;
//   - [example.com/pingkit/gen/client/pingone] and [example.com/pingkit/gen/client/pingcentral], the models and the plain clients, which are
//     generated from the specifications in openapi/.
//
// The programs in examples/ show how to read (promotion-history), to read all pages (list-integrations), to download (download-asset) and
// to write (promote-application). The module's own programs are cmd/mcp-server, an MCP server, and cmd/pingkit, a command for scripts and
// for the start of containers; their parts are below internal/, and CONTRIBUTING.md has a map of them.
package pingkit
