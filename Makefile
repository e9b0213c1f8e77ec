# Everything a developer runs. A fresh machine needs make and Python 3.11 or newer; the rest goes into .venv.

PYTHON ?= python3
CASSETTE_SHARED ?= ../shared
export CASSETTE_SHARED

# How long `make fuzz` takes in all, and what it attacks (docs/fuzzing.md); nothing means everything.
FUZZ_SECONDS ?= 600
FUZZ_TARGETS ?=

# Containers like to set this; but without compiled modules every start takes four times as long.
unexport PYTHONDONTWRITEBYTECODE
# What is checked is this checkout, and none that a shell has named.
unexport PYTHONPATH

BIN := .venv/bin
INSTALLED := .venv/.installed

# Which of the core modules `make mutants` changes everywhere (docs/mutants.md); nothing means some places of all.
MUTANTS ?=

# The order of the tests: `make test` takes that of the files; `make check` another for each commit, and prints the seed, with
# which `make test SEED=…` repeats it.
SEED ?=

# What a demo shows: the command, then its output. Status 1 (something was found) is what we want to see.
show = @echo; echo '$$ cassette $(1)'; $(BIN)/cassette $(1) || test $$? -eq 1

# Peers that pip cannot install (what it can is the group `peers` of pyproject.toml): Ruby's VCR, go-vcr and Playwright
# replay what we write, a browser opens HTML reports, axe-core says who could not read them, HAR has a schema. go-vcr v4, the
# Go it needs and Anthropic's SDK for Go are in no stable release of Debian's yet: they are unpacked into .venv/debian, the
# last ones without their clouds.
PEERS := ruby-vcr ruby-webmock ruby-rspec golang-go golang-github-dnaeon-go-vcr-dev chromium chromium-driver
PEERS_OF_TESTING := golang-go golang-gopkg-dnaeon-go-vcr.v4-dev --alone golang-github-anthropics-anthropic-sdk-go-dev \
    $(patsubst %,golang-github-tidwall-%-dev,gjson sjson match pretty) golang-golang-x-sync-dev
PEERS_OF_NPM := har-schema@2 playwright-core@1.65.1 axe-core@4.14.1

.PHONY: help demo test check install-peers peers pythons bench growth corpus fuzz mutants coverage docs site schemas format clean

help:
	@echo 'make demo     lint, diff, show and normalise the samples'
	@echo 'make test     run the tests'
	@echo 'make check    what CI runs: format, lint, types, import contracts, generated files, tests'
	@echo 'make peers    install $(PEERS) (Debian, as root), $(PEERS_OF_NPM),'
	@echo '              go-vcr v4 (Debian testing, into .venv) and the SDKs of vendors, pipx and uv (pip, the group peers),'
	@echo '              and run the tests that need them; make install-peers does not run them'
	@echo 'make pythons  run the tests of reading on every other version of Python that is here'
	@echo 'make bench    measure against other tools (BENCH=--write puts it into README.md and docs/speed.md)'
	@echo 'make growth   measure how commands grow with their input (GROWTH=--write puts it into docs/speed.md and a plot'
	@echo '              beside it; GROWTH=events measures only that); make bench growth BENCH=--write GROWTH=--write is'
	@echo '              all of docs/speed.md'
	@echo 'make corpus   the tests with all examples and all real recordings under CASSETTE_SHARED ($(CASSETTE_SHARED));'
	@echo '              then lint, show, normalise and diff every one of these,'
	@echo '              and change every value of each, one at a time: diff must tell; before that, keys of every'
	@echo '              kind at every place: lint must find them, and normalize redact them; and how many answers the'
	@echo '              SDKs of vendors read as we do, where these are'
	@echo 'make fuzz     attack every part with changed recordings, for FUZZ_SECONDS ($(FUZZ_SECONDS)); FUZZ_TARGETS names some'
	@echo 'make mutants  change the core modules in one place at a time: a test must notice; ten minutes of CPU at most'
	@echo '              (MUTANTS=usage: every place of that module, within the same time)'
	@echo 'make coverage what of these recordings no decoder reads (COVERAGE=--kept: and what is only kept)'
	@echo 'make docs     write the generated pages of docs/'
	@echo 'make site     build the documentation as a site, build/site; .venv/bin/mkdocs serve shows it'
	@echo 'make schemas  compile schemas/ to Python'
	@echo 'make format   format the code and repair what ruff can repair'
	@echo 'make clean    remove .venv and everything that tools left behind'

