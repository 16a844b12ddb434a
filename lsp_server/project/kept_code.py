"""What attrs and cattrs generate and compile, compiled once: as Python keeps the compiled code of modules, on disk.

The protocol's messages are classes of lsprotocol, some 570, which attrs makes and cattrs converts. To write and compile the
methods of those that a session uses takes a fifth of a second, in which an editor waits.
Both compile by the built-in function of that name; here they find one that looks into a file first, under all that the code
depends on. Where they do it another way in some version nothing is gained, and nothing lost.
"""

from __future__ import annotations

import importlib.util
import marshal
import sys
from hashlib import blake2b
from types import CodeType
from typing import Any

import attr._make
import cattrs.gen

from lsp_server.project.cache import Cache, beside_facts


def keep_code() -> None:
    """From now on what they compile is taken from the cache where it is there, and put there where it is not."""
    store = _Store(beside_facts(f"generated-{sys.implementation.cache_tag}.code"))
    for generator in (attr._make, cattrs.gen):
        names: dict[str, Any] = vars(generator)
        names["compile"] = store.compile


class _Store:
    """Compiled code by what it was compiled from."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._known = cache.load()

    def compile(self, source: str, filename: str, mode: str) -> CodeType:
        """As the built-in function."""
        parts = (importlib.util.MAGIC_NUMBER, sys.flags.optimize, source, filename, mode)
        key = blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._known.get(key)
        if known is not None:
            code: CodeType = marshal.loads(known)
            return code
        code = compile(source, filename, mode)
        self._cache.append([(key, marshal.dumps(code))])
        return code
