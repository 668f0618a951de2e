# Needs: make, Python 3.11 or newer (with venv), and a package registry that pip can reach.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Processes that share the tests; ARGS= are pytest's own.
WORKERS ?= 2
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup run test lint types format web bench lock clean distclean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## install the locked versions and the package into .venv

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: setup ## answer the question: every option for Ukraine in 2022
	$(BIN)/closedsky run ukraine-2022

test: setup lint types ## lint, types, and every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: setup ## style and common mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## static types, strict
	$(BIN)/mypy

format: setup ## rewrite the sources in the one style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

web: ## build the scripts of report and page from web/ (needs Node)
	cd web && npm ci --ignore-scripts --silent && npm run --silent check && npm run --silent build

bench: setup ## measure: every program in bench/
	@set -e; for program in bench/*.py; do echo "== $$program"; $(BIN)/python "$$program"; done

lock: ## choose newest versions anew (needs uv)
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest --upgrade \
		--no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.lock

clean: ## remove what tools leave behind
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.egg-info' -type d -prune -exec rm -rf {} +
	rm -f $(STAMP)

distclean: clean ## also remove the environment
	rm -rf $(VENV) web/node_modules
