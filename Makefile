# Needs only make and Python 3.11 or later with its venv module; `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
WORKERS ?= 2
TESTS ?=
BENCH ?=
JUNIT ?=
PORT ?=
POPULATION ?=
DATA ?=
SECTION ?=
REQUIREMENT ?=
RESULTS := test-results
FRONT_END := $(wildcard frontend/*.json frontend/*.mjs src/mizuhiki/ui/styles/*.css src/mizuhiki/ui/scripts/*.js) \
	src/mizuhiki/ui/build.py

.PHONY: help setup demo test check mutants format bench soak trace docs lock card-readers system-packages clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: $(STAMPS)/front-end ## make the environment: locked packages with hashes, this program, the front end

demo: setup ## run the whole demo country on this machine; PORT=, POPULATION= and DATA=folder as in `mizuhiki world up`
	$(BIN)/mizuhiki world up $(if $(PORT),--port $(PORT)) $(if $(POPULATION),--population $(POPULATION)) \
		$(if $(DATA),--data "$(DATA)")

test: setup $(if $(and $(wildcard /usr/include/PCSC/winscard.h),$(shell command -v swig)),$(STAMPS)/pcsc) ## run all tests; with CI=true a missing outside program is a failure
	@mkdir -p $(RESULTS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --junitxml=$(RESULTS)/pytest.xml $(TESTS)

check: setup ## formatting, lints, types, import contracts, documentation, architecture
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	cd src && ../$(BIN)/lint-imports --config ../pyproject.toml --no-cache --no-logo
	$(BIN)/interrogate --quiet --config pyproject.toml src || $(BIN)/interrogate -vv --config pyproject.toml src
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/architecture

mutants: setup ## break rules one at a time and see their tests turn red: all, or SECTION=F, REQUIREMENT="R-012 R-013"
	PYTHONPATH=tests $(BIN)/python -m support.mutants --workers $(WORKERS) \
		$(if $(SECTION),--section $(SECTION)) $(if $(REQUIREMENT),--requirement $(REQUIREMENT))

format: setup ## format the source and apply safe fixes
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

bench: setup ## run the benchmarks: all, or BENCH=name
	$(BIN)/python -m benchmarks bench $(BENCH)

soak: setup ## run the long-running checks: all, or BENCH=name
	$(BIN)/python -m benchmarks soak $(BENCH)

trace: setup ## write the table of requirements with their tests; JUNIT=test-results/pytest.xml also asks whether they passed
	$(BIN)/mizuhiki trace $(if $(JUNIT),--junit $(JUNIT))

docs: trace ## write every generated listing
	$(BIN)/mizuhiki docs

lock: ## after changing dependencies: resolve again and export with hashes (needs uv)
	@uv="$$(command -v uv || echo $(BIN)/uv)"; "$$uv" lock
	@uv="$$(command -v uv || echo $(BIN)/uv)"; \
	"$$uv" export --quiet --frozen --no-emit-project --format requirements-txt > requirements.lock; \
	"$$uv" export --quiet --frozen --only-group pcsc --format requirements-txt > requirements-pcsc.lock

card-readers: $(STAMPS)/pcsc ## add what the system's card readers need (pyscard; C compiler, swig, libpcsclite-dev)

system-packages: ## install the outside programs that tests judge by (Debian; root or sudo)
	@scripts/system-packages

clean: ## remove what setup and tests made
	rm -rf $(VENV) $(RESULTS) frontend/node_modules src/mizuhiki/ui/static/build var dist
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed; name it: make setup PYTHON=python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/packages: requirements.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/program: pyproject.toml $(STAMPS)/packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/pcsc: requirements-pcsc.lock $(STAMPS)/packages
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation \
		-r requirements-pcsc.lock
	@touch $@

$(STAMPS)/front-end: $(FRONT_END) $(STAMPS)/program
	$(BIN)/python -m mizuhiki.ui.build
	@touch $@
