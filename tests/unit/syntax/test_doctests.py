"""The examples in the documentation of `syntax/` run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import lsp_server.syntax

MODULES = [module.name for module in pkgutil.walk_packages(lsp_server.syntax.__path__, "lsp_server.syntax.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
