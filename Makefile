# The door to the house. `make` alone lists the targets; each does all its set-up by itself.

export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
# Hundreds of short processes run in the tests: none of them compiles what another has compiled.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
UV := .uv/bin/uv
RUN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check bench oracle fuzz docs packages try-packages packs pictures lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV): requirements/uv.txt
	@echo "setting up: uv, from its hashed lock"
	@$(PYTHON) -m pip install --quiet --require-hashes --upgrade --target .uv -r $<
	@touch $@

.venv/ready: requirements/dev.txt pyproject.toml $(UV)
	@echo "setting up: the environment .venv, from requirements/dev.txt"
	@$(UV) venv --quiet --clear --python $(PYTHON) .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements/dev.txt
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --offline --no-deps --no-build-isolation -e .
	@touch $@

demo: .venv/ready ## a controller, a clinic and this machine's agent on loopback: open the address it prints
	@$(RUN)/dentinel-controller demo

# Half of the suite waits: for processes, for a guest. So one worker more than there are cores.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST = $(RUN)/python -m tests.prepare && $(RUN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder
test: .venv/ready ## the tests, but for those of test-slow: under ten minutes on two cores
	@$(PYTEST) -m "not slow" $(TESTS)

test-slow: .venv/ready ## the long ones: power cuts, kills, guests, packages, every page in a browser
	@$(PYTEST) -m slow $(TESTS)

check: .venv/ready ## format, lint, types for three systems, import contracts
	@$(RUN)/ruff format --check .
	@$(RUN)/ruff check .
	@$(RUN)/mypy --platform linux
	@$(RUN)/mypy --platform win32
	@$(RUN)/mypy --platform darwin
	@$(RUN)/lint-imports

bench: .venv/ready ## measure against performance bars, write benchmarks/RESULTS.md
	@$(RUN)/python -m benchmarks

oracle: .venv/ready ## 100,000 random expressions beside Google's C++ CEL
	@$(RUN)/python -m benchmarks.oracle

DURATION ?= 600
fuzz: .venv/ready ## every parser on bent input, for DURATION seconds (ten minutes)
	@nice -n 19 $(RUN)/python -m benchmarks.fuzz --seconds $(DURATION)

docs: .venv/ready ## write docs/verified.md, docs/security.md, the doctor's list and docs/reference from the code and its tests
	@$(RUN)/python -m tests.agent.facts.verified
	@$(RUN)/python -m rules.workbench.reference
	@$(RUN)/python -m tests.house.threats
	@$(RUN)/python -m tests.agent.cli.checks.documented

packages: .venv/ready ## .deb and .rpm of agent and controller, hashes and bills of materials, in dist/
	@UV=$(UV) PYTHONPATH=packaging $(RUN)/python -m shipping $(SHIPPING)

try-packages: .venv/ready ## install, join, upgrade and remove them in a Debian of its own: some minutes, as root
	@UV=$(UV) PYTHONPATH=packaging $(RUN)/python -m shipping --out dist/try
	@UV=$(UV) PYTHONPATH=packaging $(RUN)/python -m shipping --out dist/try/next --revision 2 --product dentinel
	@DENTINEL_PACKAGES=dist/try DENTINEL_REQUIRE=packages $(RUN)/python -m pytest -v tests/packaging

packs: .venv/ready ## compile the packs that the package carries
	@$(RUN)/python -m rules.workbench.build

pictures: .venv/ready ## photograph the demo for the README
	@$(RUN)/python docs/pictures.py

LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml
lock: $(UV) ## write requirements/*.txt anew
	@$(LOCK) -o requirements/agent.txt
	@$(LOCK) --group freeze -o requirements/freeze.txt
	@$(LOCK) --extra controller -o requirements/controller.txt
	@$(LOCK) --extra controller --group dev -o requirements/dev.txt

clean: ## remove what the other targets made
	@rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
