# demo, build and test are for newcomers, the other targets for contributors and
# for CI, which calls these same ones (see .ci/run).

GO      ?= go
# The race detector needs a C compiler; without one the tests run without it.
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race,)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w -X example.com/pingkit/internal/version.value=$(VERSION)
REDOCLY := npx --yes @redocly/cli@2.11.1

.DEFAULT_GOAL := help
.PHONY: help demo build test integration conformance clients fixtures packages snapshot server-json release lint lint-go lint-openapi generate check-generated budgets bench soak faults fuzz mutants clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## watch a real MCP client do the whole job against the sandbox
	@$(GO) run ./cmd/mcp-server demo

build: ## build both programs into bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

test: ## run the tests, with the race detector where there is a C compiler
	$(GO) test $(RACE) ./...

integration: ## tests that need programs of others: redis-server, curl, unzip, an OpenID provider, S3 storages; or root, to mount disks
	$(GO) test $(RACE) -tags integration -run Integration ./internal/pingcentral ./cmd/mcp-server ./cmd/pingkit ./internal/install ./internal/lockfile ./dev/bench
	cd test/oidc && $(GO) test -tags integration -run Integration ./...
	cd test/s3 && $(GO) test -tags integration -run Integration ./...

lint: lint-go lint-openapi ## check format, code and specs

lint-go:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these files"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	cd test/oidc && $(GO) vet -tags integration ./...
	cd test/s3 && $(GO) vet -tags integration ./...

lint-openapi: # needs npx, which comes with Node.js
	$(REDOCLY) lint --config openapi/redocly.yaml openapi/pingone.yaml openapi/pingcentral.yaml

generate: ## make clients, README tables and the chart's schema anew
	$(GO) generate ./...

check-generated: generate ## fail if that changes a file
	@git diff --exit-code --stat || { echo "generated files differ: commit what 'make generate' makes"; exit 1; }

budgets: build ## print the budgets and check them
	$(GO) run ./dev/budgets bin/mcp-server

# These are built from source out of the module proxy: minutes the first time,
# then they come from Go's cache. Helm in the tests likewise.
GORELEASER := PATH="$(CURDIR)/bin/tools:$$PATH" $(GO) run github.com/goreleaser/goreleaser/v2@v2.16.0
SYFT       := github.com/anchore/syft/cmd/syft@v1.52.0
# Whose release it is; GitHub's runners set it.
GITHUB_REPOSITORY_OWNER ?= example
export GITHUB_REPOSITORY_OWNER

packages: ## check chart, unit, bundles and image recipe; needs Node.js and systemd
	$(GO) test -tags packages -timeout 60m ./dev/packaging

snapshot: ## make a release that is not published
	$(GORELEASER) check
	GOBIN=$(CURDIR)/bin/tools $(GO) install $(SYFT)
	$(GORELEASER) release --snapshot --clean --skip=sign
	$(MAKE) server-json

server-json: # for the MCP registry, from the release in dist/
	$(GO) run ./dev/packaging server-json --bundles dist/bundles \
		--version "$$(sed 's/.*"version":"\([^"]*\)".*/\1/' dist/metadata.json)" \
		--repository https://github.com/$(GITHUB_REPOSITORY_OWNER)/pingkit \
		--name io.github.$(GITHUB_REPOSITORY_OWNER)/pingkit >dist/server.json

release: # of a tag, in a workflow of GitHub: needs cosign and GITHUB_TOKEN
	GOBIN=$(CURDIR)/bin/tools $(GO) install $(SYFT)
	$(GORELEASER) release --clean
	$(MAKE) server-json

conformance: build fixtures test/node/node_modules ## run MCP's conformance suite against the server; needs npm
	test/node/node_modules/.bin/node test/node/conformance.mjs bin/mcp-server bin/conformance

clients: build fixtures test/node/node_modules ## have the MCP clients of npm use the server; needs npm
	test/node/node_modules/.bin/node test/node/clients.mjs bin/mcp-server bin/conformance

fixtures: # the suite's fixtures behind the product's transports
	$(GO) build -o bin/conformance ./dev/conformance

test/node/node_modules: test/node/package.json
	cd test/node && npm install --no-package-lock --no-audit --no-fund
	touch $@

bench: build ## measure pingkit beside curl, a shell loop and a bare server: a table, also in docs/benchmarks.md
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./dev/bench ./dev/bench/bare
	bin/bench $(if $(ONLY),-only $(ONLY),-write docs/benchmarks.md) bin

soak: build ## call both servers for ten minutes while the systems misbehave; count what grows or goes wrong
	$(GO) run ./dev/soak $(if $(FOR),-for $(FOR)) bin/mcp-server bin/pingkit

faults: ## try every tool and command in every fault, and fail their file-system calls; SOME=1: some of each kind
	$(GO) test -p 1 ./cmd/mcp-server ./cmd/pingkit ./internal/install -run 'TestFaultMatrix|TestFaultsMemory|FailingCalls' $(if $(SOME),,-faults) -timeout 60m

mutants: ## break each safety rule on purpose, and show that a test fails
	$(GO) run ./dev/mutants $(if $(ONLY),-only '$(ONLY)')

# How long each fuzz test runs.
FUZZTIME ?= 20s

fuzz: ## run each fuzz test for FUZZTIME (20s), and say how much was tried
	$(GO) run ./dev/fuzzing -for $(FUZZTIME)

clean: ## remove what was built
	rm -rf bin dist
