// Package sandbox is a PingOne with its token endpoint and integration catalog, a presigned object storage on another host
// name, and a PingCentral over TLS, all in one process and in memory. It is as strict as the real systems are known to be,
// changes its state by their rules, and fails on demand ([Fault], [Forms]) in the ways they may fail.
//
// It serves the server interfaces that are generated from the same specifications as the clients.
package sandbox
