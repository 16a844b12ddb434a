"""What an engine knew when it was last up to date, kept in a file: its nodes with what they read, their values packed.

A start that finds its past is an edit of it.  Nodes come back with their edges, heights and readers, so that what is another now
dirties what reads it, as it does while one types; and a value stays packed until somebody asks for it, which of
most models nobody does.  (In the manner of salsa's and rustc's stored query graphs; rustc recolours a graph of digests, here the engine's own
rules apply, since a node that was restored is a node.)

    for _ in write(engine, file.write, unsure, extras): ...     # a step at a time, so that it can be left
    past = Past.of(memoryview(data))
    moved = restore(engine, past, inputs)                       # cells whose value is another, their readers dirty

What the file says is only as true as the cells: `restore` compares each with the present by its digest.  Whether the same
functions run is for the caller to say (`project.cache` names the file by the state of the code).
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import compress
from typing import Any, TypeVar, cast

import msgspec

from lsp_server.graph import digests
from lsp_server.graph.engine import Engine
from lsp_server.graph.nodes import (
    DIRTY,
    EVICTED,
    FEW,
    FRESH,
    GONE,
    KINDS,
    PACKED,
    Input,
    K,
    Node,
    Packed,
    Query,
    V,
)

T = TypeVar("T")
U = TypeVar("U")
Sink = Callable[[bytes], object]
"""Takes the next bytes."""
_MAGIC = b"headwater graph 1\n"
_TAIL = struct.Struct("<QQI")
"""Where the index begins, its length, and the checksum of all that comes before this; at the file's end."""
_STEP = 200
"""Nodes between two moments in which writing may be left."""
_SMALL = 100
"""Bytes; a packed value of so many is written once, however many nodes have it."""

OBSERVED, HELD, PART, UNSURE, DEFAULT = 1, 2, 4, 8, 16
"""Flags of a node: it is observed; its value is in the file; it is found inside a value of what it reads; it is to be computed anew;
it is a cell that holds what unset cells hold."""


class NotKeptError(Exception):
    """This graph cannot be kept now; the message says why."""


class _Index(msgspec.Struct, frozen=True):
    """The nodes by number.  `of` and `flags` are bytes, `offset` eight of them a number, all else four.

    What node n reads stands in `deps[deps_end[n - 1]:deps_end[n]]`; its readers likewise.  `offset` and `length` are of the
    value, in the file; where it is part of another node's, `offset` is the number of that node.
    """

    kinds: list[str]
    keys: list[str | None]
    of: bytes
    flags: bytes
    key: bytes
    height: bytes
    needed: bytes
    deps_end: bytes
    deps: bytes
    readers_end: bytes
    readers: bytes
    offset: bytes
    length: bytes
    extras: dict[str, bytes]


