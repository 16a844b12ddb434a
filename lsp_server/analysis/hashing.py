"""How meanings are hashed: injective concatenation, cut to a digest when it grows.

A *canon* is the byte string of what an expression, a row set or an order means: two canons are equal only when the
meanings are built alike.  Canons compose: the canon of a call is made from the canons of its arguments.
This module knows bytes, not SQL.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

FINGERPRINT_VERSION = 3
"""Raised whenever the same query gets another fingerprint.  Fingerprints of two versions are never compared."""

_KEEP = 40
_DIGEST = 16
_MANY = 64
_SIZES = [b"%d:" % size for size in range(_MANY)]
"""Sizes as they are written before a part: most parts are short, and this is the innermost loop of all."""


def cat(tag: bytes, *parts: bytes) -> bytes:
    """One canon from a tag and its parts: short ones stay readable, long ones become a digest.

    Each part carries its length, so that no two different lists of parts give one string.

    >>> cat(b"add", b"a", b"b") == cat(b"add", b"ab", b"")
    False
    """
    pieces = [tag, b"("]
    for part in parts:
        size = len(part)
        pieces.append(_SIZES[size] if size < _MANY else b"%d:" % size)
        pieces.append(part)
    pieces.append(b")")
    whole = b"".join(pieces)
    return whole if len(whole) <= _KEEP else b"#" + blake2b(whole, digest_size=_DIGEST).digest()


def unordered(tag: bytes, parts: list[bytes]) -> bytes:
    """The canon of a set: order and repetition of the parts do not count."""
    return cat(tag, *sorted(set(parts)))


def fingerprint(canon: bytes) -> str:
    """The public form of a canon: 32 hexadecimal digits."""
    return blake2b(canon, digest_size=_DIGEST).hexdigest()


def once(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """A canon that is computed when it is first read."""
    found: list[bytes] = []

    def read() -> bytes:
        if not found:
            found.append(make())
        return found[0]

    return read
