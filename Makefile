# Attain. `make` lists the targets; README.md and CONTRIBUTING.md say when to use them.
PYTHON ?= python3
PORT ?= 8000
STORE ?= sqlite
WIRE ?= embedded
BIN := .venv/bin
CODE := libs services deploy tests

.PHONY: help install install-dev run kafka check format test real acceptance faults bench lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/.run-$(shell cksum < requirements.lock | cut -d' ' -f1): requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python deploy/link.py
	touch $@

$(BIN)/.dev-$(shell cksum < requirements-dev.lock | cut -d' ' -f1): requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	$(BIN)/python deploy/link.py
	touch $@

install: $(BIN)/.run-$(shell cksum < requirements.lock | cut -d' ' -f1) ## Make .venv from the hash-checked lock

install-dev: install $(BIN)/.dev-$(shell cksum < requirements-dev.lock | cut -d' ' -f1) ## The same with the tools that tests need

run: install ## Start everything on http://127.0.0.1:8000 (PORT=) with a demonstration company (DEMO=0: without)
	@PORT=$(PORT) $(BIN)/attain run

kafka: install ## A Kafka broker with its data under var/kafka, until Ctrl-C (needs Java 17 and Maven)
	@$(BIN)/python -m attain.broker

real: $(if $(filter postgres,$(STORE)),install-dev,install) ## Real deals through the whole product: WIRE=embedded or kafka, STORE=sqlite or postgres
	@$(BIN)/attain real --wire $(WIRE) --store $(STORE)

acceptance: install ## Published plans through the whole product: what each should pay by its source, and what it pays
	@$(BIN)/python -m attain.acceptance.main

faults: install-dev ## What goes wrong in production, tried on real processes, and all that was written checked (FAULT=: only that one)
	@$(BIN)/attain faults $(FAULT)

bench: install-dev ## How fast it is, beside floors measured in the same run (PARTS=: only these)
	@$(BIN)/python -m attain.bench.main

check: install-dev ## Format, lint, import rules, contracts and types: the fastest first
	@$(BIN)/ruff format --check --quiet $(CODE) || { echo "make format"; exit 1; }
	@$(BIN)/ruff check --quiet $(CODE)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/attain contracts check
	@$(BIN)/basedpyright

format: install-dev ## Format, and mend what can be mended
	@$(BIN)/ruff format --quiet $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

test: check ## check, then all tests, on SQLite and PostgreSQL
	@$(BIN)/pytest

clean: ## Remove the data under var/ and what tools left behind
	@test ! -d var/postgres || $(BIN)/python -m attain.cluster stop
	rm -rf var .pytest_cache .ruff_cache .hypothesis .schemathesis .import_linter_cache
	find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet pyproject.toml --output-file requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --group dev pyproject.toml --output-file requirements-dev.lock
