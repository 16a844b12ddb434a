"""What may be typed at a place, judged by the tokens before it alone: it must hold in text that is not finished.

    SELECT o.|          a column of `o`
    FROM |              a relation
    MODEL (kind |       a kind

Knows no names of the workspace; which columns and models there are is asked elsewhere.
"""

from __future__ import annotations

import re

import msgspec
from sqlglot.tokens import Token, TokenType

from lsp_server.syntax.tokens import CLOSING, OPENING, scan
from lsp_server.text.spans import Span

T = TokenType

PLACEHOLDER = "__hw_cursor__"
"""Stands where the cursor is, so that what is being typed parses as a name."""

_CLAUSES = {
    T.SELECT: "SELECT",
    T.FROM: "FROM",
    T.JOIN: "FROM",
    T.ON: "ON",
    T.USING: "USING",
    T.WHERE: "WHERE",
    T.GROUP_BY: "GROUP BY",
    T.HAVING: "HAVING",
    T.QUALIFY: "QUALIFY",
    T.WINDOW: "WINDOW",
    T.ORDER_BY: "ORDER BY",
    T.PARTITION_BY: "PARTITION BY",
    T.LIMIT: "LIMIT",
    T.WITH: "WITH",
    T.UNION: "",
    T.EXCEPT: "",
    T.INTERSECT: "",
    T.SEMICOLON: "",
}
_WORD = re.compile(r"\w*\Z")
_REST = re.compile(r"\w*")
_HEADER = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(MODEL|AUDIT)\s*\(", re.IGNORECASE | re.DOTALL)


class Call(msgspec.Struct, frozen=True):
    """An open call: the function's name in lower case (`@name` of a macro), the index of the argument, and its name where it is given."""

    name: str
    argument: int
    keyword: str = ""


class Cursor(msgspec.Struct, frozen=True):
    """The place.

    kind          what may stand there
    "none"        nothing: inside a text or comment, or where a new name is being given
    "table"       a relation; `qualifier` are the parts before the dot
    "column"      a column of `qualifier`
    "expression"  columns, functions; `clause` says where
    "using"       a column of both sides
    "macro"       a macro or variable, after `@`
    "statement"   the beginning of a query
    "after_table" a relation stands before: an alias, a join or the next clause
    "operator"    a value stands before: AND, AS, the next clause
    "type"        a type, after `::` or in CAST(a AS |)
    "property"    a header property's name; "value" its value (`property`); "kind" a model's kind;
                  "kind_property" a property of the kind `kind_name`

    `clause` is "OVER" for all that stands in a window.
    `replace` is the word around the cursor, `prefix` what of it stands before the cursor.
    `call` is the innermost call around the cursor, for signature help.
    """

    kind: str
    replace: Span
    prefix: str
    qualifier: tuple[str, ...] = ()
    clause: str = ""
    property: str = ""
    kind_name: str = ""
    call: Call | None = None


def context_at(text: str, offset: int, dialect: str) -> Cursor:
    """The context of the cursor at `offset`."""
    head = _WORD.search(text, 0, offset)
    start = head.start() if head is not None else offset
    tail = _REST.match(text, offset)
    replace = Span(start, tail.end() if tail is not None else offset)
    prefix = text[start:offset]
    tokens = scan(text, dialect).tokens
    before = [token for token in tokens if token.end < start]
    if _in_text_or_comment(text, tokens, before, start, offset):
        return Cursor("none", replace, prefix)
    if _HEADER.match(text):
        opening = next((i for i, token in enumerate(tokens) if token.token_type is T.L_PAREN), None)
        if opening is not None and tokens[opening].end < start and not _is_closed(before, opening):
            return _in_header(before[opening + 1 :], replace, prefix)
    return _in_query(text, before, replace, prefix)


def with_placeholder(text: str, cursor: Cursor) -> str:
    """The text with a whole name where the cursor is."""
    return text[: cursor.replace.start] + PLACEHOLDER + text[cursor.replace.end :]


def _in_text_or_comment(text: str, tokens: list[Token], before: list[Token], start: int, offset: int) -> bool:
    for token in tokens:
        if token.start >= offset:
            break
        if token.end >= offset and token.token_type in (T.STRING, T.RAW_STRING, T.NATIONAL_STRING, T.HEREDOC_STRING):
            return True
    gap = text[before[-1].end + 1 if before else 0 : start]
    if "'" in gap:
        return True  # a text that nobody has closed yet is no token
    last_line = gap.rpartition("\n")[2]
    return "--" in last_line or gap.rfind("/*") > gap.rfind("*/")


def _is_closed(before: list[Token], opening: int) -> bool:
    depth = 0
    for token in before[opening:]:
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if depth == 0:
            return True
    return False


# The header


def _in_header(inside: list[Token], replace: Span, prefix: str) -> Cursor:
    """`inside` are the tokens from the header's parenthesis to the cursor."""
    path, part = _open_brackets(inside)
    words = [token.text for token in part]
    if not path:
        if not words:
            return Cursor("property", replace, prefix)
        name = words[0].lower()
        if name == "kind" and len(words) == 1:
            return Cursor("kind", replace, prefix, property="kind")
        return Cursor("value", replace, prefix, property=name)
    first = path[0][0].lower() if path[0] else ""
    if first == "kind" and len(path) == 1:
        kind_name = path[0][1].upper() if len(path[0]) > 1 else ""
        if not words:
            return Cursor("kind_property", replace, prefix, kind_name=kind_name)
        return Cursor("value", replace, prefix, property=words[0].lower(), kind_name=kind_name)
    return Cursor("value", replace, prefix, property=first)


def _open_brackets(tokens: list[Token]) -> tuple[list[list[str]], list[Token]]:
    """The words before each bracket that is still open, outermost first; and the tokens since the last comma."""
    path: list[list[str]] = []
    part: list[Token] = []
    saved: list[list[Token]] = []
    for token in tokens:
        kind = token.token_type
        if kind in OPENING:
            path.append([t.text for t in part])
            saved.append(part)
            part = []
        elif kind in CLOSING and saved:
            path.pop()
            part = saved.pop()
        elif kind is T.COMMA:
            part = []
        else:
            part = [*part, token]
    return path, part


# The query


def _in_query(text: str, before: list[Token], replace: Span, prefix: str) -> Cursor:
    if replace.start > 0 and text[replace.start - 1] == "@":
        return Cursor("macro", replace, prefix)
    qualifier, rest = _qualifier(text, before, replace.start)
    clause, call, opens_query = _surroundings(rest)
    cursor = Cursor("expression", replace, prefix, qualifier, clause, call=call)
    previous = rest[-1].token_type if rest else None
    if clause == "FROM":
        if previous in (T.FROM, T.JOIN, T.COMMA) or opens_query:
            return msgspec.structs.replace(cursor, kind="table")
        return msgspec.structs.replace(cursor, kind="column" if qualifier else "after_table")
    if qualifier:
        return msgspec.structs.replace(cursor, kind="column")
    if clause == "USING":
        return msgspec.structs.replace(cursor, kind="using")
    if previous is T.DCOLON or (previous is T.ALIAS and call is not None and call.name in ("cast", "try_cast")):
        return msgspec.structs.replace(cursor, kind="type")
    if previous in (T.ALIAS, T.WITH):
        return msgspec.structs.replace(cursor, kind="none")
    if clause == "WITH" and previous is T.R_PAREN:
        return msgspec.structs.replace(cursor, kind="statement")
    if clause and not opens_query and _ends_a_value(rest):
        return msgspec.structs.replace(cursor, kind="operator")
    if clause == "" or opens_query or previous in (T.SEMICOLON, None):
        return msgspec.structs.replace(cursor, kind="statement" if not call else "expression")
    return cursor


def _qualifier(text: str, before: list[Token], start: int) -> tuple[tuple[str, ...], list[Token]]:
    """The names and dots that stand directly before the cursor, and the tokens before them."""
    parts: list[str] = []
    rest = before
    while rest and rest[-1].token_type is T.DOT and rest[-1].end + 1 == start and len(rest) > 1:
        parts.insert(0, rest[-2].text)
        start, rest = rest[-2].start, rest[:-2]
    return tuple(parts), rest


def _surroundings(before: list[Token]) -> tuple[str, Call | None, bool]:
    """(clause, innermost call, whether an opening parenthesis directly before begins a query)."""
    depth, commas, argument = 0, 0, len(before)
    call: Call | None = None
    for index in range(len(before) - 1, -1, -1):
        kind = before[index].token_type
        if kind in CLOSING:
            depth += 1
        elif kind in OPENING:
            if depth:
                depth -= 1
                continue
            name = before[index - 1] if index else None
            if name is not None and name.token_type is T.USING:
                return "USING", call, False
            if name is None or not _names_a_call(name, before[index]):
                if index == len(before) - 1 and (
                    name is None or name.token_type in (T.ALIAS, T.FROM, T.JOIN, T.COMMA, T.IN)
                ):
                    return (_CLAUSES.get(name.token_type, "") if name else ""), call, True
            elif call is None:
                call = _call(before, index, commas, index + 1 if commas == 0 else argument)
            commas = 0
        elif kind is T.COMMA and depth == 0:
            argument = argument if commas else index + 1
            commas += 1
        elif kind in _CLAUSES and depth == 0 and not _is_no_clause(before, index):
            window = kind is T.ORDER_BY and _is_window(before, index)
            return "OVER" if window else _CLAUSES[kind], call, False
    return "", call, False


_VALUES = frozenset([T.VAR, T.IDENTIFIER, T.NUMBER, T.STRING, T.R_PAREN, T.R_BRACKET, T.END, T.NULL, T.TRUE, T.FALSE])


def _ends_a_value(before: list[Token]) -> bool:
    """Whether what stands before is a whole value: a name, a literal, a call, `*`; not one half of an operator."""
    last = before[-1].token_type if before else None
    if last is T.STAR:
        return len(before) > 1 and before[-2].token_type in (T.SELECT, T.COMMA, T.DOT, T.DISTINCT)
    return last in _VALUES


def _is_window(before: list[Token], index: int) -> bool:
    """Whether the ORDER BY at `index` stands in `OVER (...)` or in an aggregate's own parentheses."""
    depth = 0
    for at in range(index - 1, -1, -1):
        kind = before[at].token_type
        depth += (kind in CLOSING) - (kind in OPENING)
        if depth < 0:
            return at > 0 and (before[at - 1].token_type is T.OVER or _names_a_call(before[at - 1], before[at]))
    return False


def _call(before: list[Token], bracket: int, commas: int, argument: int) -> Call:
    """The call whose bracket and whose argument being typed begin at these tokens."""
    name = before[bracket - 1]
    macro = bracket > 1 and before[bracket - 2].token_type is T.PARAMETER and before[bracket - 2].end + 1 == name.start
    named = argument + 1 < len(before) and before[argument + 1].token_type in (T.COLON_EQ, T.FARROW, T.EQ)
    return Call("@" * macro + name.text.lower(), commas, before[argument].text.lower() if named else "")


def _names_a_call(name: Token, bracket: Token) -> bool:
    """`name(`; with a space between only what can be nothing else: IN, OVER and their like are no names."""
    beside = name.end + 1 == bracket.start or name.token_type is T.VAR
    return beside and (name.text[:1].isalpha() or name.text[:1] in '_"')


def _is_no_clause(tokens: list[Token], index: int) -> bool:
    """`IS DISTINCT FROM b`, `* EXCEPT (a)`."""
    kinds = (tokens[index - 1].token_type, tokens[index].token_type) if index else ()
    return kinds in ((T.DISTINCT, T.FROM), (T.STAR, T.EXCEPT))
