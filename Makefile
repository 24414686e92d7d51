# demo, build and test are for newcomers and need Go alone. "make check" is what CI runs (see .ci/run).

MODULE  := $(shell sed -n 's/^module //p' go.mod)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
LDFLAGS := -s -w -X $(MODULE)/internal/buildinfo.value=$(VERSION)
GO      ?= go
# One set of flags for programs and tests, so that they share one compilation. Without grpcnotrace, gRPC, which OpenTelemetry's
# exporters link and do not use, brings html/template and a third of the size of mcp-server.
FLAGS   := -trimpath -tags grpcnotrace
BUILD   := CGO_ENABLED=0 $(GO) build $(FLAGS) -ldflags '$(LDFLAGS)' -o bin/
# The race detector needs a C compiler; without one the tests run without it.
RACE    := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED)),-race,)

.DEFAULT_GOAL := help
.PHONY: help demo build test check lint lint-go lint-openapi generate check-generated budgets integration conformance clients fixtures packages \
	faults mutants fuzz bench soak pin-image snapshot server-json release rename-module clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## watch a real MCP client do the whole job against the sandbox
	@$(BUILD) ./cmd/mcp-server
	@bin/mcp-server demo

build: ## build both programs into bin/
	$(BUILD) ./cmd/...

test: ## run the tests
	CGO_ENABLED=0 $(GO) test $(FLAGS) ./...

check: lint check-generated ## what CI runs before the programs of others: lint, generated files, all tests with the race detector
	$(GO) test $(RACE) -tags faults ./...
	cd dev && $(GO) test ./...

lint: lint-go lint-openapi ## check format, code and specifications

lint-go:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "hint: gofmt -w ."; exit 1; }
	$(GO) vet -tags faults,integration ./...
	cd dev && $(GO) vet -tags packages,integration ./...
	cd dev && $(GO) build -o ../bin/tools/ honnef.co/go/tools/cmd/staticcheck
	bin/tools/staticcheck -tags faults,integration ./...
	cd dev && ../bin/tools/staticcheck ./...
	cd test/oidc && $(GO) vet -tags integration ./...
	cd test/s3 && $(GO) vet -tags integration ./...

lint-openapi: test/node/node_modules # needs npm
	test/node/node_modules/.bin/redocly lint --config openapi/redocly.yaml openapi/pingone.yaml openapi/pingcentral.yaml

generate: ## generate the clients, the tables in the documents, the chart's schema and the third-party notices
	cd dev && $(GO) generate .

check-generated: generate ## fail if "make generate" changes a file
	@git diff --exit-code --stat || { echo "generated files differ: commit what 'make generate' makes"; exit 1; }

budgets: ## print the budgets: bytes and tokens of the tools, sizes of the programs, what they do at start
	cd dev && $(GO) test ./tokens -run TestBudgets -count 1 -v

integration: ## tests that need other programs: redis-server, curl, unzip, an OpenID provider, S3 storages; or root, to mount disks
	$(GO) test $(RACE) -tags integration,faults -run Integration ./internal/pingcentral ./cmd/mcp-server ./cmd/pingkit ./internal/install ./internal/lockfile
	cd dev && $(GO) test -tags integration -run Integration ./bench
	cd test/oidc && $(GO) test -tags integration -run Integration ./...
	cd test/s3 && $(GO) test -tags integration -run Integration ./...

conformance: build fixtures test/node/node_modules ## run MCP's conformance suite against the server; needs npm
	test/node/node_modules/.bin/node test/node/conformance.mjs bin/mcp-server bin/conformance

clients: build fixtures test/node/node_modules ## run the MCP clients of npm against the server; needs npm
	test/node/node_modules/.bin/node test/node/clients.mjs bin/mcp-server bin/conformance

fixtures: # the suite's fixtures behind the product's transports
	cd dev && $(GO) build -o ../bin/conformance ./conformance

test/node/node_modules: test/node/package.json test/node/package-lock.json
	cd test/node && npm ci --no-audit --no-fund
	touch $@

packages: test/node/node_modules ## check chart, unit, bundles and image recipe; needs Node.js and systemd
	cd dev && $(GO) test -tags packages -timeout 60m ./packaging

