# Everything a fresh machine needs: python3 (3.11 or later) and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PEERS = .venv-peers
# A cached kernel does not notice that one it calls has changed: the cache is named after all of them.
export NUMBA_CACHE_DIR ?= $(CURDIR)/.numba_cache/$(shell cat engine/kernels/*.py sims/kernels.py | cksum | cut -d' ' -f1)

.PHONY: demo browser test test-slow test-all lint docs bench race coverage clean

$(BIN)/.installed: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

# As the Arena publishes them: what is written agrees, number by number.
demo: ANCHOR = --anchor mixtral-8x7b-instruct-v0.1 --anchor-rating 1114
demo: $(BIN)/.installed
	mkdir -p out
	$(BIN)/recount rate $(ANCHOR) -o out/leaderboard.csv
	$(BIN)/recount countries $(ANCHOR) -o out/countries.csv
	$(BIN)/recount report --claims article $(ANCHOR) -o out/report.html
	@head -4 out/leaderboard.csv
	@head -3 out/countries.csv
	@echo "The page of the bundled votes is $(CURDIR)/out/report.html; open it in a browser."

# Of Debian; tests of the page are skipped without it.
browser:
	command -v chromium || (apt-get update -qq && apt-get install --yes --quiet --no-install-recommends chromium)

test: $(BIN)/.installed
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow"

# Simulations and slow oracles.
test-slow: $(BIN)/.installed
	$(BIN)/python -m pytest -n 2 --dist worksteal -m slow

test-all: test test-slow

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf .typed build && $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target .typed .
	MYPYPATH=.typed $(BIN)/mypy

# The documentation site, in docs/_build/html; a warning is an error.
docs: $(BIN)/.installed
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

bench: $(BIN)/.installed
	$(BIN)/python -m pytest benchmarks -s --benchmark-enable --benchmark-columns=median,iqr,rounds

$(PEERS)/.installed: pyproject.toml requirements-peers.lock
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r requirements-peers.lock
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

race: $(PEERS)/.installed
	$(PEERS)/bin/python -m benchmarks.race

coverage: $(BIN)/.installed
	$(BIN)/python -m benchmarks.coverage
	$(BIN)/python -m benchmarks.few_votes
	$(BIN)/python -m benchmarks.few_clusters

clean:
	rm -rf $(VENV) $(PEERS) out .numba_cache docs/_build docs/generated
