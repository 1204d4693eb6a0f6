# The verbs, the same for a person and for CI. What follows ## is what `make help` says.
.DELETE_ON_ERROR:
.PHONY: help environment book site pdf release lab prose
.PHONY: test test-all lint check-exports nbval unit test-orders mutants mutants-sample test-release
.PHONY: lite pyodide test-lite audit claims letter lock bench clean

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/book
BUILD := jupyter-book build . -W -n --keep-going

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' Makefile

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

environment: $(READY) ## .venv, from the locked requirements.txt

# Exports come first: they read and check the data, and stop here with every fault
# listed, before any chapter runs.
book: $(READY) ## environment, exports, chapters executed, site built
	@python -m correll2004.exports
	@python -m _support.execute.chapters
	@$(MAKE) --no-print-directory site
	@echo "The book: $(CURDIR)/_build/html/index.html"

# Built aside and swapped in, so that a failing build loses no good site and every build
# starts from nothing: two builds of one tree are the same bytes.
define build-aside
@rm -rf $(1) && mkdir -p $(1)
@$(BUILD) --path-output $(1) > _build/log.txt 2>&1 || { cat _build/log.txt; exit 1; }
endef

site: $(READY) ## the site alone, from the committed outputs
	$(call build-aside,_build/next)
	@rm -rf _build/html && mv _build/next/_build/html _build/html && rm -rf _build/next

pdf: $(READY) ## the whole book as one PDF (needs chromium)
	@python -m _support.release.pdf

# From a clean tree, after `make book` and `make test`; needs chromium. The site is built
# anew, so that neither what was left in _build/html nor `make lite` changes a byte of it.
release: check-exports pdf ## all of it in one archive, with checksums (needs chromium)
	$(call build-aside,_build/release-site)
	@python -m _support.release.archive _build/release-site/_build/html
	@rm -rf _build/release-site

test: lint check-exports nbval site unit mutants-sample ## everything that must hold

# One after the other, whatever -j says: the notebooks in the browser are added to the site.
test-all: ## make test, and what takes longer: test-orders, mutants, test-lite, test-release
	@$(MAKE) test
	@$(MAKE) test-orders
	@$(MAKE) mutants
	@$(MAKE) lite
	@$(MAKE) test-lite
	@$(MAKE) test-release

lint: $(READY) ## style and types of code, style and English of chapters
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	ruff check book/*.ipynb
	ruff format --check --line-length 84 book/*.ipynb
	python -m _support.dev.plain_english --check

prose: $(READY) ## how plain each page's English is; PAGE=audit lists that page's hits
	@python -m _support.dev.plain_english $(PAGE)

check-exports: $(READY) ## data/exports/ is what the code would write
	python -m correll2004.exports --check

# The largest chapter first: it takes longest, and is not to run alone at the end.
NBVAL := pytest -q -o addopts= -p nbval -p no:hypothesispytest -p no:randomly
NBVAL += --nbval --nbval-current-env -n 2 --dist loadfile --no-loadscope-reorder

nbval: $(READY) ## chapters run again, every output compared
	$(NBVAL) $$(ls -S book/*.ipynb)

unit: $(READY) ## the tests in tests/ (some of them read the built site)
	pytest -n 2 --dist loadfile

# A test may not need what another has left behind. Each order is that of a seed.
FAST := pytest -q --no-header -r fE -m "not slow and not browser"
test-orders: $(READY) ## the quick tests in five other orders, and each file of them alone
	@for seed in 1 2 3 4 5; do $(FAST) -n 2 -p randomly --randomly-seed=$$seed || exit 1; done
	@find tests -name "test_*.py" | sort | xargs -P 2 -I{} sh -c '$(FAST) {} || [ $$? = 5 ]'

bench: $(READY) ## ratios of speed, measured in one run; nothing is asserted
	python -m _support.dev.bench

mutants: $(READY) ## code and published values broken on purpose; MODULE=<folder or name>: all of that
	python tests/mutants.py $(MODULE)

mutants-sample: $(READY) ## a few of those changes, all of which the tests must notice
	python tests/mutants.py --sample

# Of what is committed; each has an environment of its own.
test-release: ## the release of two clones, as two people: the same bytes (needs chromium)
	@python3 tests/support/release/two_releases.py

# Asks OSV, a public database, about the lock files, before anything is installed. The script
# ends with 1 for a finding, with 69 where the database was not reached.
audit: ## known weaknesses of what the book is made with (needs the network)
	@python3 -m _support.dev.advisories

# An exploration: whatever moves, it succeeds, unless the table cannot be read.
claims: $(READY) ## which published values move with an edited table1.csv, or TABLE=<another file>
	@python -m correll2004.changes $(if $(TABLE),"$(TABLE)")

letter: $(READY) ## a letter to the authors with the open questions, for a reader to send
	@python -m correll2004.letter

# From the top folder, so that the chapters' links to the data lead somewhere. Trusted, or
# figures would be left out until their cells have run. Jupyter asks root for a flag.
lab: $(READY) ## JupyterLab on the chapters; FLAGS="--port 9999 --no-browser" are passed on
	@jupyter trust book/*.ipynb > /dev/null
	jupyter lab --LabApp.default_url=/lab/tree/book/abstract.ipynb \
	  $(if $(filter 0,$(shell id -u)),--allow-root) $(FLAGS)

# Versions move only here.
lock: ## requirements.txt anew from requirements.in (needs uv)
	@command -v uv >/dev/null || { echo "error: make lock needs uv, which is not on this" \
	  "machine; pipx install uv brings it" >&2; exit 1; }
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt

clean: ## removes _build
	rm -rf _build

# --- notebooks in the reader's browser ----------------------------------------------
# An app without a server, in _build/html/lite. `make site` takes it away again.
# PYODIDE_DIST: the folder of an official Pyodide release; if not given, `make pyodide`
# fills one. Every file of it is checked by hash.
LITE := _build/lite
PYODIDE_DIST ?= $(LITE)/pyodide
LITE_PYTHON := $(LITE)/venv/bin/python
LITE_READY := $(LITE)/venv/.ready
RUN_LITE = $(LITE_PYTHON) -m _support.lite

$(LITE_READY): book/_support/lite/requirements.txt
	@mkdir -p $(LITE)
	@python3 -m venv --clear $(LITE)/venv
	@$(LITE_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

pyodide: $(LITE_READY) ## Pyodide, fetched and checked, for make lite
	@$(RUN_LITE) pyodide "$(PYODIDE_DIST)"

lite: pyodide ## the chapters as notebooks in the reader's browser, added to the site
	@test -f _build/html/index.html || $(MAKE) --no-print-directory site
	@$(RUN_LITE) build "$(PYODIDE_DIST)"

test-lite: $(READY) ## those notebooks run, outputs compared (needs chromium)
	@test -d _build/html/lite || $(MAKE) --no-print-directory lite
	pytest -s tests/support/lite/test_lite.py
