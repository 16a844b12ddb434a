"""The places of a query's names, packed: kept for every model, so that references and rename need not bind the readers anew.

Some 2.5 KB for a 60-line model with 160 names.  All that there is of a name lies together, since one name is followed through
hundreds of readers: where it is written, what it means there, and which columns have it.  The clauses lie apart, for those who ask.
"""

from __future__ import annotations

import zlib
from functools import cached_property

import msgspec

from lsp_server.semantics.facts import Clauses, Output, Places, Reference, Target
from lsp_server.text.spans import Span

_Use = tuple[int, int, int, int, bool]
"""Number in the order of the text, start, end, which of the name's targets, `declares`."""


class _Named(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One name's share."""

    uses: tuple[_Use, ...] = ()
    targets: tuple[Target, ...] = ()
    outputs: tuple[Output, ...] = ()

    def references(self) -> list[tuple[int, Reference]]:
        """With their numbers."""
        return [
            (at, Reference(Span(start, end), self.targets[target], declares))
            for at, start, end, target, declares in self.uses
        ]


class _Packed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    by_name: dict[str, msgspec.Raw]
    unnamed: tuple[Output, ...]
    clauses: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Packed)
_named: msgspec.msgpack.Decoder[_Named] = msgspec.msgpack.Decoder(_Named)
_clauses: msgspec.msgpack.Decoder[Clauses] = msgspec.msgpack.Decoder(Clauses)


def pack(places: Places) -> bytes:
    """References, columns and clauses; scopes and problems are left out."""
    by_name: dict[str, tuple[list[_Use], list[Target], list[Output]]] = {}
    for at, reference in enumerate(places.references):
        target, (start, end) = reference.target, reference.span
        uses, targets, _ = by_name.setdefault(target.name.lower(), ([], [], []))
        if not targets or targets[-1] != target:
            targets.append(target)
        uses.append((at, start, end, len(targets) - 1, reference.declares))
    for output in places.outputs:
        by_name.setdefault(output.name.lower(), ([], [], []))[2].append(output)
    unnamed = [output for output in places.outputs if output.made is not None]
    return zlib.compress(_encoder.encode((by_name, unnamed, _encoder.encode(places.clauses))), 1)


class KeptPlaces:
    """What `pack` has kept; what there is of a name is unpacked when somebody asks for it."""

    def __init__(self, data: bytes) -> None:
        packed = _decoder.decode(zlib.decompress(data)) if data else _Packed({}, (), b"\x80")
        self.unnamed = packed.unnamed
        """The columns with `Output.made`."""
        self._by_name = packed.by_name
        self._clauses = packed.clauses
        self._unpacked: dict[str, _Named] = {}
        self._references: dict[str, list[Reference]] = {}

    @cached_property
    def clauses(self) -> Clauses:
        """See `Places`."""
        return _clauses.decode(self._clauses)

    def outputs(self, name: str) -> tuple[Output, ...]:
        """The columns of a (folded) name, in the order of the scopes."""
        return self._of(name).outputs

    def named(self, name: str) -> list[Reference]:
        """The references to a (folded) name, in the order of the text."""
        known = self._references.get(name)
        if known is None:
            known = self._references[name] = [reference for _, reference in self._of(name).references()]
        return known

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """All references, in the order of the text."""
        found = [pair for name in self._by_name for pair in self._of(name).references()]
        return tuple([reference for _, reference in sorted(found, key=lambda pair: pair[0])])

    def _of(self, name: str) -> _Named:
        known = self._unpacked.get(name)
        if known is None:
            packed = self._by_name.get(name)
            known = self._unpacked[name] = _named.decode(packed) if packed is not None else _Named()
        return known
