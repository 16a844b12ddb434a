"""A quick guess, without parsing, of what files define and name: only to decide what to read in which order.

Wrong guesses cost time and nothing else: results are found by what they really depend on (`graph.queries.result_key`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

_NAME = re.compile(r"\bMODEL\s*\([^;]*?\bname\s+([^\s,;)]+)", re.IGNORECASE)
_DOTTED = re.compile(r"[\w$\"`]++(?:\.[\w$\"`]++)++")
_HEAD = 8_000
_QUOTES = str.maketrans("", "", '"`')


class Guess:
    """Files by the names that they seem to define, and the files that each seems to read."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.names: dict[str, str] = {}
        """Name (in lower case, at most its last two parts) -> file."""
        self._own: dict[str, str] = {}
        for path, text in texts.items():
            match = _NAME.search(text, 0, _HEAD)
            if match is not None:
                name = last_two(match.group(1))
                self._own[path] = name
                self.names.setdefault(name, path)
        self._texts = texts
        self._words: dict[str, frozenset[str]] = {}
        self._folded: dict[str, str] = {}
        """What was folded already: `o.customer_id` stands in half of the files."""
        self._elsewhere: frozenset[str] | None = None

    def expect(self, names: Iterable[str]) -> None:
        """What is defined elsewhere (names as the graph has them) counts from now on too; only the first call does something."""
        if self._elsewhere is None:
            self._elsewhere = frozenset(map(last_two, names))
            self._words.clear()

    def words(self, path: str) -> frozenset[str]:
        """The names in a file that something defines, as `names` has them."""
        if path not in self._words:
            folded = self._folded
            elsewhere, found = self._elsewhere or frozenset(), set()
            for word in set(_DOTTED.findall(self._texts.get(path, ""))):  # who is done already reads nothing any more
                name = folded.get(word)
                if name is None:
                    name = folded[word] = last_two(word)
                if name in self.names or name in elsewhere:
                    found.add(name)
            found.discard(self._own.get(path, ""))
            self._words[path] = frozenset(found)
        return self._words[path]

    def read(self, paths: Iterable[str], cancelled: Callable[[], bool]) -> bool:
        """Look for the names in these files, so that what follows takes no time; False when cancelled, which loses nothing."""
        for path in paths:
            if path not in self._words:
                if cancelled():
                    return False
                self.words(path)
        return True

    def reads(self, path: str) -> frozenset[str]:
        """The files that seem to define what a file names."""
        return frozenset(self.names[word] for word in self.words(path) if word in self.names)

    def ancestors(self, paths: Iterable[str]) -> set[str]:
        """Files, and all that they seem to read, directly or not."""
        found: set[str] = set()
        stack = [path for path in paths if path in self._texts]
        while stack:
            path = stack.pop()
            if path not in found:
                found.add(path)
                stack.extend(self.reads(path))
        return found


def last_two(name: str) -> str:
    return ".".join(name.translate(_QUOTES).lower().split(".")[-2:])
