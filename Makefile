# make run, make test: each sets everything up in .venv by itself.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$name; break; fi; done)
BIN := .venv/bin
READY := .venv/installed
FULLY_COVERED := app/domain/*,app/metrics/*,app/postprocess/*,app/render/*,app/diffusion/*

.PHONY: help run test format clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(READY) ## open the viewer on a bundled study and run a model on it; without a display write to out/
	$(BIN)/concord demo

test: $(READY) ## check style, types and imports and run the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@sh packaging/check-qt $(BIN)/python
	$(BIN)/pytest --cov --cov-report=
	$(BIN)/coverage report
	$(BIN)/coverage report --include='$(FULLY_COVERED)' --fail-under=100

format: $(READY) ## lay out the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was built, the virtual environment too
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage

$(READY): pyproject.toml packaging/constraints.txt
	@sh packaging/check-tools "$(PYTHON)"
	"$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install -c packaging/constraints.txt torch
	$(BIN)/python -m pip install -c packaging/constraints.txt setuptools wheel cython
	@# Its own build asks for an old Cython that knows no Python 3.13.
	$(BIN)/python -m pip install -c packaging/constraints.txt --no-build-isolation pydensecrf2
	$(BIN)/python -m pip install -c packaging/constraints.txt -e '.[dev]'
	@touch $@
