// Package pingkit has no code: it is the front page of the module's documentation.
//
// To write a program of your own, import
//
//   - [example.com/pingkit/connect], which turns settings into clients that are safe to use: the bearer token stays with its own
//     API, reads are retried where that helps, writes are sent once, and each failure is one typed error;
//   - [example.com/pingkit/gen/client/pingone] and [example.com/pingkit/gen/client/pingcentral], the clients and models that are
//     generated from the specifications in openapi/.
//
// The programs in examples/ read, page and write with them. The two commands are cmd/mcp-server, an MCP server, and
// cmd/pingkit, for scripts and for the start of containers; what they are made of is below internal/, and CONTRIBUTING.md has a map of it.
package pingkit
