# Parley: make run opens the practice workspace, make test proves everything. make help lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# One set of tags everywhere: a second one would compile SQLite again.
TAGS    := webkit2_41 sqlite_fts5 sqlite_omit_load_extension
DESKTOP := desktop,production,webkit2_41,sqlite_fts5,sqlite_omit_load_extension
GO      := go
WINDOWS := CC=x86_64-w64-mingw32-gcc CGO_ENABLED=1 GOOS=windows GOARCH=amd64
STAMPS  := build/.stamps
TOOLS   := $(CURDIR)/build/bin/tools
export PATH := $(TOOLS):$(PATH)

PAGE    := $(shell find frontend/src frontend/messages frontend/public -type f 2>/dev/null) $(wildcard frontend/*.html frontend/*.ts frontend/*.js frontend/*.json)

## run: install what is missing, build, and open the window on the practice workspace
.PHONY: run
run: app
	@build/run.sh build/bin/parley --practice

## test: install what is missing, then everything that CI runs
.PHONY: test
test: setup-test check-generated lint audit page-test go-test fuzz page-e2e app window-test windows

## bench: measure, each figure beside its target and a baseline (BENCH_JSON=file writes them)
.PHONY: bench
bench: setup-test app
	$(GO) run -tags "$(TAGS)" ./build/bench

## app: build the desktop application into build/bin/parley
.PHONY: app
app: setup-run frontend/dist/index.html
	@mkdir -p build/bin
	$(GO) build -tags "$(DESKTOP)" -ldflags "-s -w" -o build/bin/parley .

## windows: build parley.exe and parley-hub.exe with mingw-w64, as a check that they build (make package on Windows adds icon and manifest)
.PHONY: windows
windows: setup-test frontend/dist/index.html
	@mkdir -p build/bin
	$(WINDOWS) $(GO) build -tags "$(DESKTOP)" -ldflags "-s -w -H windowsgui" -o build/bin/parley.exe .
	$(WINDOWS) $(GO) build -tags "$(DESKTOP)" -ldflags "-s -w" -o build/bin/parley-hub.exe ./backend/cmd/parley-hub

## hub: build the team's hub into build/bin/parley-hub
.PHONY: hub
hub: build/bin/parley-hub

## package: build with the Wails command line (application bundle on macOS, installer resources on Windows)
.PHONY: package
package: setup-run frontend/dist/index.html
	$(GO) tool wails build -s -m -nosyncgomod -skipbindings -trimpath -tags "$(subst $(space),$(comma),$(TAGS))"

## dev: live reload of the window
.PHONY: dev
dev: setup-run $(STAMPS)/npm
	$(GO) tool wails dev -m -nosyncgomod -tags "$(TAGS)"

.PHONY: setup-run setup-test
setup-run:
	@build/setup.sh run
setup-test:
	@build/setup.sh run
	@build/setup.sh test

$(STAMPS)/npm: frontend/package-lock.json frontend/package.json
	@mkdir -p $(STAMPS)
	@# Not npm ci: it refuses a lock file in which optional packages of other systems, that a registry did not have, are missing.
	cd frontend && npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/index.html: $(STAMPS)/npm $(PAGE)
	cd frontend && npm run --silent build
	@touch frontend/dist/.gitkeep $@

## page-test: types, lint, unit tests of the page, and each component's states in Chromium
.PHONY: page-test
page-test: setup-test $(STAMPS)/page-test
$(STAMPS)/page-test: $(STAMPS)/npm $(PAGE) $(wildcard frontend/components/*.ts frontend/e2e/*.ts)
	cd frontend && npm run --silent check && npm test --silent
	@touch $@

build/bin/parley-headless: $(shell find app backend build/headless -type f -not -name '*_test.go' 2>/dev/null)
	@mkdir -p build/bin
	$(GO) build -tags "$(TAGS)" -o $@ ./build/headless

build/bin/parley-hub: $(shell find backend -type f -not -name '*_test.go' 2>/dev/null)
	@mkdir -p build/bin
	$(GO) build -tags "$(TAGS)" -o $@ ./backend/cmd/parley-hub

## page-e2e: the page in Chromium against a real hub: every flow, and axe on every state in light and dark
.PHONY: page-e2e
page-e2e: setup-test frontend/dist/index.html build/bin/parley-headless build/bin/parley-hub
	cd frontend && npx playwright test

## screenshots: every state in light and dark at three sizes into build/screenshots, and one sheet of them all
.PHONY: screenshots
screenshots: setup-test frontend/dist/index.html build/bin/parley-headless build/bin/parley-hub
	rm -rf build/screenshots
	cd frontend && PARLEY_PICTURES=1 npx playwright test
	build/sheet.sh

## go-test: all Go tests with the race detector
.PHONY: go-test
go-test: setup-test
	$(GO) test -race -tags "$(TAGS)" -timeout 20m ./backend/... ./app/...

## fuzz: the parsers of what others send us, each for a little while (FUZZTIME=10m for longer)
FUZZTIME ?= 5s
.PHONY: fuzz
fuzz: setup-test
	$(GO) test -tags "$(TAGS)" -run '^$$' -fuzz '^FuzzParse$$' -fuzztime $(FUZZTIME) ./backend/channel/whatsapp
	$(GO) test -tags "$(TAGS)" -run '^$$' -fuzz '^FuzzParse$$' -fuzztime $(FUZZTIME) ./backend/channel/messenger
	$(GO) test -tags "$(TAGS)" -run '^$$' -fuzz '^FuzzVerify$$' -fuzztime $(FUZZTIME) ./backend/channel/graph

## window-test: the main job in the real window (Xvfb, WebKitWebDriver, D-Bus); screenshots in artifacts/
.PHONY: window-test
window-test: setup-test app
	PARLEY_WINDOW_TEST=1 $(GO) test -tags "$(TAGS)" -count=1 -timeout 15m -v ./build/e2e/...

## lint: vet, formatting, import rules, and the test that the race detector does not take
.PHONY: lint
lint:
	@test -z "$$(gofmt -l main.go app backend build | tee /dev/stderr)" || { echo "gofmt these files"; exit 1; }
	$(GO) vet -tags "$(TAGS)" ./backend/... ./app/... ./build/...
	@# What there is for macOS, as far as it can be looked at without its C libraries.
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 $(GO) vet -tags "$(TAGS)" ./app/notify ./app/badge ./app/startup ./app/tray ./app/words ./backend/desk/alerts
	$(GO) test -tags "$(TAGS)" ./build/rules ./build/sounds ./app/tray

## audit: known holes (govulncheck), linters with gosec, and every dependency's licence; lists of parts in build/bin/sbom
# Where the database of vulnerabilities cannot be reached it says so; AUDIT_STRICT=1 lets that fail too, GOVULNDB names another.
SBOM := build/bin/sbom
.PHONY: audit
audit: setup-test $(STAMPS)/npm $(TOOLS)/golangci-lint $(TOOLS)/govulncheck $(TOOLS)/cyclonedx-gomod
	golangci-lint run . ./app/... ./backend/... ./build/... ./docs/...
	$(GO) test ./build/audit
	$(GO) run ./build/audit vulnerabilities govulncheck -tags "$(TAGS)" ./...
	@mkdir -p $(SBOM)
	GOFLAGS="-tags=$(subst $(space),$(comma),$(TAGS))" cyclonedx-gomod mod -licenses -std -test -json -output $(SBOM)/go.json . 2>$(SBOM)/go.log || { cat $(SBOM)/go.log; exit 1; }
	cd frontend && npm sbom --sbom-format cyclonedx > ../$(SBOM)/page.json
	$(GO) run ./build/audit licences $(SBOM)/licences.txt $(SBOM)/go.json $(SBOM)/page.json

$(TOOLS)/buf: build/tools/go.mod
	@mkdir -p $(TOOLS)
	cd build/tools && $(GO) build -o $(TOOLS)/buf github.com/bufbuild/buf/cmd/buf
$(TOOLS)/sqlc: build/tools/go.mod
	@mkdir -p $(TOOLS)
	cd build/tools && $(GO) build -o $(TOOLS)/sqlc github.com/sqlc-dev/sqlc/cmd/sqlc
$(TOOLS)/protoc-gen-connect-openapi: build/tools/go.mod
	@mkdir -p $(TOOLS)
	cd build/tools && $(GO) build -o $(TOOLS)/protoc-gen-connect-openapi github.com/sudorandom/protoc-gen-connect-openapi
$(TOOLS)/golangci-lint: build/tools/go.mod
	@mkdir -p $(TOOLS)
	cd build/tools && $(GO) build -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
$(TOOLS)/govulncheck: build/tools/go.mod
	@mkdir -p $(TOOLS)
	cd build/tools && $(GO) build -o $@ golang.org/x/vuln/cmd/govulncheck
$(TOOLS)/cyclonedx-gomod: build/tools/go.mod
	@mkdir -p $(TOOLS)
	cd build/tools && $(GO) build -o $@ github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
$(TOOLS)/protoc-gen-go: go.mod
	@mkdir -p $(TOOLS)
	$(GO) build -o $(TOOLS)/protoc-gen-go google.golang.org/protobuf/cmd/protoc-gen-go
	$(GO) build -o $(TOOLS)/protoc-gen-connect-go connectrpc.com/connect/cmd/protoc-gen-connect-go

## generate: make generated code again (RPC, OpenAPI, SQL)
.PHONY: generate
generate: $(TOOLS)/buf $(TOOLS)/sqlc $(TOOLS)/protoc-gen-go $(TOOLS)/protoc-gen-connect-openapi
	cd backend/proto && buf lint && buf generate
	cd backend/hub/store && sqlc generate

## check-generated: prove that generated code is current
.PHONY: check-generated
check-generated: setup-run
	build/check-generated.sh

## clean: forget what was built
.PHONY: clean
clean:
	rm -rf build/bin $(STAMPS) artifacts frontend/dist/* frontend/node_modules

## help: this list
.PHONY: help
help:
	@grep -h '^## ' $(MAKEFILE_LIST) | sed 's/^## /  make /'

comma := ,
space := $(subst ,, )