class Past:
    """A file that was read, and the nodes that came out of it."""

    @classmethod
    def of(cls, data: memoryview) -> Past | None:
        """The past that a file holds; None when it is damaged."""
        if len(data) < len(_MAGIC) + _TAIL.size or data[: len(_MAGIC)] != _MAGIC:
            return None
        start, length, checksum = _TAIL.unpack(data[-_TAIL.size :])
        if start + length + _TAIL.size != len(data) or zlib.crc32(data[: -_TAIL.size]) != checksum:
            return None
        return cls(data, digests.unpack(data[start : start + length], _Index))

    def __init__(self, data: memoryview, index: _Index) -> None:
        self._data = data
        self.index = index
        self.offset = _numbers("Q", index.offset)
        self.length = _numbers("I", index.length)
        self._decoded: dict[str | tuple[str, str], Any] = {}
        self._numbers: dict[str, dict[Any, int]] = {}
        self._deps, self._deps_end = _numbers("I", index.deps), _numbers("I", index.deps_end)
        self._readers, self._readers_end = _numbers("I", index.readers), _numbers("I", index.readers_end)
        self.nodes: list[Node] = []
        self.pointer: type[Packed] = type("Pointer", (Packed,), {"past": self, "__slots__": ()})
        """Makes what stands in a node for what lies here."""
        self.whole = {at: self.offset[at] for at in _where(index.flags, PART, range(len(index.flags)))}
        """Node -> that in whose value its own is found."""
        self.parts: dict[int, list[int]] = {}
        """The other way."""
        for part, whole in self.whole.items():
            if whole in self.parts:
                self.parts[whole].append(part)
            else:
                self.parts[whole] = [part]

    @property
    def extras(self) -> dict[str, bytes]:
        """What was kept beside the nodes."""
        return self.index.extras

    def extra(self, name: str, kind: type[T]) -> T:
        """Some of that, unpacked once."""
        if name not in self._decoded:
            self._decoded[name] = digests.unpack(self.index.extras[name], kind)
        return cast(T, self._decoded[name])

    def part(self, name: str, key: str, kind: type[T]) -> T | None:
        """Of an extra that is packed values by key, one of them, unpacked once; None where there is none."""
        if (name, key) not in self._decoded:
            values = self.extra(name, dict[str, bytes]) if name in self.index.extras else {}
            self._decoded[name, key] = digests.unpack(values[key], kind) if key in values else None
        return cast("T | None", self._decoded[name, key])

    def tables(self) -> dict[object, dict[Any, Node]]:
        """The nodes by kind and key: those of a kind stand together."""
        found: dict[object, dict[Any, Node]] = {}
        first = 0
        for kind in range(len(self.index.kinds)):
            last = first + self.index.of.count(kind)
            nodes = self.nodes[first:last]
            if nodes:
                found[nodes[0].of] = {node.key: node for node in nodes}
            first = last
        return found

    def look(self, of: Query[K, V], key: K) -> V:
        """A value as it was, whatever became of the node since.  Any thread may look."""
        return cast(V, self._value(self._number(of, key)))

    def _value(self, at: int) -> Any:
        of: Any = self.nodes[at].of
        if at in self.whole:
            return of.part(self.nodes[at].key, self._value(self.whole[at]))
        return digests.unpack(self.packed(at), of.kind)

    def _number(self, of: Query[Any, Any], key: object) -> int:
        numbers = self._numbers.get(of.full_name)
        if numbers is None:
            kind = self.index.kinds.index(of.full_name)
            first = self.index.of.index(kind)  # the nodes of a kind stand together
            found = {self.nodes[at].key: at for at in range(first, first + self.index.of.count(kind))}
            numbers = self._numbers[of.full_name] = found
        return numbers[key]

    def packed(self, at: int) -> memoryview:
        """The bytes of a value; none of one that is part of another."""
        start = self.offset[at]
        return self._data[start : start + self.length[at]]

    def deps_of(self, at: int) -> tuple[Node, ...]:
        """What a node read."""
        return tuple(self._edges(at, self._deps_end, self._deps))

    def readers_of(self, at: int) -> tuple[Node, ...] | set[Node]:
        """Who read a node."""
        found = self._edges(at, self._readers_end, self._readers)
        return tuple(found) if len(found) <= FEW else set(found)

    def reader_count(self, at: int) -> int:
        """How many they are."""
        return self._readers_end[at] - (self._readers_end[at - 1] if at else 0)

    def _edges(self, at: int, ends: array[int], edges: array[int]) -> list[Node]:
        nodes = self.nodes
        return [nodes[other] for other in edges[ends[at - 1] if at else 0 : ends[at]]]

    def unpack(self, at: int) -> None:
        """Give a node its value, and those that are found inside it theirs."""
        at = _top(self.whole, at)
        of: Any = self.nodes[at].of
        self._take(at, digests.unpack(self.packed(at), of.kind))

    def _take(self, at: int, value: Any) -> None:
        node = self.nodes[at]
        if isinstance(node.value, Packed):
            node.value = value
            if node.state == PACKED:
                node.state = FRESH
        for part in self.parts.get(at, ()):
            inner = self.nodes[part]
            of: Any = inner.of
            self._take(part, of.part(inner.key, value))


def _where(flags: bytes, flag: int, of: Iterable[U]) -> Iterator[U]:
    """Those `of` the nodes, or their numbers, that have a flag."""
    return compress(of, flags.translate(bytes(value & flag for value in range(256))))


def _top(whole: Mapping[int, int], at: int) -> int:
    while at in whole:
        at = whole[at]
    return at


def _numbers(code: str, data: bytes) -> array[int]:
    found = array(code)
    found.frombytes(data)
    return found


# Writing


def write(engine: Engine, sink: Sink, unsure: Callable[[Node], bool], extras: dict[str, bytes]) -> Generator[None]:
    """Give what the engine knows to `sink`, piece by piece; goes on with each step, as long as nothing changes in between.

    `unsure` says of which values another session would not know how they came to be: they are computed anew.  Raises NotKeptError.
    """
    if engine.dirty():
        raise NotKeptError("something is out of date")
    nodes = [node for node in engine.nodes() if node.needed]
    yield
    values = _Values(engine, nodes, sink, unsure)
    yield
    kinds: dict[Any, int] = {}
    keys: dict[Any, int] = {}
    of, key, height, needed = bytearray(), array("I"), array("I"), array("I")
    deps, readers, deps_end, readers_end = array("I"), array("I"), array("I"), array("I")
    numbers = values.numbers
    for at, node in enumerate(nodes):
        if at % _STEP == 0:
            yield
        of.append(kinds.setdefault(node.of, len(kinds)))
        key.append(keys.setdefault(node.key, len(keys)))
        height.append(node.height)
        needed.append(node.needed)
        deps.extend([numbers[dep] for dep in node.deps])
        readers.extend([numbers[reader] for reader in node.readers if reader in numbers])
        deps_end.append(len(deps))
        readers_end.append(len(readers))
        values.add(node)
    yield
    index = _Index(
        kinds=[each.full_name for each in kinds],
        keys=list(keys),
        of=bytes(of),
        flags=bytes(values.flags),
        key=key.tobytes(),
        height=height.tobytes(),
        needed=needed.tobytes(),
        deps_end=deps_end.tobytes(),
        deps=deps.tobytes(),
        readers_end=readers_end.tobytes(),
        readers=readers.tobytes(),
        offset=values.offset.tobytes(),
        length=values.length.tobytes(),
        extras=extras,
    )
    yield
    data = digests.pack(index)
    start = values.size
    values.give(data)
    sink(_TAIL.pack(start, len(data), values.checksum))


