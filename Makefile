# The verbs, the same for a person and for CI.
#   make book   environment, exports, chapters executed, site built
#   make test   everything that must hold
#   make lab    JupyterLab on the chapters
#   make bench, make mutants, make lock, make clean
.DELETE_ON_ERROR:
.PHONY: help book test lint unit nbval site check-exports bench mutants lab lock clean

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/book
BUILD := jupyter-book build . -W -n --keep-going

help:
	@sed -n 's/^#   //p' Makefile

$(READY): requirements.txt
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing $(VENV) && \
	  uv pip install --quiet --python $(PYTHON) --require-hashes --compile-bytecode -r requirements.txt; \
	else \
	  python3 -m venv $(VENV) && \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt; \
	fi
	@touch $@

# Exports come first: they read and check the data, and stop here with every fault
# listed, before any chapter runs.
book: $(READY)
	@python -m correll2004.exports
	@python book/_support/execute.py
	@$(MAKE) --no-print-directory site
	@echo "The book: $(CURDIR)/_build/html/index.html"

# Built aside and swapped in, so that a failing build loses no good site and every build
# starts from nothing: two builds of one tree are the same bytes.
site: $(READY)
	@rm -rf _build/next && mkdir -p _build/next
	@$(BUILD) --path-output _build/next > _build/log.txt 2>&1 || { cat _build/log.txt; exit 1; }
	@rm -rf _build/html && mv _build/next/_build/html _build/html && rm -rf _build/next

test: lint check-exports nbval site unit

lint: $(READY)
	ruff check .
	ruff format --check .
	ruff check book/*.ipynb
	ruff format --check --line-length 84 book/*.ipynb

check-exports: $(READY)
	python -m correll2004.exports --check

nbval: $(READY)
	pytest -o addopts= -p nbval --nbval --nbval-current-env -n 2 --dist loadfile book/*.ipynb

unit: $(READY)
	pytest -n 2 --dist loadfile

# Ratios measured in one run; nothing is asserted.
bench: $(READY)
	python book/_support/bench.py

# Breaks code and published values on purpose: the tests must notice each time.
mutants: $(READY)
	python tests/mutants.py

lab: $(READY)
	cd book && jupyter lab

# Needs uv. Versions move only here.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" requirements.in -o requirements.txt

clean:
	rm -rf _build
