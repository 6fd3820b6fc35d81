# The commands of the project. `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --no-input
.DEFAULT_GOAL := help
.PHONY: help setup run test coverage check report fix docs requirements screenshots lighthouse bench port tools

help: ## list these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | awk -F '\t' '{printf "make %-14s%s\n", $$1, $$2}'

setup: $(VENV)/installed node_modules/installed ## prepare the environment: Python packages, browser libraries, translations
	@$(RUN) -m config.translations

run: port setup ## start the site with everything it needs (PORT=8000)
	@$(RUN) -m config.supervisor --end-with-parent

test: setup tools ## run every test (arguments: make test ARGS="tests/config -x")
	$(RUN) -m pytest $(or $(ARGS),--numprocesses auto --dist loadfile)

coverage: setup tools ## run every test and tell which lines none of them ran
	$(RUN) -m pytest --cov --cov-report=term:skip-covered $(ARGS)

check: setup tools ## lint, format, types, layers, migrations, translations, docs
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) manage.py docs --check

report: setup ## hold the records against what Lanzhou published
	@$(RUN) -m config.prepare --embedded
	@$(RUN) manage.py reconcile lanzhou-2022-09-05 || [ $$? -eq 1 ]

fix: setup tools ## repair what the linter and the formatter can
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

docs: setup ## write the generated parts of docs/ and .env.example anew
	@$(RUN) manage.py docs

screenshots: setup tools ## take docs/screenshots/ anew from a demonstration of their own
	@$(RUN) -m docs.screenshots.take

bench: setup ## measure pages and figures against PostgreSQL itself (ARGS=--large: also a million households)
	@$(RUN) -m benchmarks $(ARGS)

lighthouse: setup tools ## let Lighthouse judge the main pages as a phone sees them (some minutes)
	@$(RUN) -m docs.lighthouse.measure

requirements: setup tools ## pin the newest versions that requirements*.in allow
	$(RUN) -m uv pip compile --quiet --upgrade --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 requirements.in -o requirements.txt
	$(RUN) -m uv pip compile --quiet --upgrade --no-header --no-emit-index-url --no-emit-find-links --python-version 3.11 requirements-dev.in -o requirements-dev.txt

port:
	@$(PYTHON) config/port.py

tools: $(VENV)/installed-dev node_modules/installed-dev

$(VENV)/made:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else "Python 3.11 or newer is needed, this is %d.%d; name one with PYTHON=/path/to/python make ..." % v[:2])'
	@echo "Making the virtual environment ($$($(PYTHON) --version)) …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: requirements.txt | $(VENV)/made
	@echo "Installing Python packages; the first time takes about a minute …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(VENV)/installed
	@echo "Installing what tests and checks need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

node_modules/installed: package-lock.json package.json $(VENV)/installed
	@echo "Fetching the browser's libraries …"
	@$(RUN) -m config.browser_libraries
	@touch $@

node_modules/installed-dev: node_modules/installed
	@echo "Fetching what the browser tests need …"
	@$(RUN) -m config.browser_libraries --with-tools
	@touch node_modules/installed $@
