"""The header of a model or audit file: `MODEL ( name shop.orders, kind FULL, ... )`, read from tokens.

sqlglot does not know this syntax; SQLMesh adds it by patching sqlglot's parser.  Here it is a parser of its own, with the
span of every name and value, that goes on after a fault.  What a property may hold is data: see `properties.py`.
Values are plain: a string, number, truth value, None, a list, a dict (`a = 1`), or a `Call`.
"""

from __future__ import annotations

from itertools import pairwise

import msgspec
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.tokens import closing, span_of, split_commas, token_span
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span


class Call(msgspec.Struct, frozen=True):
    """`not_null(columns := (a, b))`: an audit, a signal, a function in a property."""

    name: str
    name_span: Span
    args: tuple[object, ...] = ()
    kwargs: dict[str, object] = msgspec.field(default_factory=dict)
    text: str = ""


class ColumnSpec(msgspec.Struct, frozen=True):
    """One entry of `columns (...)`: a declared column."""

    name: str
    type: str
    name_span: Span
    span: Span


class Property(msgspec.Struct, frozen=True):
    """One property, of the header or of its kind."""

    name: str
    """In lower case."""
    name_span: Span
    value: object
    text: str
    """The value as written."""
    value_span: Span
    tokens: list[Token] = msgspec.field(default_factory=list)

    @property
    def span(self) -> Span:
        """Name and value."""
        return Span(self.name_span.start, max(self.value_span.end, self.name_span.end))


class Kind(msgspec.Struct, frozen=True):
    """`kind INCREMENTAL_BY_TIME_RANGE (time_column ds)`: the name in upper case and its own properties."""

    name: str
    span: Span
    name_span: Span
    properties: tuple[Property, ...] = ()

    def get(self, name: str) -> Property | None:
        """The property of that name."""
        return next((item for item in self.properties if item.name == name), None)


class Header(msgspec.Struct, frozen=True):
    """What stands between the parentheses of `MODEL (...)`, `AUDIT (...)` or `METRIC (...)`."""

    keyword: str
    span: Span
    name: str
    """As written, without quotes' folding; "" when there is none."""
    name_span: Span
    kind: Kind
    properties: tuple[Property, ...] = ()
    columns: tuple[ColumnSpec, ...] = ()
    comment: str = ""
    """A comment before the header: SQLMesh's way to describe a model."""

    def get(self, name: str) -> Property | None:
        """The property of that name (the last one, where it is written twice)."""
        return next((item for item in reversed(self.properties) if item.name == name), None)

    def value(self, name: str, default: object = None) -> object:
        """The plain value of a property."""
        found = self.get(name)
        return default if found is None else found.value

    @property
    def description(self) -> str:
        """The model's description: its property, or the comment before the header."""
        value = self.value("description")
        return value if isinstance(value, str) else self.comment


DEFAULT_KIND = "VIEW"
_NEVER_PROPERTY_START = {kinds.COMMA, kinds.R_PAREN}


def read_header(text: str, tokens: list[Token], known: frozenset[str]) -> tuple[Header, list[Problem]]:
    """The header whose tokens, from its keyword to its closing parenthesis, are given.

    `known` are the names of properties: one that begins a line after a value is where a comma was forgotten.
    """
    inner = tokens[2:-1] if tokens[-1].token_type is kinds.R_PAREN and len(tokens) > 2 else tokens[2:]
    properties, problems = read_properties(text, inner, known)
    whole = Header(
        keyword=tokens[0].text.upper(),
        span=span_of(tokens),
        name="",
        name_span=token_span(tokens[0]),
        kind=Kind(DEFAULT_KIND, Span(tokens[0].start, tokens[0].start), Span(tokens[0].start, tokens[0].start)),
        properties=tuple(properties),
        comment="\n".join(comment.strip() for comment in tokens[0].comments),
    )
    changes: dict[str, object] = {}
    if name := whole.get("name"):
        changes |= {"name": str(name.value), "name_span": name.value_span}
    if kind := whole.get("kind"):
        read, more = _read_kind(text, kind)
        changes["kind"] = read
        problems += more
    if columns := whole.get("columns"):
        changes["columns"] = _read_columns(text, columns.tokens)
    return msgspec.structs.replace(whole, **changes), problems


