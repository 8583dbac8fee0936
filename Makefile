# Two commands: `make run` and `make test`. Both set up what they need and may be run again.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help run test lint types contracts words test-readers oracles pins clean

help:
	@echo "make run   set up everything and serve on http://127.0.0.1:$${PORT:-8000}"
	@echo "make test  lint, types, contracts, and every test"
	@echo "make test-readers  figures on Apache Spark (Java 17) and R's numbers again; minutes"
	@echo "make words find the texts to translate and update the catalogues"

run: .venv/.run .venv/.words
	@$(BIN)/cabildo setup
	@exec $(BIN)/cabildo serve

test: .venv/.test .venv/.words lint types contracts
	@$(BIN)/python -m tests.install_chromium
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.test
	$(BIN)/mypy

contracts: .venv/.test
	$(BIN)/lint-imports --no-logo

# Look for texts to translate; new ones wait in the catalogue with an empty msgstr.
words: .venv/.run
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output \
		--output-file build/messages.pot .
	@$(BIN)/pybabel --quiet update --input-file build/messages.pot --output-dir app/translations \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(MAKE) --no-print-directory .venv/.words

# What takes programs of its own: Spark in local mode, R. What is not there is skipped, and said.
test-readers: .venv/.readers
	$(BIN)/python -m pytest tests/readers

# Rewrite the pins from requirements/*.in (needs uv; no index address is written).
pins:
	for set in run test readers s3; do \
		uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-annotate --no-header requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done

# Ask ODK's own XPath evaluators our vectors again (needs node and npm; keeps tests/oracles/odk/results.json).
oracles: .venv/.test
	$(BIN)/python -m tests.oracles.odk.record

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Cabildo needs Python 3.11 or newer: make run PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.python requirements/run.txt pyproject.toml
	@echo "Installing Cabildo into .venv (once; about a minute) ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

.venv/.readers: .venv/.test requirements/readers.txt
	@$(PIP) install --require-hashes --no-build-isolation -r requirements/readers.txt
	@touch $@

.venv/.words: .venv/.run $(wildcard app/translations/*/LC_MESSAGES/*.po)
	@$(BIN)/pybabel --quiet compile --directory app/translations
	@touch $@
