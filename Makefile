# The two commands a newcomer needs are `make demo` and `make test`; each makes the virtual environment first.
# VENV may be set to another folder; PYTHON to another interpreter (3.11 or newer).
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
BENCH := $(VENV)-bench
WORKERS ?= auto

.PHONY: demo test lint types pytest bench sweep clean

# The environment is made anew whenever what is installed there could differ from what pyproject.toml asks for, so
# that packages left from before cannot hide one that is missing. The demo needs few packages, the tests all.
$(VENV)/.demo: pyproject.toml
	rm -rf $(VENV)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "osteon needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[demo]'
	touch $@

$(VENV)/.dev: $(VENV)/.demo
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@

demo: $(VENV)/.demo
	$(BIN)/python examples/extensibility.py

test: lint types pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests examples benchmarks
	$(BIN)/ruff format --check src tests examples benchmarks

types: $(VENV)/.dev
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

pytest: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered

# aiobotocore takes few versions of botocore at a time, and not those the tests need: it has an environment of its own.
$(BENCH)/.bench: pyproject.toml
	rm -rf $(BENCH)
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch $@

bench: $(BENCH)/.bench
	$(BENCH)/bin/python -m benchmarks

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