def read_properties(text: str, tokens: list[Token], known: frozenset[str]) -> tuple[list[Property], list[Problem]]:
    """`name value, name value, ...`"""
    properties: list[Property] = []
    problems: list[Problem] = []
    for part in _whole_clauses(split_commas(tokens)):
        if not part:
            continue
        properties += [_read_property(text, piece) for piece in _split_forgotten_commas(part, known, problems)]
    return properties, problems


def _whole_clauses(parts: list[list[Token]]) -> list[list[Token]]:
    """`when_matched WHEN MATCHED THEN UPDATE SET a = 1, b = 2, WHEN ...` without parentheses: its commas begin no property."""
    result: list[list[Token]] = []
    for part in parts:
        bare = bool(result) and _is_bare_merge(result[-1])
        if bare and part and (part[0].token_type is kinds.WHEN or _is_assignment(part)):
            result[-1] = [*result[-1], *part]
        else:
            result.append(part)
    return result


def _is_bare_merge(part: list[Token]) -> bool:
    return len(part) > 1 and part[0].text.lower() == "when_matched" and part[1].token_type is not kinds.L_PAREN


def _is_assignment(part: list[Token]) -> bool:
    """`b = 2`, `target.b = 2`"""
    index = 1
    while index + 1 < len(part) and part[index].token_type is kinds.DOT:
        index += 2
    return index < len(part) and part[index].token_type is kinds.EQ


def _split_forgotten_commas(part: list[Token], known: frozenset[str], problems: list[Problem]) -> list[list[Token]]:
    pieces = [[part[0]]]
    depth = 0
    for before, token in pairwise(part):
        kind = token.token_type
        if (
            depth == 0
            and len(pieces[-1]) > 1
            and token.line > before.line
            and token.text.lower() in known
            and before.token_type is not kinds.DOT
        ):
            span = Span(before.end + 1, before.end + 1)
            problems.append(Problem("header-syntax", f"A comma is missing before `{token.text}`.", span))
            pieces.append([])
        depth += (kind is kinds.L_PAREN) - (kind is kinds.R_PAREN)
        pieces[-1].append(token)
    return pieces


def _read_property(text: str, tokens: list[Token]) -> Property:
    name, rest = tokens[0], tokens[1:]
    place = span_of(rest) if rest else Span(name.end + 1, name.end + 1)
    return Property(
        name=name.text.lower(),
        name_span=token_span(name),
        value=read_value(text, rest),
        text=text[place.start : place.end],
        value_span=place,
        tokens=rest,
    )


def _read_kind(text: str, kind: Property) -> tuple[Kind, list[Problem]]:
    if not kind.tokens:
        return Kind(DEFAULT_KIND, kind.value_span, kind.value_span), []
    name = kind.tokens[0]
    inner: list[Token] = []
    if len(kind.tokens) > 1 and kind.tokens[1].token_type is kinds.L_PAREN:
        end = closing(kind.tokens, 1)
        inner = kind.tokens[2 : end if end != -1 else len(kind.tokens)]
    properties, problems = read_properties(text, inner, frozenset())
    return Kind(name.text.upper(), kind.value_span, token_span(name), tuple(properties)), problems


def _read_columns(text: str, tokens: list[Token]) -> tuple[ColumnSpec, ...]:
    """`(id INT, "full name" TEXT, tags STRUCT<a INT>)`"""
    if not tokens or tokens[0].token_type is not kinds.L_PAREN:
        return ()
    end = closing(tokens, 0)
    columns = []
    for part in _split_columns(tokens[1 : end if end != -1 else len(tokens)]):
        if not part:
            continue
        place = span_of(part[1:]) if len(part) > 1 else Span(part[0].end + 1, part[0].end + 1)
        columns.append(ColumnSpec(part[0].text, text[place.start : place.end], token_span(part[0]), span_of(part)))
    return tuple(columns)


