# make lists the targets; make check is what must be green.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 30s
DIR      ?= bin/shots
# Tools of the check alone: they are in no go.mod, so that no build needs them.
STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help dev demo build check tools format vet test runner crash bench bench-retention bench-flood e2e shots fuzz clean

help: ## list the targets
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## (.*)/  make \1\t\2/' | expand -t 20

dev: tools runner ## run the server against a private Postgres that ends with it
	bin/check -- go run ./cmd/server

demo: build ## run two servers that talk to each other, for looking around
	bin/skerry demo

build: ## build bin/skerry, a static binary
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/skerry ./cmd/server

check: tools format vet test ## install what is missing, look at the code, run every test on both databases

tools:
	@sh deploy/tools.sh

format:
	@out="$$(gofmt -l cmd internal migrations deploy e2e)"; if [ -n "$$out" ]; then echo "gofmt these files: $$out"; exit 1; fi
	@go mod tidy -diff

# As a release is built, so that its build in the tests has most of it already.
vet:
	CGO_ENABLED=0 GOFLAGS=-trimpath go vet ./...
	$(STATICCHECK) ./...

# Built, not run by go run, which would not pass signals on.
runner:
	@go build -o bin/check ./internal/testkit/check

# SQLite is C that was translated to Go: the race detector, which takes most of its
# time, would find nothing of ours in it.
test: runner
	bin/check -race -gcflags=modernc.org/...=-race=false -shuffle=on -timeout 25m ./...

bench: tools ## measure the server on both engines, print the table of docs/performance.md
	@go build -o bin/bench ./internal/testkit/bench && bin/bench

bench-retention: tools ## forget most of a million posts on both engines while others write, print the table
	@go build -o bin/bench ./internal/testkit/bench && bin/bench retention

bench-flood: tools ## let a relay name ten thousand things within a minute on both engines, print the table
	@go build -o bin/bench ./internal/testkit/bench && bin/bench flood

crash: tools ## kill and starve the server for an hour, print the table of docs/reliability.md
	go test -v -timeout 3h -parallel 1 ./internal/testkit/crash -long

e2e: tools ## look at every page in every look with a browser, walk the main road
	go test -v -timeout 60m ./e2e -long

shots: tools ## keep pictures of every page in DIR
	go test -timeout 60m -run TestEveryPage ./e2e -shots $(abspath $(DIR))

fuzz: ## run every fuzz test for FUZZTIME (30s)
	@for file in $$(grep -rl '^func Fuzz' --include='*_test.go' internal cmd); do \
	  for name in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9]+)\(.*/\1/p' $$file); do \
	    echo "$$name in $$(dirname $$file)"; \
	    go test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x ./$$(dirname $$file) || exit 1; \
	  done; \
	done

clean: ## remove what was built
	rm -rf bin
