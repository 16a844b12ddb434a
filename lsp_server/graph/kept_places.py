"""The places of a query's names, packed: kept for every model, so that references and rename need not bind the readers anew.

Some 1.4 KB for a 60-line model with 110 names.  References lie there by name, since one name is followed through hundreds of
readers: unpacking those of one takes a third of unpacking all, and that a tenth of binding.
"""

from __future__ import annotations

import zlib
from functools import cached_property
from itertools import chain

import msgspec

from lsp_server.semantics.facts import Clauses, Places, Reference

_References = list[tuple[int, Reference]]
"""Each with its number in the order of the text."""


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    by_name: dict[str, msgspec.Raw]
    clauses: Clauses


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Packed)
_references: msgspec.msgpack.Decoder[_References] = msgspec.msgpack.Decoder(_References)


def pack(places: Places) -> bytes:
    """References and clauses; scopes and problems are left out."""
    by_name: dict[str, _References] = {}
    for at, reference in enumerate(places.references):
        by_name.setdefault(reference.target.name.lower(), []).append((at, reference))
    return zlib.compress(_encoder.encode((by_name, places.clauses)), 1)


class KeptPlaces:
    """What `pack` has kept; references are unpacked when somebody asks for them."""

    def __init__(self, data: bytes) -> None:
        packed = _decoder.decode(zlib.decompress(data)) if data else _Packed({}, {})
        self.clauses = packed.clauses
        """See `Places`."""
        self._by_name = packed.by_name
        self._unpacked: dict[str, list[Reference]] = {}

    def named(self, name: str) -> list[Reference]:
        """The references to a (folded) name, in the order of the text."""
        known = self._unpacked.get(name)
        if known is None:
            found = self._by_name.get(name)
            known = [reference for _, reference in _references.decode(found)] if found is not None else []
            self._unpacked[name] = known
        return known

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """All references, in the order of the text."""
        found = chain.from_iterable(_references.decode(raw) for raw in self._by_name.values())
        return tuple(reference for _, reference in sorted(found, key=lambda pair: pair[0]))
