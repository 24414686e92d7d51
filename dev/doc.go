// Package dev is the root of the module for people who change pingkit: code generators, budgets, benchmarks, the soak and
// mutation tests, packaging, and the fixtures of the conformance suite. It is a module of its own, so that the product's go.mod
// lists what the product links and what its tests need, nothing else.
//
// "make generate" runs the directives below. The one with gofmt lets a generated client read media types in every spelling; see the
// function Body of gen/client/internal/runtime. The versions of the generators are those of go.mod in this folder.
package dev

//go:generate go tool oapi-codegen -config ../openapi/pingone.client.yaml ../openapi/pingone.yaml
//go:generate gofmt -r "io.ReadAll(rsp.Body) -> io.ReadAll(runtime.Body(rsp))" -w ../gen/client/pingone/pingone.gen.go
//go:generate go tool oapi-codegen -config ../openapi/pingone.server.yaml ../openapi/pingone.yaml
//go:generate go tool oapi-codegen -config ../openapi/pingcentral.client.yaml ../openapi/pingcentral.yaml
//go:generate gofmt -r "io.ReadAll(rsp.Body) -> io.ReadAll(runtime.Body(rsp))" -w ../gen/client/pingcentral/pingcentral.gen.go
//go:generate go tool oapi-codegen -config ../openapi/pingcentral.server.yaml ../openapi/pingcentral.yaml
//go:generate go run ./docs
//go:generate go run ./packaging chart-schema --out ../deploy/chart/values.schema.json
//go:generate go run ./packaging notices --root .. --out ../THIRD_PARTY_NOTICES
