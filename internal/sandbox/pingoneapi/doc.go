// Package pingoneapi is the interface that the simulated PingOne serves. It is generated from openapi/pingone.yaml, the document that the
// client comes from as well, so that the simulator cannot drift away from it.
package pingoneapi
