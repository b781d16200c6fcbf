# Every target is one or two lines; what it does lives in scripts/. `make` alone prints this list.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help install run split check fix test acceptance acceptance-all matrix model sim mutants crash kill nameko story-faults faults observe test-observe test-prometheus conformance openapi rules clean doctor verify images compose-secrets compose-up compose-down compose-toko charts up down test-kind kind-toko dashboards rollout-test dev dev-test bench-messaging bench-telemetry

# Written last by scripts/install.sh, so that a killed install leaves none.
STAMP := node_modules/.installed
$(STAMP): package-lock.json
	@scripts/install.sh $@

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## Install what package-lock.json names (every target does it when needed)

run: $(STAMP) ## Run the whole shop in one process: make run [args="--help"]
	@toko run $(args)

split: $(STAMP) ## Run each service as a process of its own, with RabbitMQ: make split [services=product: the others together] [replicas=2]
	@toko run --split $(services) $(if $(replicas),--replicas $(replicas)) $(args)

check: $(STAMP) ## Types, lint, format, dead code, architecture, charts, rules: make check [only=lint]
	@scripts/check.sh $(only)

fix: $(STAMP) ## Mend what a machine can mend: make fix [only=format]
	@scripts/fix.sh $(only)

test: $(STAMP) ## Run every test that needs no container engine: make test [only=order] [args="--sequence.shuffle"]
	@scripts/test.sh $(only) $(args)

acceptance: $(STAMP) ## Run the acceptance suite on one shape: make acceptance [form=single|split|mixed-product|mixed-order] [calls=http|rpc|events]
	@SUITE=acceptance ACCEPTANCE_FORM=$(form) ACCEPTANCE_CALLS=$(calls) scripts/test.sh $(only) $(args)

acceptance-all: $(STAMP) ## Run it on every shape, a line each: make acceptance-all [only="split mixed-order"]
	@node scripts/acceptance-all.ts $(only)

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

nameko: $(STAMP) ## Run toko beside Python's Nameko, both ways, on a real RabbitMQ: make nameko [AMQP_URL=amqp://…] (examples/nameko)
	@AMQP_URL="$(AMQP_URL)" scripts/nameko.sh

story-faults: $(STAMP) ## Break the shop at random; the story of each order that ends badly must name the service: make story-faults [orders=100] [seed=1]
	@node test/story/main.ts orders=$(orders) seed=$(seed)

faults: $(STAMP) ## Break the observed shop in 24 ways; each alert must lead to its cause: make faults [seed=1] [only=poison-message] [part=1/2] [blind=1]
	@node test/exercise/main.ts seed=$(seed) only=$(only) part=$(part) blind=$(blind)

observe: $(STAMP) ## Run collector, Jaeger and Prometheus beside the shop, from installed programs or containers: make observe [args="--pace production"]
	@toko observe $(args)

test-observe: $(STAMP) ## Test that, beside a shop: every signal arrives, and nothing is left behind
	@SUITE=observe scripts/test.sh $(only) $(args)

test-prometheus: $(STAMP) ## Have a real Prometheus, which must be on PATH, scrape running shops and fill every panel, by faults where it takes one
	@SUITE=prometheus scripts/test.sh $(only) $(args)

conformance: $(STAMP) ## Run the bus's suite on every broker at hand: make conformance [AMQP_URL=amqp://…] [RABBITMQ_IMAGE=rabbitmq:4-management]
	@AMQP_URL="$(AMQP_URL)" RABBITMQ_IMAGE="$(RABBITMQ_IMAGE)" node scripts/conformance/main.ts

verify: $(STAMP) ## Place orders in every way and compare what clients were told with the books: make verify [args="--start --orders 500"]
	@toko verify $(args)

rules: $(STAMP) ## Write rules of Prometheus, dashboards and the table of alerts from packages/observability
	@node packages/observability/src/main.ts

openapi: $(STAMP) ## Write docs/openapi/*.json from the declared routes
	@node scripts/openapi.ts

doctor: $(STAMP) ## Look at Node, ports, mongod and disk, and say what to do
	@toko doctor

images: ## Build the container images of all services and of the toko command: make images [only="order cli"]
	@scripts/images.sh $(only)

compose-secrets: ## Make the secrets that compose.yaml asks for, once, in .env
	@scripts/compose-secrets.sh

compose-up: $(STAMP) ## Run the split shop in containers, and seed it (docs/containers.md)
	@scripts/compose.sh up

compose-down: ## Stop it: make compose-down [data=1: its databases too]
	@scripts/compose.sh down $(data)

compose-toko: $(STAMP) ## The toko command on the shop in containers: make compose-toko args="verify --orders 100"
	@scripts/compose.sh toko $(args)

charts: ## Package the Helm chart of the whole shop: .toko/charts/toko-<version>.tgz (docs/kubernetes.md)
	@scripts/charts.sh

up: $(STAMP) ## Run the shop on a kind cluster, with metrics and traces; again: what has changed: make up [args="--set …"] (docs/kubernetes.md)
	@scripts/kind/up.sh $(args)

down: ## Delete that cluster and its data
	@scripts/kind/down.sh

test-kind: $(STAMP) ## Bring it up and test it: acceptance, network, admission, telemetry, faults, helm: make test-kind [only=network]
	@scripts/kind/up.sh && SUITE=kind scripts/test.sh $(only) $(args)

kind-toko: $(STAMP) ## The toko command on the shop in the cluster: make kind-toko args="verify --orders 100"
	@scripts/kind/toko.sh $(args)

dashboards: ## Say where Grafana, Prometheus and Jaeger answer, and forward their ports where needed
	@scripts/kind/dashboards.sh

rollout-test: $(STAMP) ## Replace everything under load on three nodes; no request may fail: make rollout-test [args="rate=40 only=restarts,drain"]
	@scripts/kind/rollout.sh $(args)

dev: $(STAMP) ## Follow the sources on the kind cluster, by skaffold: make dev [profile=minimal|full|split-one service=product]
	@scripts/kind/dev.sh $(profile) $(service) -- $(args)

dev-test: $(STAMP) ## Prove that: first deploy, changed lines, a broken line; then split-one: make dev-test [profile=split-one]
	@node scripts/dev/proof/main.ts $(profile)

bench-messaging: $(STAMP) ## The bus against bare amqplib, as ratios: make bench-messaging [rounds=7] [only=publish]
	@node bench/messaging/main.ts rounds=$(rounds) only=$(only)

bench-telemetry: $(STAMP) ## CPU of a product read and an order with metrics and traces against without: make bench-telemetry [rounds=12]
	@node bench/telemetry/main.ts rounds=$(rounds)

clean: ## Remove installed packages and reports: make clean [data=1: the shop's local data too]
	@scripts/clean.sh $(data)
