# The tasks of the project. `make demo` and `make test` prepare everything they need.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Many tests wait more than they work: thrice as many as there are cores, each given test by test.
WORKERS := $(shell echo $$((3 * $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2))))
# The tests start hundreds of processes, which would all compile anew what they import.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-fleet test suite check matrix wheel man format trust soak bench screenshots lock clean

help:  ## list the tasks
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: $(READY)  ## a lively meeting on the embedded node, and the dashboard on it
	@$(BIN)/pexdash demo

demo-fleet: $(READY)  ## two collectors on a bus, a wall and a dashboard, in tmux
	@$(BIN)/python -m tests.demo_fleet

# Beside each other: the tests wait now and then, and no mistake found by one hides another's.
test: $(READY)  ## lint, types and every test
	@$(MAKE) --no-print-directory --jobs=2 check suite

# Thousands of programs on a busy machine: what fails among them is named, and must pass alone.
suite: $(READY)
	@$(BIN)/pytest -n $(WORKERS) --dist load --maxschedchunk 1 || \
		{ test $$? = 1 && echo "what failed above, once more and alone:" && $(BIN)/pytest --last-failed; }

check: $(READY)  ## lint and strict types
	@$(BIN)/ruff check pexdash tests
	@$(BIN)/ruff format --check pexdash tests
	@$(BIN)/mypy

matrix: $(READY)  ## the screen on the oldest and newest Textual, and pexdash as installed
	@$(BIN)/python -m tests.matrix

wheel: $(READY)  ## the wheel in dist/, to install elsewhere
	@rm -f dist/pexdash-*.whl
	@$(BIN)/python -m flit_core.wheel --outdir dist

man: $(READY)  ## write the manual page anew from the command line
	@$(BIN)/python -m tests.man_page

format: $(READY)  ## lay the code out
	@$(BIN)/ruff check --fix pexdash tests
	@$(BIN)/ruff format pexdash tests

trust: $(READY)  ## count what can be trusted, and print the table (ten minutes)
	@$(BIN)/python -m tests.trust

soak: $(READY)  ## weeks of a meeting in minutes; fails where anything has grown
	@$(BIN)/python -m tests.trust.soak
	@$(BIN)/python -m tests.trust.unattended

bench: $(READY)  ## measure speed beside the limit and a naive build (a quarter of an hour)
	@$(BIN)/python -m tests.bench

screenshots: $(READY)  ## draw screenshots/ from the seeded demo
	@$(BIN)/python -m tests.screenshots

lock: $(READY)  ## resolve the development set again (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --output-file .requirements.lock

clean:  ## remove the environment and all caches
	rm -rf $(VENV) .matrix dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): .requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "pexdash needs Python 3.11 or newer"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "preparing the environment in $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
