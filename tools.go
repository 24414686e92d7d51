// Package pingkit is a module without code at its root: the programs are in cmd, the generated clients in gen/client, and connect turns
// credentials into ready clients.
//
// This file holds the generator's lines. The generator's version is pinned by the tool directive of go.mod.
package pingkit

//go:generate go tool oapi-codegen -config openapi/pingone.client.yaml openapi/pingone.yaml
//go:generate go tool oapi-codegen -config openapi/pingone.server.yaml openapi/pingone.yaml
//go:generate go tool oapi-codegen -config openapi/pingcentral.client.yaml openapi/pingcentral.yaml
//go:generate go tool oapi-codegen -config openapi/pingcentral.server.yaml openapi/pingcentral.yaml
//go:generate go run ./dev/docs
//go:generate go run ./dev/packaging chart-schema --out deploy/chart/values.schema.json
//go:generate go run ./dev/packaging notices --out THIRD_PARTY_NOTICES