faults: ## inject each fault into each tool and command, and fail their file-system calls; SOME=1: some of each kind
	$(GO) test -p 1 -tags faults ./cmd/mcp-server ./cmd/pingkit ./internal/install -run 'TestFaultMatrix|TestFaultsMemory|FailingCalls' $(if $(SOME),,-faults) -timeout 60m

mutants: ## break each safety rule on purpose, and show that a test fails; ONLY=pattern
	cd dev && $(GO) run ./mutants $(if $(ONLY),-only '$(ONLY)')

# How long each fuzz test runs.
FUZZTIME ?= 20s

fuzz: ## run each fuzz test for FUZZTIME (20s)
	@for package in $$($(GO) list ./...); do \
		for name in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$name"; \
			$(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$package || exit 1; \
		done; \
	done

bench: build ## measure pingkit beside curl, a shell loop and a bare server: a table, also in docs/benchmarks.md; ONLY=b,c BASE=DIR
	cd dev && CGO_ENABLED=0 $(GO) build $(FLAGS) -ldflags '-s -w' -o ../bin/ ./bench ./bench/bare
	bin/bench $(if $(BASE),-base $(BASE)) $(if $(ONLY),-only $(ONLY),-write docs/benchmarks.md) bin

soak: build ## call mcp-server over HTTP and stdio for ten minutes under faults; count what grows or goes wrong; FOR=30s
	cd dev && $(GO) run ./soak $(if $(FOR),-for $(FOR)) ../bin/mcp-server

# These are built from source out of the module proxy: minutes the first time, then they come from Go's cache. Helm in the tests likewise.
GORELEASER := PATH="$(CURDIR)/bin/tools:$$PATH" $(GO) run github.com/goreleaser/goreleaser/v2@v2.16.0
SYFT       := github.com/anchore/syft/cmd/syft@v1.52.0
# The owner of the release; GitHub's runners set it.
GITHUB_REPOSITORY_OWNER ?= example
export GITHUB_REPOSITORY_OWNER

CRANE := $(GO) run github.com/google/go-containerregistry/cmd/crane@v0.22.1

pin-image: ## pin the Dockerfile's Go image by the digest that its registry has for the tag
	@image="$${IMAGE:-$$(sed -n 's/^FROM \(golang:[0-9.]*\).*/\1/p' Dockerfile)}" && digest="$$($(CRANE) digest "$$image")" && \
	sed -i.orig "s|^FROM golang:[^ ]*|FROM $$image@$$digest|" Dockerfile && rm Dockerfile.orig && grep '@sha256' Dockerfile

snapshot: ## build a release without publishing it
	$(GORELEASER) check
	GOBIN=$(CURDIR)/bin/tools $(GO) install $(SYFT)
	$(GORELEASER) release --snapshot --clean --skip=sign
	$(MAKE) server-json

server-json: # for the MCP registry, from the release in dist/
	cd dev && $(GO) run ./packaging server-json --bundles ../dist/bundles \
		--version "$$(sed 's/.*"version":"\([^"]*\)".*/\1/' ../dist/metadata.json)" \
		--repository https://github.com/$(GITHUB_REPOSITORY_OWNER)/pingkit \
		--name io.github.$(GITHUB_REPOSITORY_OWNER)/pingkit >../dist/server.json

release: # of a tag, in a workflow of GitHub: needs cosign and GITHUB_TOKEN
	GOBIN=$(CURDIR)/bin/tools $(GO) install $(SYFT)
	$(GORELEASER) release --clean
	$(MAKE) server-json

rename-module: ## give the module another path: make rename-module MODULE=github.com/you/pingkit
	@test "$(origin MODULE)" = "command line" || { echo "hint: make rename-module MODULE=github.com/you/pingkit"; exit 2; }
	git grep -lF "$$(sed -n 's/^module //p' go.mod)" -- ':!CHANGELOG.md' | xargs sed -i "s#$$(sed -n 's/^module //p' go.mod)#$(MODULE)#g"
	gofmt -w $$(git ls-files '*.go')
	$(GO) build ./...

clean: ## remove what was built
	rm -rf bin dist