class _Values:
    """The values of nodes on their way into a file."""

    def __init__(self, engine: Engine, nodes: list[Node], sink: Sink, unsure: Callable[[Node], bool]) -> None:
        self.numbers = {node: at for at, node in enumerate(nodes)}
        self.flags = bytearray()
        self.offset, self.length = array("Q"), array("I")
        self.size = self.checksum = 0
        """Of all that was given away so far."""
        self._engine = engine
        self._sink = sink
        self._unsure = unsure
        self._small: dict[bytes, int] = {}
        self.give(_MAGIC)

    def give(self, data: bytes) -> None:
        """The next bytes of the file."""
        self._sink(data)
        self.size += len(data)
        self.checksum = zlib.crc32(data, self.checksum)

    def add(self, node: Node) -> None:
        """The next node's."""
        flags, offset, data = self._found(node)
        if data:
            offset = self._put(data)
        self.flags.append(flags | (OBSERVED if self._engine.is_observed(node) else 0))
        self.offset.append(offset)
        self.length.append(len(data))

    def _found(self, node: Node) -> tuple[int, int, bytes]:
        """Flags, the number of the node whose value holds it, its bytes."""
        of: Any = node.of
        if isinstance(of, Input):
            if node.value is of.default or node.value == of.default:
                return DEFAULT, 0, b""
            return 0, 0, b"" if of.derived else told_apart(node.value)
        if of.keep is not None or node.state == EVICTED:
            return 0, 0, b""
        if self._unsure(node):
            return UNSURE, 0, b""
        whole = self._whole(node)
        if whole is not None:
            return PART, self.numbers[whole], b""
        past = self._engine.past
        if past is not None and node.state == PACKED:
            if node.value not in past.whole:
                return HELD, 0, bytes(past.packed(node.value))
            past.unpack(node.value)
        return HELD, 0, digests.pack(node.value)

    def _whole(self, node: Node) -> Node | None:
        """The node in whose value this one's is found, and which is in the file."""
        of: Any = node.of
        source = next((dep for dep in node.deps if dep.of is of.part_of), None) if of.part_of is not None else None
        if source is None or self._unsure(source):
            return None
        if node.state == PACKED:
            past = self._engine.past
            held = past is not None and past.whole.get(node.value) == source.value and source.state == PACKED
            return source if held else None
        inside = source.state == FRESH and node.value is not None and of.part(node.key, source.value) is node.value
        return source if inside else None

    def _put(self, data: bytes) -> int:
        if len(data) <= _SMALL and data in self._small:
            return self._small[data]
        start = self.size
        self.give(data)
        if len(data) <= _SMALL:
            self._small[data] = start
        return start


# Reading


Present = Callable[[Input[Any, Any], Any], tuple[Any, bool | None]]
"""What a cell holds now, and whether that is what it held (None: tell it by the digest)."""


def restore(engine: Engine, past: Past, inputs: Present) -> list[Node] | None:
    """Make an engine (of which nothing is used yet) what it was; the cells whose value is another now, their readers dirty.

    None, and nothing done, when some query of the past is not there any more.
    """
    index = past.index
    if any(name not in KINDS for name in index.kinds):
        return None
    kinds, keys, new, nodes = [KINDS[name] for name in index.kinds], index.keys, Node.__new__, past.nodes
    cells = []
    for at, of, key, height, needed, flags in zip(
        map(past.pointer, range(len(index.of))),
        index.of,
        _numbers("I", index.key),
        _numbers("I", index.height),
        _numbers("I", index.needed),
        index.flags,
        strict=True,
    ):
        node = new(Node)
        node.of, node.key, node.height, node.needed = kinds[of], keys[key], height, needed
        node._deps = node._readers = at
        if flags & (HELD | PART):
            node.value, node.state = at, PACKED
        elif height:
            node.value, node.state = GONE, DIRTY if flags & UNSURE else EVICTED
        else:
            node.state = FRESH
            cells.append(at)
        nodes.append(node)
    moved = [nodes[at] for at in cells if not _is_as_it_was(past, at, index.flags[at], inputs)]
    engine.begin_with(past, _where(index.flags, OBSERVED, nodes), _where(index.flags, UNSURE, nodes))
    for node in moved:
        engine.moved(node)
    return moved


def _is_as_it_was(past: Past, at: int, flags: int, inputs: Present) -> bool:
    """Gives a cell its present value."""
    node = past.nodes[at]
    of: Any = node.of
    value, same = inputs(of, node.key)
    node.value = value
    if same is not None:
        return same
    if flags & DEFAULT:
        return bool(value is of.default or value == of.default)
    return value is not of.default and told_apart(value) == bytes(past.packed(at))


def told_apart(value: object) -> bytes:
    """The digest by which two values of a cell are told apart."""
    return digests.of_text(value) if isinstance(value, str) else digests.digest(value)
