# Targets for newcomers: demo, build, test. For contributors and CI: lint,
# generate, budgets. CI calls these same targets (see .ci/run).

GO      ?= go
# The race detector needs a C compiler; without one the tests run without it.
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race,)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w -X pingkit/internal/version.value=$(VERSION)
REDOCLY := npx --yes @redocly/cli@2.11.1

.DEFAULT_GOAL := help
.PHONY: help demo build test integration lint lint-go lint-openapi generate check-generated budgets conformance clients fixtures clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## watch a real MCP client do the whole job against the sandbox
	@$(GO) run ./cmd/mcp-server demo

build: ## build both programs into bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

test: ## run the tests, with the race detector where there is a C compiler
	$(GO) test $(RACE) ./...

integration: ## tests that need programs of others: redis-server, an OpenID provider
	$(GO) test $(RACE) -tags integration -run Integration ./...
	cd test/oidc && $(GO) test -tags integration -run Integration ./...

lint: lint-go lint-openapi ## check format, code and specs

lint-go:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

lint-openapi: # needs npx, which comes with Node.js
	$(REDOCLY) lint --config openapi/redocly.yaml openapi/pingone.yaml openapi/pingcentral.yaml

generate: ## make clients, schemas' snapshots and README tables anew
	$(GO) generate ./...

check-generated: generate ## fail if that changes a file
	@git diff --exit-code --stat || { echo "generated files differ: commit what 'make generate' makes"; exit 1; }

budgets: build ## print the budgets and check them
	$(GO) run ./internal/budgets bin/mcp-server

conformance: build fixtures test/node/node_modules ## run MCP's conformance suite against the server; needs npm
	test/node/node_modules/.bin/node test/node/conformance.mjs bin/mcp-server bin/conformance

clients: build fixtures test/node/node_modules ## have the MCP clients of npm use the server; needs npm
	test/node/node_modules/.bin/node test/node/clients.mjs bin/mcp-server bin/conformance

fixtures: # the suite's fixtures behind the product's transports
	$(GO) build -o bin/conformance ./internal/httpserver/conformance

test/node/node_modules: test/node/package.json
	cd test/node && npm install --no-package-lock --no-audit --no-fund
	touch $@

clean:
	rm -rf bin dist