$(INSTALLED): pyproject.toml
	@echo 'setting up .venv'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=... names it")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable . --group dev
	@touch $@

demo: $(INSTALLED)
	$(call show,lint samples/rules/secret-in-stream/bad.yaml samples/rules/mojibake/bad.yaml)
	$(call show,diff samples/readme/old.yaml samples/readme/new.yaml)
	$(call show,show samples/readme/new.yaml)
	$(call show,normalize --rechunk --check samples/normalize/recorded)

test: $(INSTALLED)
	$(BIN)/pytest $(if $(SEED),--random-order-seed=$(SEED))

check: $(INSTALLED)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/compile_schemas.py --check
	$(BIN)/python tools/write_docs.py --check
	@$(MAKE) --no-print-directory test SEED=$(or $(SEED),$(shell git rev-parse --short=8 HEAD 2>/dev/null || date +%s))

# As root, or with sudo. Without these the tests that need them are skipped, and say so.
install-peers: $(INSTALLED)
	@command -v apt-get >/dev/null || { echo 'no apt-get here: install $(PEERS) in your own way'; exit 1; }
	$(if $(filter 0,$(shell id -u)),,sudo) apt-get update -qq
	$(if $(filter 0,$(shell id -u)),,sudo) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PEERS)
	@command -v npm >/dev/null || { echo 'no npm here: install Node.js'; exit 1; }
	npm install --silent --no-save --prefix .venv/npm $(PEERS_OF_NPM)
	$(BIN)/python -m pip install -qq --disable-pip-version-check --group peers
	sh tools/from_debian_testing.sh .venv/debian $(PEERS_OF_TESTING) || echo 'without go-vcr v4: Debian testing is not there'

peers: install-peers
	$(BIN)/pytest -n 0 tests/replay tests/sdks tests/integrations/test_recording_page.py \
	    tests/project/test_wheel.py tests/reporters/test_html_in_a_browser.py

pythons: $(INSTALLED)
	$(BIN)/python tools/pythons.py

bench: $(INSTALLED)
	$(BIN)/python bench/run.py $(BENCH)

growth: $(INSTALLED)
	$(BIN)/python bench/growth.py $(GROWTH)

corpus: $(INSTALLED)
	CASSETTE_THOROUGH=1 $(BIN)/pytest --ignore=tests/hostile/test_faults.py
	CASSETTE_THOROUGH=1 $(BIN)/pytest -n 0 -rsP tests/sdks -k 'every_answer or real_streams'
	$(BIN)/python tools/corpus.py $(CASSETTE_SHARED)

fuzz: $(INSTALLED)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(BIN)/python -m pip install -qq --disable-pip-version-check --group fuzz
	$(BIN)/python -m fuzz.run $(FUZZ_SECONDS) $(FUZZ_TARGETS)

mutants: $(INSTALLED)
	$(BIN)/python tools/mutants.py $(MUTANTS)

coverage: $(INSTALLED)
	$(BIN)/python tools/coverage.py $(CASSETTE_SHARED) $(COVERAGE)

docs: $(INSTALLED)
	$(BIN)/python tools/write_docs.py

site: $(INSTALLED)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

schemas: $(INSTALLED)
	$(BIN)/python tools/compile_schemas.py

format: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf .venv build dist *.egg-info .cassette_cache .fuzz .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
