# Two commands do everything: `make run` and `make test`. `make help` lists the others.

PYTHON ?= python3
PY := .venv/bin/python
ARGS ?=
CONFORM ?= ../shared/conform
ALL_BUT_BROWSER := -n 2 --dist worksteal -q -m "not browser and not bench"
# What `check --deploy` is told; a real instance has its own.
PRODUCTION := DEBUG=false SITE_URL=https://log.example.org ALLOWED_HOSTS=log.example.org \
	SECRET_KEY=only-for-the-check-$$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')

.PHONY: help run serve test coverage lint bench soak mutants browser conform screenshots setup setup-dev \
	translations

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## run the site with a demo account at http://127.0.0.1:8000 (PORT=… changes it)
	@$(PY) manage.py serve --demo

serve: setup ## run the site without demo data
	@$(PY) manage.py serve

test: setup-dev ## run the tests, on SQLite or on DATABASE_URL=postgres://…
	@$(PY) manage.py compile_translations
	@$(PY) -m pytest $(ALL_BUT_BROWSER) $(ARGS)

coverage: setup-dev ## run the tests and measure what of the code they reach; fails below the floor
	@$(PY) manage.py compile_translations
	@$(PY) -m pytest $(ALL_BUT_BROWSER) --cov --cov-report=term:skip-covered $(ARGS)

browser: setup-dev ## run the tests that drive Chromium
	@$(PY) manage.py compile_translations
	@$(PY) -m pytest -q -m browser tests/browser $(ARGS)

lint: setup-dev ## check style and spelling (and mend style), types, migrations and production settings
	@PRE_COMMIT_HOME=.venv/pre-commit $(PY) -m pre_commit run --all-files
	@$(PY) -m mypy
	@$(PY) manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING

bench: setup-dev ## measure speed and memory as ratios (ARGS="tracks upload oauth scale")
	@$(PY) -m bench $(ARGS)

soak: setup-dev ## ten busy minutes with a job worker that is killed again and again
	@$(PY) manage.py compile_translations
	@$(PY) -m bench.soak $(ARGS)

mutants: setup-dev ## change the heart in 200 places and see which changes no test notices (ARGS="--seed 9")
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-mutants.txt
	@$(PY) manage.py compile_translations
	@$(PY) -m bench.mutants $(ARGS)

conform: setup-dev ## replay the recorded exchanges of CONFORM=folder against our servers
	@CONFORM=$(CONFORM) $(PY) -m tests.conform.run $(ARGS)

screenshots: setup-dev ## take pictures of every page into screenshots/
	@$(PY) -m tests.browser.screenshots $(ARGS)

translations: setup-dev ## bring locale/ up to date with the sources
	@$(PY) manage.py collect_translations

setup:
	@$(PYTHON) deploy/setup.py

setup-dev:
	@$(PYTHON) deploy/setup.py --dev
