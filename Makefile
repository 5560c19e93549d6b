# Two commands: `make results` runs the workflow on the synthetic register, `make test` passes
# every check and test. run.py does the work, also where there is no make.

.DEFAULT_GOAL := help
PYTHON ?= python3
CORES ?=
CONFIG ?=
RUN := $(PYTHON) run.py

.PHONY: help setup results test coverage lowest check words docs unlock clean

help: ## Show this list
	@$(RUN) --help

setup check test coverage lowest words docs clean:
	@$(RUN) $@

results unlock:
	@$(RUN) $@ $(if $(CORES),--cores $(CORES)) $(if $(CONFIG),--config "$(CONFIG)")
