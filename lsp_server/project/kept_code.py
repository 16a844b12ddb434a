"""What attrs generates and compiles at an import, compiled once: as Python keeps the compiled code of modules, on disk.

lsprotocol is some 570 attrs classes. To write and compile their methods anew takes half of its import, which is half of the server's.
attrs compiles by the built-in function of that name; here it finds one that looks into a file first, under all that the
code depends on. Where attrs does it another way in some version nothing is gained, and nothing lost.
"""

from __future__ import annotations

import importlib.util
import marshal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from types import CodeType
from typing import Any

import attr._make as generator

from lsp_server.project.cache import Cache, beside_facts


@contextmanager
def kept_code() -> Iterator[None]:
    """Within it, what attrs compiles is taken from the cache where it is there, and put there where it is not."""
    cache = beside_facts(f"generated-{sys.implementation.cache_tag}.code")
    store = _Store(cache)
    names: dict[str, Any] = vars(generator)
    names["compile"] = store.compile
    try:
        yield
    finally:
        del names["compile"]
        cache.append(store.new)


class _Store:
    """Compiled code by what it was compiled from."""

    def __init__(self, cache: Cache) -> None:
        self._known = cache.load()
        self.new: list[tuple[bytes, bytes]] = []

    def compile(self, source: str, filename: str, mode: str) -> CodeType:
        """As the built-in function."""
        parts = (importlib.util.MAGIC_NUMBER, sys.flags.optimize, source, filename, mode)
        key = blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._known.get(key)
        if known is not None:
            code: CodeType = marshal.loads(known)
            return code
        code = compile(source, filename, mode)
        self.new.append((key, marshal.dumps(code)))
        return code
