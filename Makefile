# Everything a contributor runs; `make help` lists it.  Needs make and Python 3.11 or newer.

PYTHON ?= python3
SPHINXOPTS ?= -j auto -W
# Tests of builds first: they take longest.
PYTESTOPTS ?= -n 2 --dist loadfile --no-loadscope-reorder
VENV ?= .venv
PORT ?= 8000
BIN := $(VENV)/bin
SPHINX := $(BIN)/python -m sphinx $(SPHINXOPTS) -c . -d build/doctrees docs build/html

.DEFAULT_GOAL := help
.PHONY: help html live site earlier publish chromium browser test newest bench peers fuzz check lint types format lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

# The environment is made once for a lock and a pyproject.toml; nothing is fetched that is not
# in the lock, by hash.
$(VENV)/made: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-index --no-deps --no-build-isolation --editable .
	touch $@

html: $(VENV)/made ## build the site into build/html, if every identity on it is proved
	$(SPHINX)

live: $(VENV)/made ## preview the site as you write, with failures in the page
	$(BIN)/python -m gradproof.sphinx.standby --watch src --watch conf.py \
		--ignore '*/__pycache__/*' --port $(PORT) -D gradproof_live=1 -D gradproof_policy=0 -j auto \
		-c . -d build/live-doctrees docs build/live

site: html ## put the site among its versions, in build/site, as GRADPROOF_SITE serves it
	$(BIN)/python -m gradproof.sphinx.assemble build/html build/site

earlier: ## take the versions that were published before into build/site
	.ci/pages earlier

publish: ## push build/site to the branch that is served
	.ci/pages publish

chromium: ## install Debian's Chromium, if there is none and this user may
	.ci/browser

browser: html chromium ## look at every page in Chromium
	GRADPROOF_BROWSER=required $(BIN)/python -m pytest $(PYTESTOPTS) tests/browser

test: $(VENV)/made chromium ## run every test, those in a browser too; all of the kernel is covered
	$(BIN)/python -m pytest $(PYTESTOPTS) --cov --cov-report=term --whole-kernel

lint: $(VENV)/made ## check form, style, and which part imports which
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/made ## check the types of src/
	$(BIN)/mypy

newest: ## list what the newest SymPy answers otherwise, build and test with it and Sphinx, apart
	rm -f build/newest/made
	$(MAKE) VENV=build/newest build/newest/made
	build/newest/bin/python -m pip install --quiet --disable-pip-version-check \
		--upgrade mpmath myst-nb sphinx sympy
	-build/newest/bin/python -m tests.newest
	$(MAKE) VENV=build/newest html test

bench: $(VENV)/made ## measure the figures of the speed page anew
	$(BIN)/python -m tests.bench

peers: ## the same beside what others make, in an environment of its own, PyTorch in it
	$(MAKE) VENV=build/peers build/peers/made
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	build/peers/bin/python -m pip install --quiet --disable-pip-version-check --group peers
	$(MAKE) VENV=build/peers bench

fuzz: $(VENV)/made ## try random statements for ten minutes; a false accept or refutation is an error
	$(BIN)/python -m tests.fuzz

check: lint types html test ## everything that must pass

format: $(VENV)/made ## bring the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		--extra check --extra sphinx --group docs --group test --group lint --group build \
		pyproject.toml --output-file requirements.lock

clean: ## remove what was built; the environment stays
	rm -rf build .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.*
