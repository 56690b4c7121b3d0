# sayso: one command on a machine that has python3 (>= 3.11, with venv) and make.
PYTHON ?= python3
VENV   := .venv
STAMP  := $(VENV)/.installed
# Debian packages that some tests need: a browser for the page, PostgreSQL for the ledger, what runs the alert rules.
APT_PACKAGES := chromium postgresql prometheus prometheus-alertmanager
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Without .pyc files each process compiles every import anew, which costs seconds.
export UV_COMPILE_BYTECODE := 1
# Where a company's proxy signs with its own certificate, pip knows it from the system; so must uv.
export UV_SYSTEM_CERTS := 1
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install system demo test check unit gate bench bench-peers docs lock generate clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv with everything, and the console script .venv/bin/sayso

$(STAMP): requirements-dev.lock requirements-boot.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "sayso needs Python 3.11 or newer; this is " + sys.version + ". Set PYTHON=/path/to/python3.11")'
	test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install -q --require-hashes -r requirements-boot.lock
	$(VENV)/bin/uv pip install -q --python $(VENV) --require-hashes -r requirements-dev.lock
	$(VENV)/bin/uv pip install -q --python $(VENV) --no-deps --no-build-isolation -e .
	touch $@

system: ## install the Debian packages that some tests need, where this user may
	@sh scripts/system-packages.sh $(APT_PACKAGES)

demo: install ## start the predictor and the page, and print the address
	$(VENV)/bin/sayso demo

test: install system check unit ## everything that must pass

check: install ## ruff, mypy, import-linter, deptry
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/deptry src

unit: install ## the tests alone
	$(VENV)/bin/python -m pytest -n auto --dist loadfile --junitxml=var/unit-tests.xml -o junit_suite_name=commit:$$(git describe --always --dirty --abbrev=40 --exclude='*')

gate: install ## what a release needs, decided; the tests run first where they have left no result
	@test -f var/unit-tests.xml || $(MAKE) unit
	$(VENV)/bin/sayso gate

.venv-peers/fastapi/.installed: benchmarks/peers/fastapi.txt | $(STAMP)
	$(VENV)/bin/uv venv -q --clear .venv-peers/fastapi
	$(VENV)/bin/uv pip install -q --python .venv-peers/fastapi --require-hashes -r benchmarks/peers/fastapi.txt
	touch $@

bench: install .venv-peers/fastapi/.installed ## measure speed, as ratios within one run
	@sh scripts/system-packages.sh wrk
	$(VENV)/bin/python -m benchmarks

bench-peers: install ## install what sayso is measured beside, each in a virtual environment of its own
	$(VENV)/bin/uv venv -q --clear .venv-peers/language
	$(VENV)/bin/uv pip install -q --python .venv-peers/language --require-hashes -r benchmarks/peers/language.txt

docs: install ## build the pages of docs/ into site/
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict -q

generate: install ## rewrite the files that are made from code
	$(VENV)/bin/python -m scripts.generate

lock: ## resolve the dependencies anew
	uv pip compile pyproject.toml --all-extras --group dev --universal --generate-hashes --no-emit-index-url --no-header -q -U -o requirements-dev.lock
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -c requirements-dev.lock -o requirements.lock
	printf 'uv\n' | uv pip compile - --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements-boot.lock

clean: ## remove what install made
	rm -rf $(VENV)
