# Every target is one or two lines; what it does lives in scripts/. `make` alone prints this list.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help install run check fix test matrix model sim mutants crash kill openapi clean doctor verify

# Written last by scripts/install.sh, so that a killed install leaves none.
STAMP := node_modules/.installed
$(STAMP): package-lock.json
	@scripts/install.sh $@

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Install what package-lock.json names (every target does it when needed)

run: $(STAMP) ## Run the whole shop in one process: make run [args="--help"]
	@toko run $(args)

check: $(STAMP) ## Types, lint, format, dead code, architecture: make check [only=lint]
	@scripts/check.sh $(only)

fix: $(STAMP) ## Mend what a machine can mend: make fix [only=format]
	@scripts/fix.sh $(only)

test: $(STAMP) ## Run every test that needs no container engine: make test [only=order] [args="--sequence.shuffle"]
	@scripts/test.sh $(only) $(args)

matrix: $(STAMP) ## Run the fault matrix on real processes, databases and brokers: make matrix [only=mongo] (docs/reliability.md)
	@SUITE=matrix scripts/test.sh $(only) $(args)

model: $(STAMP) ## Check the order protocol by its models: make model [args=quick]
	@node test/model/all.ts $(args)

sim: $(STAMP) ## Run the cores under a seeded scheduler: make sim [args="--seeds 100000" | args="--seed 4711"]
	@node test/sim/main.ts $(args)

mutants: $(STAMP) ## Break one rule at a time; the simulation must catch each: make mutants [args=noVoiding]
	@node test/mutants/main.ts $(args)

crash: $(STAMP) ## Kill each service at each of its durable steps: make crash [only=order:12] [scenario=place] [quick=1]
	@node test/crash/main.ts only=$(only) scenario=$(scenario) quick=$(quick)

kill: $(STAMP) ## Kill, stop and mislead the shop's processes at random under load: make kill [minutes=30] [seed=1] [mutant=freshKey]
	@node test/kill/main.ts minutes=$(minutes) seed=$(seed) mutant=$(mutant)

verify: $(STAMP) ## Place orders in every way and compare what clients were told with the books: make verify [args="--start --orders 500"]
	@toko verify $(args)

openapi: $(STAMP) ## Write docs/openapi/*.json from the declared routes
	@node scripts/openapi.ts

doctor: $(STAMP) ## Look at Node, ports, mongod and disk, and say what to do
	@toko doctor

clean: ## Remove installed packages and reports: make clean [data=1: the shop's local data too]
	@scripts/clean.sh $(data)
