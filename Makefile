# "make help" lists the targets. Nothing here is needed to build: "go build
# ./..." and "go test ./..." work on a bare clone.

GO       ?= go
BIN      := bin
# Flags for "go test" beside the race detector: make test TESTFLAGS=-v
TESTFLAGS ?=
# SQLite, translated from C, is left out of the race detector: its memory is not
# Go's, so there is nothing to be found, and tests would take three times as long.
RACE     := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false
# How long each fuzz test runs: make fuzz FUZZTIME=10m
FUZZTIME ?= 30s
# How many templates the differential fuzzer compares, and the seed of the first
# of them, by default a new one each time: make difftest N=200000 SEED=1
N        ?= 20000
SEED     ?=
# How many kills servers have to survive, two or three a second: make crash KILLS=2000
KILLS    ?= 200
# Which benchmarks run: make bench BENCH=Render
BENCH    ?= .

.DEFAULT_GOAL := help
.PHONY: help build run test fmt lint fuzz bench bench-jinja difftest crash generate assets verify clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' Makefile

build: ## build bin/bellhop
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BIN)/bellhop ./cmd/bellhop

run: build ## build and start the tour: a server, a receiver, a few webhooks that fire
	@$(BIN)/bellhop demo

test: ## run all tests with the race detector; installs what they need
	@tools/install-missing gcc python3-jinja2 python3-requests chromium strace
	CGO_ENABLED=1 $(GO) test $(RACE) -timeout 15m $(TESTFLAGS) ./...

fmt: $(BIN)/golangci-lint ## format the code
	$(BIN)/golangci-lint fmt

lint: $(BIN)/golangci-lint ## vet and lint; changes nothing
	$(GO) vet ./...
	$(BIN)/golangci-lint run

fuzz: ## run every fuzz test for FUZZTIME
	@tools/fuzz-all $(FUZZTIME)

bench: ## run the benchmarks of the packages
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem ./...

bench-jinja: ## compare the speed of the template engine with Python's Jinja2
	@tools/install-missing python3-jinja2
	$(GO) test -tags difftest -run '^$$' -bench AgainstPython -benchtime 300ms ./jinja

difftest: ## compare N random templates with the real Jinja2
	@tools/install-missing python3-jinja2
	$(GO) test -tags difftest -timeout 60m ./jinja/internal/difftest -args -n $(N) $(if $(SEED),-seed $(SEED))

crash: ## kill servers under load KILLS times and look for what was lost
	$(GO) test -count 1 -timeout 12h -v -run TestKill ./internal/faulttest -kills $(KILLS)

generate: ## write the generated pages of the documentation
	$(GO) test ./internal/config -run Documentation -update

assets: ## fetch the files of others that pages load; for who changes their versions, needs npm
	cd internal/ui/assets/source && npm ci --silent && node vendor.mjs

verify: generate ## fail if a generated page or go.mod is out of date
	git diff --exit-code -- docs
	$(GO) mod tidy -diff

clean: ## remove what was built
	rm -rf $(BIN)

# The linter has many dependencies, so it has a go.mod of its own.
$(BIN)/golangci-lint: tools/go.mod tools/go.sum
	cd tools && $(GO) build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
