# The front door. Needs Python 3.11 or newer with venv, git and make; everything else is fetched
# once into .talent/ and works offline afterwards.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
# The first of these that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

# The environment is always here; what the stack writes may be elsewhere.
WRITES := $(or $(TALENT_HOME),.talent)
PACKAGES := $(wildcard pyproject.toml */pyproject.toml */*/pyproject.toml)
export UV_PROJECT_ENVIRONMENT := .talent/venv
export UV_PYTHON_DOWNLOADS := never
export PATH := $(CURDIR)/.talent/venv/bin:$(PATH)
# Where this is set, each process compiles all that it imports: most of the time of a start.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(WRITES)/stamps/kafka $(WRITES)/stamps/data .talent/stamps/kernels ## Fetch and build everything that is needed

.talent/uv-env/uv-$(UV_VERSION):
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed." >&2; exit 1; fi
	echo "Setting up in .talent/ (once; a few minutes)"
	$(PYTHON) -m venv .talent/uv-env
	.talent/uv-env/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	touch $@

.talent/stamps/venv: .talent/uv-env/uv-$(UV_VERSION) uv.lock $(PACKAGES)
	@.talent/uv-env/bin/uv sync --frozen --all-packages --all-groups --quiet --python .talent/uv-env/bin/python
	mkdir -p $(@D); touch $@

$(WRITES)/stamps/kafka: .talent/stamps/venv deploy/local/talent_local/kafka.py
	@python -m talent_local.kafka
	mkdir -p $(@D); touch $@

$(WRITES)/stamps/data: .talent/stamps/venv $(addprefix deploy/local/talent_local/,data.py language_model.py taxonomy.py data_packages.toml) $(wildcard libs/skills/talent_skills/*.py)
	@python -m talent_local.data
	mkdir -p $(@D); touch $@

# The matcher's inner loops, compiled into the folders of its code: no start has to.
.talent/stamps/kernels: .talent/stamps/venv $(wildcard services/matcher/talent_matcher/index/*.py)
	@python -m talent_matcher.index.warm
	mkdir -p $(@D); touch $@

.PHONY: up down demo migrate
up: setup ## Start the network on this machine
	@talent up
down: ## Stop what was started, and only that
	@if [ -x .talent/venv/bin/talent ]; then talent down; else echo "Nothing is up."; fi
demo: setup ## Play a day in a state
	@talent demo
migrate: setup ## Bring the databases to the present version
	@talent migrate

.PHONY: test test-all lint
test: setup ## Run the tests of every day (under ten minutes)
	@pytest -m "not slow" -n 2
test-all: setup ## Run all tests, also the slow ones
	@pytest -n 2
lint: setup ## Check style, types, dependencies between rooms, and contracts
	@ruff check .
	ruff format --check .
	pyright
	lint-imports
	cd proto
	buf lint
	buf breaking --against contract.binpb
	rm -rf ../.talent/cache/stubs && mkdir -p ../.talent/cache/stubs
	python generate.py ../.talent/cache/stubs
	diff -r -x __pycache__ -x __init__.py -x py.typed talent_proto ../.talent/cache/stubs \
		|| { echo "The generated code is stale. Run make proto." >&2; exit 1; }

.PHONY: proto contract
proto: setup ## Generate talent_proto from the .proto files
	@python proto/generate.py
contract: setup ## Record the present contracts as those that later ones must not break
	@cd proto && buf build --exclude-source-info -o contract.binpb

.PHONY: bench
bench: setup ## Run all benchmarks; bench-NAME runs one
	@for each in publish latency consumer idle verification verifier watching tagging planted growing engine matching restoring arriving; do python -m "bench.$$each"; done
bench-%: setup
	@python -m bench.$*
