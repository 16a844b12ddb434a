# Every target does its own set-up, on a machine with Python 3.11+ and make, and is quick the second time.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
CACHE := $(or $(HEADWATER_TEST_CACHE),$(HOME)/.cache/headwater-tests)
VSCODE := tests/editors/vscode
node = export PATH="$$(.ci/node)$$PATH" &&

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 12

demo: .venv/run.stamp  ## the four steps, on a copy of demo_workspace, with the real server
	@$(PY) -m lsp_server demo

test: test-tools  ## everything that must pass (STAGE=unit for one part)
	@$(node) $(PY) .ci/suite.py $(STAGE)

prove: test-tools  ## the long proofs: soundness, environments, fuzz, VS Code three times (N= for the size)
	@$(node) .ci/prove

bench: .venv/dev.stamp  ## speed, with every bar of docs/performance.md beside its measured value
	@$(PY) -m tests.bench $(ARGS)

editor: .venv/run.stamp extension  ## VS Code in the browser with the extension and the demo
	@$(node) node $(VSCODE)/editor.mjs

fuzz: .venv/dev.stamp  ## random edits and broken messages against the server (N= bursts)
	@$(PY) -m tests.fuzz $(ARGS)

vsix: extension  ## the extension as one file, vscode-extension/headwater.vsix
	@$(node) cd vscode-extension && npm run --silent package

fmt: .venv/dev.stamp  ## format the code and mend what ruff can mend
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

lint: .venv/dev.stamp  ## static checks only
	@$(PY) .ci/suite.py lint

clean:  ## remove what the other targets made here
	rm -rf .venv build dist vscode-extension/node_modules vscode-extension/dist vscode-extension/*.vsix $(VSCODE)/node_modules

.venv/run.stamp: pyproject.toml .ci/venv
	@.ci/venv && touch $@

.venv/dev.stamp: pyproject.toml .ci/venv
	@.ci/venv dev && touch $@ .venv/run.stamp

# What the tests need beside Python: editors, a browser, Node packages.
test-tools: .venv/dev.stamp editors extension

editors:
	@.ci/debian-packages git neovim emacs-nox elpa-eglot
	@.ci/neovim-newer "$(CACHE)/neovim-forky" forky
	@if [ -e $(VSCODE)/setup.mjs ]; then $(node) node $(VSCODE)/setup.mjs; fi

extension: .venv/run.stamp
	@if [ -e vscode-extension/package.json ]; then $(MAKE) -s --no-print-directory vscode-extension/node_modules/.stamp; fi

vscode-extension/node_modules/.stamp: vscode-extension/package-lock.json
	@echo "installing the extension's packages" >&2
	@$(node) cd vscode-extension && npm ci --loglevel=error --no-audit --no-fund && cp package-lock.json node_modules/.installed-lock.json && touch node_modules/.stamp

.PHONY: help demo test prove bench editor fuzz vsix fmt lint clean test-tools editors extension
