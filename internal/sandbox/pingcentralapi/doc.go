// Package pingcentralapi is the interface that the simulated PingCentral serves. It is generated from openapi/pingcentral.yaml, the
// document that the client comes from as well, so that the simulator cannot drift away from it.
package pingcentralapi