def _split_columns(tokens: list[Token]) -> list[list[Token]]:
    """Commas outside brackets and outside `STRUCT<a INT, b INT>`."""
    parts: list[list[Token]] = [[]]
    angle = depth = 0
    for token in tokens:
        kind = token.token_type
        depth += (kind in (kinds.L_PAREN, kinds.L_BRACKET)) - (kind in (kinds.R_PAREN, kinds.R_BRACKET))
        angle = max(0, angle + token.text.count("<") - token.text.count(">")) if kind is not kinds.STRING else angle
        if kind is kinds.COMMA and depth == 0 and angle == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]


def read_value(text: str, tokens: list[Token]) -> object:
    """The plain value of a property's or argument's tokens."""
    if not tokens:
        return None
    first = tokens[0]
    if len(tokens) == 1:
        return _read_single(first)
    if first.token_type in (kinds.L_PAREN, kinds.L_BRACKET) and closing(tokens, 0) == len(tokens) - 1:
        return _read_list(text, tokens[1:-1])
    if first.token_type is kinds.DASH and len(tokens) == 2 and tokens[1].token_type is kinds.NUMBER:
        number = _read_single(tokens[1])
        return -number if isinstance(number, int | float) else number
    opening = next((i for i, token in enumerate(tokens) if token.token_type is kinds.L_PAREN), -1)
    if opening > 0 and closing(tokens, opening) == len(tokens) - 1 and _is_dotted(tokens[:opening]):
        return _read_call(text, tokens, opening)
    place = span_of(tokens)
    return text[place.start : place.end]


def _read_single(token: Token) -> object:
    kind = token.token_type
    if kind is kinds.NUMBER:
        try:
            return int(token.text)
        except ValueError:
            return float(token.text)
    if kind in (kinds.STRING, kinds.IDENTIFIER):
        return token.text
    return {"true": True, "false": False, "null": None}.get(token.text.lower(), token.text)


def _read_list(text: str, tokens: list[Token]) -> object:
    """A list, or a dict when every item is `name = value` or `name := value`."""
    items = [part for part in split_commas(tokens) if part]
    pairs = [_read_pair(text, part) for part in items]
    if items and all(pair is not None for pair in pairs):
        return dict(pair for pair in pairs if pair is not None)
    return [read_value(text, part) for part in items]


def _read_pair(text: str, tokens: list[Token]) -> tuple[str, object] | None:
    for index, token in enumerate(tokens):
        if token.token_type in (kinds.L_PAREN, kinds.L_BRACKET):
            return None  # what is paired in there belongs to an inner value
        if index and token.text in ("=", ":="):
            return ".".join(t.text for t in tokens[:index] if t.text != "."), read_value(text, tokens[index + 1 :])
    return None


def _is_dotted(tokens: list[Token]) -> bool:
    return all((token.token_type is kinds.DOT) == (index % 2 == 1) for index, token in enumerate(tokens)) and (
        tokens[-1].token_type is not kinds.DOT
    )


def _read_call(text: str, tokens: list[Token], opening: int) -> Call:
    args: list[object] = []
    kwargs: dict[str, object] = {}
    for part in split_commas(tokens[opening + 1 : -1]):
        if not part:
            continue
        if len(part) > 1 and part[1].text in (":=", "="):
            kwargs[part[0].text] = read_value(text, part[2:])
        else:
            args.append(read_value(text, part))
    place, name = span_of(tokens), span_of(tokens[:opening])
    return Call(text[name.start : name.end], name, tuple(args), kwargs, text[place.start : place.end])
