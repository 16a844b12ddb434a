"""The tables of a few versions of one workspace, over several data sets, each made when it is first needed.

A model's rows are those of its query, run once; it is written to a table only when another model reads it.  A model whose
text and whose upstream tables are those of an earlier version is not run again: it is the same table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tests.oracles.soundness.oracle import Oracle, Result

Models = Mapping[str, str]


class Tables:
    """`versions` hold the same models, in topological order; version 0 lives beside the sources, each other in schemas of its own."""

    def __init__(self, oracle: Oracle, versions: Sequence[Models]) -> None:
        self.oracle = oracle
        self.versions = versions
        self._results: dict[tuple[int, int, str], Result | None] = {}
        """(data set, version, model) to its rows; None if the engine refuses it."""
        self._same: dict[tuple[int, int, str], int] = {}
        self._made: dict[tuple[int, str], list[tuple[str, tuple[int, ...], int]]] = {}
        """(data set, model) to what was run: text, versions of its upstream tables, version."""
        self._kept: set[tuple[int, int, str]] = set()

    def result(self, dataset: int, version: int, name: str) -> Result | None:
        """The rows of a model; None if the engine refuses it, or a model that it reads."""
        return self._results[dataset, self.same_as(dataset, version, name), name]

    def same_as(self, dataset: int, version: int, name: str) -> int:
        """The first version that has the same table, row by row."""
        key = (dataset, version, name)
        if key not in self._same:
            text, ups = self.versions[version][name], self._reads(version, name)
            read = tuple(self.same_as(dataset, version, up) for up in ups)
            known = self._made.setdefault((dataset, name), [])
            same = next((at for other, under, at in known if (other, under) == (text, read)), None)
            if same is None:
                same = self._run(dataset, version, name, dict(zip(ups, read, strict=True)))
                known.append((text, read, same))
            self._same[key] = same
        return self._same[key]

    def _run(self, dataset: int, version: int, name: str, ups: dict[str, int]) -> int:
        fine = all(self._keep(dataset, at, up) for up, at in ups.items())
        self._use(dataset, ups)
        found = self.oracle.run(self.versions[version][name]) if fine else None
        for _, _, at in self._made[dataset, name]:
            if self._results[dataset, at, name] == found:
                return at
        self._results[dataset, version, name] = found
        return version

    def _keep(self, dataset: int, version: int, name: str) -> bool:
        """Writes a table; whether there is one."""
        key = (dataset, version, name)
        if self._results[key] is None:
            return False
        if key not in self._kept:
            reads = self._reads(version, name)
            self._use(dataset, {up: self.same_as(dataset, version, up) for up in reads})
            if not self.oracle.keep(name, self.versions[version][name], dataset, version):
                return False
            self._kept.add(key)
        return True

    def _use(self, dataset: int, ups: dict[str, int]) -> None:
        """The names in `ups` mean the tables of these versions from now on."""
        for version in set(ups.values()):
            for name, at in ups.items():
                if at != version:
                    self.oracle.forget(name, dataset, version)
        self.oracle.use(dataset, tuple(sorted(set(ups.values()) - {0})))

    def _reads(self, version: int, name: str) -> list[str]:
        words = set(re.findall(r"\w+", self.versions[version][name]))
        return [other for other in self.versions[version] if other in words and other != name]
