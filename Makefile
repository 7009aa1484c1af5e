# QLVB: every command of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8400

.PHONY: help setup run demo test bench fuzz faults kills stack requirements lint schemas

help: ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/ready: pyproject.toml requirements.lock
	@echo "==> Python packages into .venv"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

setup: .venv/ready ## Everything needed into .venv and var (called by the others)
	@mkdir -p var
	@$(BIN)/python infra/setup.py

run: setup ## The whole system on this machine, with the demo province
	@QLVB_DEMO=true $(BIN)/qlvb demo run --port $(PORT)

demo: setup ## The complete journey of a document, proven step by step; evidence in var/demo
	@QLVB_DEMO=true $(BIN)/qlvb demo journey

test: setup ## Every test
	@$(BIN)/python infra/test_servers.py
	@$(BIN)/pytest -n 2 --dist loadgroup

bench: setup ## Figures against their floors; ONLY=group runs one group
	@$(BIN)/python -m infra.bench $(ONLY)

fuzz: setup ## Mutated edXML packages against the reader, JUDGE=1: changed signed files against the quick judge; N=… SEED=number
	@$(BIN)/python -m tests.fuzz$(if $(JUDGE),.judging) --count $(or $(N),$(if $(JUDGE),5000,100000)) --seed $(or $(SEED),1)

faults: setup ## Kill everything at random and judge the registers; N=documents SEED=number EMBEDDED=1
	@$(BIN)/python -m infra.faults --documents $(or $(N),300) --seed $(or $(SEED),1) $(if $(EMBEDDED),--embedded)

kills: setup ## Kill -9 signing between the steps of its acts, GATEWAY=documents: the gateway receiving so many; N=kills SEED=number
	@$(BIN)/python -m infra.faults.$(if $(GATEWAY),receiving --documents $(GATEWAY) --kills $(or $(N),100),signing --kills $(or $(N),200)) --seed $(or $(SEED),1)

stack: setup ## RabbitMQ, PostgreSQL and every service in processes of its own; REPLICAS=2
	@$(BIN)/python -m infra.stack --port $(PORT) --replicas $(or $(REPLICAS),1)

requirements: setup ## Which requirement is proven by which test; var/requirements.json
	@$(BIN)/python -m tests.requirements

schemas: setup ## Write contracts/schemas, asyncapi.yaml and openapi anew
	@$(BIN)/python -m infra.contracts write

lint: setup ## Style, types, import contracts, compatibility of the schemas
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m infra.contracts check
