# Two commands: `make results` runs the workflow on the synthetic register, `make test` passes
# every check and test. Both set up what they need first: uv (in .uv/ where it is missing) and the
# locked environment (in .venv/).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

UV_VERSION := 0.13.9
CORES ?= $(shell nproc)
CONFIG ?=
# The folders of all stages, from raw files to the gate; not the project's own files, nor whole runs.
LOWEST ?= $(filter-out tests/workflow/ tests/fixtures/ tests/examples/,$(wildcard tests/*/))
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_COMPILE_BYTECODE := 1
export NO_MKDOCS_2_WARNING := 1
# A run is many short processes: each would compile every module again.
unexport PYTHONDONTWRITEBYTECODE
UV := $(shell command -v uv || echo .uv/bin/uv)
RUN := .venv/bin

.PHONY: help setup results redraw test lowest check words types pages style docs unlock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.uv/bin/uv:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; python3 here is $$(python3 --version)."; exit 2; }
	@python3 -m venv .uv \
	  || { echo "python3 cannot make a virtual environment: apt-get install python3-venv"; exit 2; }
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"

.venv/.ready: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	@echo "Setting up the locked environment in .venv/ …"
	@"$(UV)" sync --locked --quiet
	@touch $@

setup: .venv/.ready ## Set up the locked environment

results: setup ## Run the workflow (CONFIG=my.yaml for a run of your own)
	@$(RUN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile "$(CONFIG)") || { \
	  status=$$?; \
	  [ -z "$$(ls -A .snakemake/locks 2>/dev/null)" ] || echo "An interrupted run left a lock: if\
	 no other run works in this folder, 'make unlock' removes it and 'make results' goes on."; \
	  exit $$status; }

# Two at a time; each says what it has to say as a whole.
check: setup ## Run every linter, formatter and type check
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types pages style

types:
	@$(RUN)/mypy

pages:
	@$(RUN)/mkdocs build --strict --quiet --site-dir site

style:
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/snakefmt --check Snakefile workflow
	@$(RUN)/lint-imports --no-logo
	@$(RUN)/deptry src
	@$(RUN)/python -m trajectories.catalogues check
	@$(RUN)/trajectories config check config/config.yaml config/examples/*.yaml

test: check ## Pass every check and test
	@$(RUN)/pytest -n auto --dist loadscope --cov --cov-report=term --cov-fail-under=95

words: setup ## Bring the catalogues of translations in line with the code
	@$(RUN)/python -m trajectories.catalogues write

# Kernels of the oldest numba have a cache of their own; what its versions deprecate is no fault here.
lowest: setup ## Pass the tests of calculations on the oldest dependencies allowed
	@"$(UV)" venv --quiet --clear --python .venv/bin/python .venv-lowest
	@"$(UV)" pip install --quiet --python .venv-lowest --resolution lowest-direct --editable . --group dev
	@.venv-lowest/bin/pytest -n auto --dist loadscope -W ignore::DeprecationWarning $(LOWEST)

docs: setup ## Build the documentation into site/
	@$(RUN)/mkdocs build --strict --quiet

unlock: setup ## Remove the lock that a killed run left behind
	@$(RUN)/snakemake --unlock $(if $(CONFIG),--configfile "$(CONFIG)")

clean: ## Delete all results
	@rm -rf results
