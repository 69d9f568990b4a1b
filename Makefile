# Lianxin (连心桥). Needs only Python >= 3.11 and make.
.DEFAULT_GOAL := help
.PHONY: setup demo test check audit format bench month year model crashes soak growth faults pairs fuzz picture screenshots help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8080
export PORT
# Every test of a command starts a process: without compiled files each would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
# Every test of a conversation opens a bot: two megabytes at a time its index would be cleared for nothing.
test faults pairs: export NUMPY_MADVISE_HUGEPAGE := 0

$(READY): pyproject.toml constraints.txt tools/install.py
	@$(PYTHON) tools/install.py $(VENV)

setup: $(READY) ## Make .venv with everything that running, testing and checking need

demo: $(READY) ## The bot and the WeCom simulator with a sample district (PORT=8080)
	@$(BIN)/python -m bot demo

test: $(READY) ## The whole test suite, with real PostgreSQL and Redis
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m pytest -n 3 --dist worksteal --durations 15

check: $(READY) ## Lint, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

audit: $(READY) ## Known advisories in the locked dependencies, their licences, secrets in the tree (STRICT=--strict)
	@$(BIN)/python -m tools.audit $(STRICT)

format: $(READY) ## Let ruff put the code in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) ## The measurements of docs/performance.md, with a table of all at the end
	@$(BIN)/python -m benchmarks.table

year: $(READY) ## A year of activity days by word, code, desk and paper, its five totals held against the facts
	@$(BIN)/python -m benchmarks.duty_year

month: $(READY) ## A month of the sample district under a clock of its own, its report held against the facts
	@$(BIN)/python -m benchmarks.month

model: $(READY) ## Rebuild config/topic_model.bin from config/corpus, the same bytes for the same corpus
	@$(BIN)/python -m tools.build_model

crashes: $(READY) ## The bot killed at each step of claim, send and record; then the phones are read
	@$(BIN)/python -m benchmarks.crashes

soak: $(READY) ## Everything goes wrong under load, then the phones are read (SOAK="--messages 1000000 --kills 200 --folder DIR")
	@$(BIN)/python -m benchmarks.soak $(SOAK)

growth: $(READY) ## What a message costs with ten million stored, against ten thousand (12 GB on the disk; GROWTH="--postgresql")
	@$(BIN)/python -m benchmarks.growth $(GROWTH)

faults: $(READY) ## The long proofs: deaths at each point, bad weather, days and live sessions that last weeks, a month
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m long

pairs: $(READY) ## Every scenario and story of both pairs on PostgreSQL and Redis, the real servers
	@LIANXIN_TEST_PAIR=1 $(BIN)/python -m pytest -n 2 --dist worksteal tests/scenarios
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "long or not long" tests/integration/test_town_on_postgresql.py tests/integration/test_redis_hints.py tests/integration/test_leases.py tests/faults/test_processes.py

fuzz: $(READY) ## Anything at all at every door, LIANXIN_FUZZ (100) times as many examples as make test tries
	@LIANXIN_FUZZ=$${LIANXIN_FUZZ:-100} $(BIN)/python -m pytest -n 2 --timeout 0 tests/fuzz

picture: $(READY) ## The README's picture, from the demo
	@LIANXIN_PICTURE=docs/images/demo.png $(BIN)/python -m pytest tests/browser/test_demo.py -m "long or not long"

screenshots: $(READY) ## Every page at both widths in light and dark, into SHOTS (build/screenshots)
	@$(BIN)/python -m benchmarks.pages.screenshots $${SHOTS:-build/screenshots}

help: ## This list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10
