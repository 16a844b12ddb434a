"""Keys by content: what a compact result depends on, hashed; so that a result can come from the disk or another process.

A key holds Headwater's version, hence a new version never reads an old one's results.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any, TypeVar

import msgspec

from lsp_server import __version__

T = TypeVar("T")
FORMAT = f"{__version__}/8"
"""Raise the number when the meaning of what is stored changes within a version."""

_encoder = msgspec.msgpack.Encoder(order="sorted")
_decoders: dict[type, Any] = {}


def pack(value: object) -> bytes:
    """A value of this layer as bytes."""
    return _encoder.encode(value)


def unpack(data: bytes | memoryview, kind: type[T]) -> T:
    """The value of `pack`; raises msgspec.DecodeError on anything else."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.msgpack.Decoder(kind)
    value: T = decoder.decode(data)
    return value


def digest(*values: object) -> bytes:
    """16 bytes that tell two lists of values apart."""
    state = blake2b(digest_size=16)
    for value in (FORMAT, *values):
        part = value if isinstance(value, bytes) else _encoder.encode(value)
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.digest()


def of_text(text: str) -> bytes:
    """The digest of a text, lone surrogates included."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
