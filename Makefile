# The verbs, the same for a person and for CI.
#   make book   environment, exports, chapters executed, site built
#   make test   everything that must hold
#   make pdf    the whole book as one PDF
#   make lab    JupyterLab on the chapters
#   make release  all of it in one archive, with checksums
#   make audit  known weaknesses of what the book is made with
#   make lite   the chapters as notebooks in the reader's browser, added to the site
#   make bench, make mutants, make lock, make clean
.DELETE_ON_ERROR:
.PHONY: help environment book test lint unit nbval site pdf release check-exports
.PHONY: bench mutants audit lab lock clean

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/book
BUILD := jupyter-book build . -W -n --keep-going

help:
	@sed -n 's/^#   //p' Makefile

# Without dependencies: the lock file is complete, and older pips do not take a pin for a
# package that another asks for with extras.
$(READY): requirements.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing $(VENV) && \
	  uv pip install --quiet --python $(PYTHON) --require-hashes --compile-bytecode -r requirements.txt; \
	else \
	  python3 -m venv $(VENV) && \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt; \
	fi
	@touch $@

environment: $(READY)

# Exports come first: they read and check the data, and stop here with every fault
# listed, before any chapter runs.
book: $(READY)
	@python -m correll2004.exports
	@python book/_support/execute.py
	@$(MAKE) --no-print-directory site
	@echo "The book: $(CURDIR)/_build/html/index.html"

# Built aside and swapped in, so that a failing build loses no good site and every build
# starts from nothing: two builds of one tree are the same bytes.
define build-aside
@rm -rf $(1) && mkdir -p $(1)
@$(BUILD) --path-output $(1) > _build/log.txt 2>&1 || { cat _build/log.txt; exit 1; }
endef

site: $(READY)
	$(call build-aside,_build/next)
	@rm -rf _build/html && mv _build/next/_build/html _build/html && rm -rf _build/next

# Needs chromium.
pdf: $(READY)
	@python book/_support/pdf.py

# From a clean tree, after `make book` and `make test`; needs chromium. The site is built
# anew, so that neither what was left in _build/html nor `make lite` changes a byte of it.
release: check-exports pdf
	$(call build-aside,_build/release-site)
	@python book/_support/release.py _build/release-site/_build/html
	@rm -rf _build/release-site

test: lint check-exports nbval site unit

lint: $(READY)
	ruff check .
	ruff format --check .
	ruff check book/*.ipynb
	ruff format --check --line-length 84 book/*.ipynb

check-exports: $(READY)
	python -m correll2004.exports --check

# The largest chapter first: it takes longest, and is not to run alone at the end.
NBVAL := pytest -q -o addopts= -p nbval -p no:hypothesispytest --nbval --nbval-current-env
NBVAL += -n 2 --dist loadfile --no-loadscope-reorder

nbval: $(READY)
	$(NBVAL) $$(ls -S book/*.ipynb)

unit: $(READY)
	pytest -n 2 --dist loadfile

# Ratios measured in one run; nothing is asserted.
bench: $(READY)
	python book/_support/bench.py

# Breaks code and published values on purpose: the tests must notice each time.
mutants: $(READY)
	python tests/mutants.py

# Asks OSV, a public database, about the lock files, before anything is installed; says
# "not audited" where it cannot be reached.
audit:
	@python3 book/_support/advisories.py

lab: $(READY)
	cd book && jupyter lab

# Needs uv. Versions move only here.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt

clean:
	rm -rf _build

# --- notebooks in the reader's browser ----------------------------------------------
# An app without a server, in _build/html/lite. `make site` takes it away again.
# PYODIDE_DIST: the folder of an official Pyodide release; if not given, `make pyodide`
# fills one. Every file of it is checked by hash.
.PHONY: lite pyodide test-lite
LITE := _build/lite
PYODIDE_DIST ?= $(LITE)/pyodide
LITE_PYTHON := $(LITE)/venv/bin/python
LITE_READY := $(LITE)/venv/.ready
RUN_LITE = PYTHONPATH="$(CURDIR)/book/_support" $(LITE_PYTHON) -m lite

$(LITE_READY): book/_support/lite/requirements.txt
	@mkdir -p $(LITE)
	@python3 -m venv --clear $(LITE)/venv
	@$(LITE_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

pyodide: $(LITE_READY)
	@$(RUN_LITE) pyodide "$(PYODIDE_DIST)"

lite: pyodide
	@test -f _build/html/index.html || $(MAKE) --no-print-directory site
	@$(RUN_LITE) build "$(PYODIDE_DIST)"

test-lite: $(READY)
	pytest -s tests/test_lite.py
