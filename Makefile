# The portal's commands. `make` alone lists them; the README says more.
# Whatever is installed goes into .venv, and only what a lock file names with its hash.

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

PYTHON ?=
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check -qq install --require-hashes --requirement
UV_COMPILE := $(PY) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

.PHONY: help
help: ## Visa den här listan
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 16

.PHONY: run
run: $(VENV)/.run .env ## Starta portalen på http://127.0.0.1:8000 (annan port: make run PORT=8010)
	@exec $(PY) manage.py serve

.PHONY: admin
admin: $(VENV)/.run .env ## Skapa ett konto för personalen
	@echo "Skapa ett konto för personalen: svara på frågorna (Ctrl-C avbryter)."
	@$(PY) manage.py migrate --verbosity 0
	@exec $(PY) manage.py create_staff

.PHONY: dev
dev: $(VENV)/.dev .env ## Starta utvecklingsservern, som laddar om när koden ändras
	@exec env DEBUG=true $(PY) manage.py serve --dev

.PHONY: test
test: $(VENV)/.dev ## Kör alla kontroller och tester, på SQLite, PostgreSQL och i Chromium
	@exec $(PY) -m tests.services.everything

.PHONY: lint
lint: $(VENV)/.dev ## Granska koden: stil, mallar, typer och migreringar
	@exec $(PY) -m tests.services.everything lint

.PHONY: bench
bench: $(VENV)/.dev ## Mät vad sidor, filer och planering kostar
	@$(PY) -m tests.benchmarks.pages
	@$(PY) -m tests.benchmarks.growth
	@$(PY) -m tests.benchmarks.workers
	@$(PY) -m tests.benchmarks.feeds
	@$(PY) -m tests.benchmarks.planner
	@$(PY) -m tests.benchmarks.indicators
	@$(PY) -m tests.benchmarks.plan_pdf

.PHONY: format
format: $(VENV)/.dev ## Ordna koden enligt stilreglerna
	@$(PY) -m ruff check --fix --exit-zero --quiet .
	@$(PY) -m ruff format .

.PHONY: lock
lock: $(VENV)/.dev ## Skriv om låsfilerna efter pyproject.toml, med de nyaste versioner som ryms
	@$(UV_COMPILE) --upgrade --output-file requirements.lock
	@$(UV_COMPILE) --upgrade --group dev --constraint requirements.lock --output-file requirements-dev.lock

# Installed again only when the lock file has changed since; what the development lock holds includes the other.
$(VENV)/.run: requirements.lock | $(VENV)/bin/pip
	@echo "Installerar det portalen behöver …"
	@$(PIP) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock | $(VENV)/bin/pip
	@echo "Installerar det som behövs för utveckling och tester …"
	@$(PIP) requirements-dev.lock
	@touch $@ $(VENV)/.run

# pip is the last thing that a new environment gets, so it tells a whole one from one that was interrupted.
$(VENV)/bin/pip:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Portalen behöver Python 3.11 eller senare, och ingen sådan hittades. Installera den och försök igen." >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "Python saknar modulen venv. På Debian och Ubuntu: apt install python$$version-venv" >&2; \
		exit 1; \
	fi; \
	echo "Skapar Pythonmiljön .venv …"; \
	"$$python" -m venv --clear $(VENV)

# Written once, and never touched again.
.env: | $(VENV)/.run
	@$(PY) -m sodertorn.environment

# An environment whose Python is gone (moved folder, upgraded machine) is made anew.
ifneq ($(wildcard $(VENV)),)
ifneq ($(shell $(PY) -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null),True)
.PHONY: $(VENV)/bin/pip $(VENV)/.run $(VENV)/.dev
endif
endif
