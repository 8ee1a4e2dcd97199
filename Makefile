# Everything a person does with this project. `make help` lists it.
# The work is done by small programs in tools/ and by pinned packages in .venv.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
TESTS ?=
SOURCES := app workflows tests tools bench

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Running ---------------------------------------------------------------------------------

.PHONY: setup
setup: ## Install what the service needs into .venv (nothing to do the second time)
	@tools/venv.sh core
	@$(BIN)/python -m tools.compile_catalogs

.PHONY: run
run: setup ## Set up, import the sample, and serve it on http://127.0.0.1:8000 (PORT overrides)
	@$(BIN)/flask demo
	@exec $(BIN)/flask serve

# --- Proving ---------------------------------------------------------------------------------

.PHONY: dev
dev: ## Install what tests and checks need, too
	@tools/venv.sh dev
	@$(BIN)/python -m tools.compile_catalogs

.PHONY: test
test: dev ## Run every test: both databases, real browser (TESTS="-k word" for some, WORKERS=2)
	@tools/apt.sh --for-tests
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(TESTS)

.PHONY: check
check: dev ## Style, types, imports, interface catalogs, known vulnerabilities
	@echo "==> ruff check"
	@$(BIN)/ruff check .
	@echo "==> ruff format"
	@$(BIN)/ruff format --check .
	@echo "==> mypy (takes a minute the first time)"
	@$(BIN)/mypy $(wildcard $(SOURCES))
	@echo "==> import-linter"
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter
	@echo "==> interface catalogs"
	@$(BIN)/python -m tools.check_catalogs
	@echo "==> dependency audit"
	@$(BIN)/python -m tools.audit

.PHONY: bench
bench: dev ## Measure: every program in bench/ (all run, also when one misses an aim)
	@missed=""; for program in bench/bench_*.py; do \
	  echo "==> $$program"; \
	  $(BIN)/python -m "bench.$$(basename "$$program" .py)" || missed="$$missed $$program"; \
	done; [ -z "$$missed" ] || { echo "==> Beyond an aim or a limit:$$missed"; exit 1; }

# --- Keeping ---------------------------------------------------------------------------------

.PHONY: format
format: dev ## Put the code into its one form
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

.PHONY: catalogs
catalogs: dev ## Bring locales/*/LC_MESSAGES/messages.po up to the words in the code
	@$(BIN)/python -m tools.update_catalogs
	@$(BIN)/python -m tools.compile_catalogs

.PHONY: lock
lock: ## Write requirements/*.txt anew from *.in (UPGRADE=1: take the newest versions)
	@tools/lock.sh $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove what was made, except data: .venv, caches, compiled catalogs
	@rm -rf $(VENV) .cache .hypothesis .ruff_cache .import_linter_cache locales/*/LC_MESSAGES/*.mo
	@find $(wildcard $(SOURCES)) -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed. The data folder (instance/ or PANEL_HOME) is left alone."
