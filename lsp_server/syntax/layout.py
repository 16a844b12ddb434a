"""Where white space goes: a query's or header's tokens laid out in lines.

Only white space and the case of keywords change: tokens and comments stay as they are and in their order, so macros,
templates' holes and every dialect's own syntax survive without being understood.  Lines stay below `WIDTH` where that can be.
What its author broke behind an opening bracket, a clause's keyword or CASE stays broken, so that short lists may stand either way.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.tokens import CLOSING, OPENING

WIDTH = 100
INDENT = "  "

_COMMENT = re.compile(r"--[^\r\n]*|//[^\r\n]*|#[^\r\n]*|/\*.*?\*/|\{#.*?#\}", re.DOTALL)
_UPPER = {
    kinds.SELECT, kinds.FROM, kinds.WHERE, kinds.GROUP_BY, kinds.HAVING, kinds.QUALIFY, kinds.ORDER_BY, kinds.LIMIT,
    kinds.OFFSET, kinds.UNION, kinds.EXCEPT, kinds.INTERSECT, kinds.JOIN, kinds.INNER, kinds.CROSS, kinds.ON, kinds.USING,
    kinds.WITH, kinds.ALIAS, kinds.AND, kinds.OR, kinds.CASE, kinds.WHEN, kinds.THEN, kinds.ELSE, kinds.END, kinds.DISTINCT,
    kinds.IN, kinds.BETWEEN, kinds.NOT, kinds.IS, kinds.NULL, kinds.LIKE, kinds.ILIKE, kinds.ALL, kinds.EXISTS,
    kinds.PARTITION_BY, kinds.OVER, kinds.FILTER, kinds.ASC, kinds.DESC, kinds.WINDOW,
}  # fmt: skip
_COMPARISONS = {kinds.EQ, kinds.NEQ, kinds.LTE, kinds.GTE, kinds.LT, kinds.GT, kinds.DPIPE}
_ARITHMETIC = {kinds.PLUS, kinds.DASH, kinds.STAR, kinds.SLASH}
_OPERATORS = _COMPARISONS | _ARITHMETIC | {kinds.ARROW}
_NOT_SPACED = {
    "bigquery": {kinds.LT, kinds.GT, kinds.DASH},
    "databricks": {kinds.LT, kinds.GT},
    "spark": {kinds.LT, kinds.GT},
    "hive": {kinds.LT, kinds.GT},
    "snowflake": {kinds.SLASH, kinds.DASH},
    "mysql": _OPERATORS,
}
"""What is no operator everywhere: `ARRAY<INT64>`, a project `my-data`, a path behind `@stage/`.  MySQL names a column as it is written."""
_VALUE_ENDS = {
    kinds.VAR, kinds.IDENTIFIER, kinds.NUMBER, kinds.STRING, kinds.R_PAREN, kinds.R_BRACKET, kinds.END, kinds.NULL,
}  # fmt: skip
_VALUE_STARTS = {
    kinds.VAR, kinds.IDENTIFIER, kinds.NUMBER, kinds.STRING, kinds.L_PAREN, kinds.CASE, kinds.DASH, kinds.PARAMETER,
}  # fmt: skip
_SET_WORDS = {kinds.UNION, kinds.EXCEPT, kinds.INTERSECT}
_CLAUSES = {
    kinds.SELECT, kinds.FROM, kinds.WHERE, kinds.GROUP_BY, kinds.HAVING, kinds.QUALIFY, kinds.WINDOW, kinds.ORDER_BY,
    kinds.LIMIT, kinds.OFFSET,
}  # fmt: skip
_JOIN_WORDS = {
    kinds.JOIN, kinds.LEFT, kinds.RIGHT, kinds.FULL, kinds.INNER, kinds.CROSS, kinds.NATURAL, kinds.OUTER, kinds.SEMI,
    kinds.ANTI, kinds.ASOF,
}  # fmt: skip
_QUERY = {kinds.SELECT, kinds.WITH, kinds.FROM, kinds.VALUES}


class Leaf(NamedTuple):
    """A token with its comments.  `spaced`: white space stood before it, or belongs there; `broken`: a line break did;
    `own`: comments on lines of their own before it."""

    kind: object
    text: str
    spaced: bool
    own: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    broken: bool = False

    @property
    def ends_line(self) -> bool:
        """Whether nothing can follow on the same line."""
        return any(not comment.startswith(("/*", "{#")) for comment in self.beside)


class Group(NamedTuple):
    """Brackets and what is inside."""

    opening: Leaf
    inside: list[Unit]
    closing: Leaf

    @property
    def kind(self) -> object:
        """As a leaf has it."""
        return self.opening.kind

    @property
    def spaced(self) -> bool:
        """Whether white space stood before it."""
        return self.opening.spaced

    @property
    def broken(self) -> bool:
        """Whether a line break stood before it."""
        return self.opening.broken

    @property
    def is_query(self) -> bool:
        """Whether a query stands inside."""
        return bool(self.inside) and self.inside[0].kind in _QUERY


Unit = Leaf | Group


def units_of(text: str, tokens: list[Token], dialect: str = "") -> list[Unit]:
    """Tokens and the comments between them, as a tree of brackets."""
    leaves = _leaves(text, tokens, _operators(tokens, dialect))
    stack: list[tuple[Leaf | None, list[Unit]]] = [(None, [])]
    for leaf in leaves:
        if leaf.kind in OPENING:
            stack.append((leaf, []))
        elif leaf.kind in CLOSING and len(stack) > 1:
            opening, inside = stack.pop()
            assert opening is not None
            stack[-1][1].append(Group(opening, inside, leaf))
        else:
            stack[-1][1].append(leaf)
    while len(stack) > 1:  # never closed: as it is
        opening, inside = stack.pop()
        stack[-1][1].extend([*([opening] if opening else []), *inside])
    return stack[0][1]


def _operators(tokens: list[Token], dialect: str) -> set[int]:
    """The indices of the operators between two values: `x=-1` has one."""
    left_out = _NOT_SPACED.get(dialect, set())
    found = set()
    for index in range(1, len(tokens) - 1):
        kind = tokens[index].token_type
        if kind in left_out or kind not in _OPERATORS:
            continue
        if kind is kinds.ARROW:  # a lambda's; in JSON's a text or number follows
            if tokens[index + 1].token_type not in (kinds.STRING, kinds.NUMBER):
                found.add(index)
            continue
        between = tokens[index - 1].token_type in _VALUE_ENDS and tokens[index + 1].token_type in _VALUE_STARTS
        if kind in _COMPARISONS or between:
            found.add(index)
    return found


def _leaves(text: str, tokens: list[Token], operators: set[int]) -> list[Leaf]:
    leaves: list[Leaf] = []
    own: tuple[str, ...] = ()
    for index, token in enumerate(tokens):
        written = text[token.start : token.end + 1]
        follows = tokens[index + 1].token_type if index + 1 < len(tokens) else None
        joins = token.token_type in _JOIN_WORDS and follows in _JOIN_WORDS
        if (joins or token.token_type in _UPPER) and written.isascii():
            written = " ".join(written.upper().split())
        end = tokens[index + 1].start if index + 1 < len(tokens) else token.end + 1
        beside, following = _comments(text[token.end + 1 : end])
        before = text[tokens[index - 1].end + 1 : token.start] if index else ""
        spaced = bool(before) or index in operators or index - 1 in operators
        broken = "\n" in before or "\r" in before
        leaves.append(Leaf(token.token_type, written, spaced, own, beside, broken))
        own = following
    return leaves


def _comments(gap: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(comments on the line of the token before, comments on lines of their own)"""
    beside: list[str] = []
    own: list[str] = []
    position = 0
    for match in _COMMENT.finditer(gap):
        broken = "\n" in gap[position : match.start()] or "\r" in gap[position : match.start()]
        (own if broken or own else beside).append(match.group().rstrip())
        position = match.end()
    return tuple(beside), tuple(own)


# On one line


def inline(units: list[Unit]) -> str | None:
    """The units on one line, or None when something in them needs several."""
    parts: list[str] = []
    before: Unit | None = None
    for unit in units:
        text = _inline_group(unit) if isinstance(unit, Group) else _inline_leaf(unit)
        if text is None or (before is not None and isinstance(before, Leaf) and before.ends_line):
            return None
        if unit.broken and (unit.kind is kinds.WHEN or (before is not None and before.kind is kinds.CASE)):
            return None
        parts.append((" " if _space(before, unit) else "") + text)
        before = unit
    if isinstance(before, Leaf) and before.ends_line:
        return None
    return "".join(parts)


def _inline_leaf(leaf: Leaf) -> str | None:
    if leaf.own or "\n" in leaf.text or any("\n" in comment for comment in leaf.beside):
        return None
    return " ".join([leaf.text, *leaf.beside])


def _inline_group(group: Group) -> str | None:
    if group.inside and group.inside[0].broken:
        return None
    inside = inline(group.inside)
    opening, closing = _inline_leaf(group.opening), _inline_leaf(group.closing)
    if inside is None or opening is None or closing is None or group.opening.ends_line or group.closing.ends_line:
        return None
    return f"{opening}{inside}{closing}"


def _space(before: Unit | None, unit: Unit) -> bool:
    """Whether a space stands between two neighbours on a line."""
    if before is None or unit.kind is kinds.COMMA:
        return False
    if before.kind is kinds.COMMA and isinstance(before, Leaf):
        return True
    return unit.spaced


# On several lines


def lines_of(units: list[Unit]) -> list[str]:
    """Units that are no query (an expression, a table), broken where they must be."""
    text = inline(units)
    if text is not None and len(text) <= WIDTH:
        return [text]
    lines = [""]
    before: Unit | None = None
    depth = 0
    for unit in units:
        if isinstance(unit, Leaf) and unit.kind is kinds.END and depth:
            depth -= 1
        breaks = isinstance(unit, Leaf) and unit.kind in (kinds.AND, kinds.OR, kinds.WHEN, kinds.ELSE, kinds.END)
        between = unit.kind is kinds.AND and _after_between(units, unit)
        if (breaks and not between and lines[-1].strip()) or (isinstance(before, Leaf) and before.ends_line):
            lines.append(INDENT * (depth if breaks else depth + 1))
        _put(lines, before, unit)
        if isinstance(unit, Leaf) and unit.kind is kinds.CASE:
            depth += 1
        before = unit
    return lines


def _after_between(units: list[Unit], target: Unit) -> bool:
    """`BETWEEN a AND b`: this AND is no condition's."""
    waiting = False
    for unit in units:
        if unit.kind is kinds.BETWEEN:
            waiting = True
        elif unit.kind is kinds.AND:
            if unit is target:
                return waiting
            waiting = False
    return False


def _put(lines: list[str], before: Unit | None, unit: Unit) -> None:
    """Add a unit to the last line, or break it."""
    first = unit if isinstance(unit, Leaf) else unit.opening
    for comment in first.own:
        if lines[-1].strip():
            lines.append("")
        lines[-1] = lines[-1] + comment
        lines.append("")
    space = " " if lines[-1].strip() and _space(before, unit) else ""
    if isinstance(unit, Leaf):
        lines[-1] += space + " ".join([unit.text, *unit.beside])
        return
    text = inline([unit])
    margin = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
    if text is not None and len(lines[-1]) + len(text) < WIDTH and not (unit.is_query and len(text) > WIDTH // 2):
        lines[-1] += space + text
        return
    lines[-1] += space + " ".join([unit.opening.text, *unit.opening.beside])
    body = query_lines(unit.inside) if unit.is_query else list_lines(unit.inside)
    lines.extend(margin + INDENT + line if line else line for line in body)
    lines.extend(margin + INDENT + comment for comment in unit.closing.own)
    lines.append(margin + " ".join([unit.closing.text, *unit.closing.beside]))


def list_lines(units: list[Unit]) -> list[str]:
    """A comma list, an item on a line."""
    lines: list[str] = []
    for item, comma in split_items(units):
        found = lines_of(item) if item else []
        if comma is not None:
            found = with_comma(item, found, comma)
        lines += found
    return lines


def with_comma(item: list[Unit], lines: list[str], comma: Leaf) -> list[str]:
    """The comma comes before the comment beside an item: `a, -- comment`."""
    last = item[-1] if item else None
    beside = last.beside if isinstance(last, Leaf) else last.closing.beside if last is not None else ()
    tail = "".join(f" {comment}" for comment in beside)
    if lines and tail and lines[-1].endswith(tail):
        lines[-1] = lines[-1].removesuffix(tail) + comma.text + tail
    elif lines:
        lines[-1] += comma.text
    else:
        lines = [comma.text]
    lines[-1] += "".join(f" {comment}" for comment in comma.beside)
    return [*lines[:-1], *comma.own, lines[-1]] if comma.own else lines


def split_items(units: list[Unit]) -> list[tuple[list[Unit], Leaf | None]]:
    """(item, the comma behind it) of a list."""
    items: list[tuple[list[Unit], Leaf | None]] = []
    current: list[Unit] = []
    for unit in units:
        if isinstance(unit, Leaf) and unit.kind is kinds.COMMA:
            items.append((current, unit))
            current = []
        else:
            current.append(unit)
    if current:
        items.append((current, None))
    return items


# Queries


def query_lines(units: list[Unit]) -> list[str]:
    """A query, its clauses each on lines of their own."""
    lines: list[str] = []
    ctes, rest = _split_ctes(units)
    if ctes:
        lines += _cte_lines(ctes)
    for part in _split_set(rest):
        if part[0].kind in _SET_WORDS and len(part) <= 4:
            lines += lines_of(part)
        else:
            for clause in _split_clauses(part):
                lines += _clause_lines(clause)
    return lines


def _split_ctes(units: list[Unit]) -> tuple[list[Unit], list[Unit]]:
    if not units or units[0].kind is not kinds.WITH:
        return [], units
    for index in range(1, len(units)):
        unit, before = units[index], units[index - 1]
        bracketed = isinstance(before, Group) and before.kind is kinds.L_PAREN
        if bracketed and (
            unit.kind in (kinds.SELECT, kinds.FROM, kinds.VALUES) or (isinstance(unit, Group) and unit.is_query)
        ):
            return units[:index], units[index:]
    return [], units


def _cte_lines(units: list[Unit]) -> list[str]:
    """`WITH a AS (`, its query, `), b AS (`, ..."""
    lines: list[str] = []
    for item, comma in split_items(units):
        found = _cte(item)
        if lines and lines[-1].endswith("),") and not item[0].own if isinstance(item[0], Leaf) else False:
            lines[-1] += " " + found[0]
            lines += found[1:]
        else:
            lines += found
        if comma is not None:
            lines = with_comma(item, lines, comma)
    return lines


def _cte(item: list[Unit]) -> list[str]:
    body = item[-1]
    if not isinstance(body, Group) or not body.is_query:
        return lines_of(item)
    lines = lines_of(item[:-1])
    lines[-1] += (" " if body.spaced else "") + " ".join([body.opening.text, *body.opening.beside])
    lines += [INDENT + line if line else line for line in query_lines(body.inside)]
    lines += [INDENT + comment for comment in body.closing.own]
    return [*lines, " ".join([body.closing.text, *body.closing.beside])]


def _split_set(units: list[Unit]) -> list[list[Unit]]:
    parts: list[list[Unit]] = []
    operator = False
    for index, unit in enumerate(units):
        star = index > 0 and units[index - 1].kind is kinds.STAR
        if unit.kind in _SET_WORDS and not star:
            parts.append([unit])
            operator = True
            continue
        word = isinstance(unit, Leaf) and unit.text.upper() in ("ALL", "DISTINCT", "BY", "NAME")
        if not parts or (operator and not word):
            parts.append([])
            operator = False
        parts[-1].append(unit)
    return parts


def _split_clauses(units: list[Unit]) -> list[list[Unit]]:
    clauses: list[list[Unit]] = []
    for index, unit in enumerate(units):
        pair = (units[index - 1].kind if index else None, unit.kind)
        inside = pair in ((kinds.DISTINCT, kinds.FROM), (kinds.WITH, kinds.OFFSET))
        if not clauses or (unit.kind in _CLAUSES and isinstance(unit, Leaf) and not inside):
            clauses.append([])
        clauses[-1].append(unit)
    return clauses


def _clause_lines(clause: list[Unit]) -> list[str]:
    keyword = clause[0]
    if keyword.kind is kinds.SELECT:
        return _select_lines(clause)
    if keyword.kind is kinds.FROM:
        return _from_lines(clause)
    if isinstance(keyword, Leaf) and keyword.kind in _CLAUSES:
        return _keyword_lines(clause)
    return lines_of(clause)


def _select_lines(clause: list[Unit]) -> list[str]:
    """SELECT, DISTINCT ON (...), and a projection on each line."""
    count = 1
    while count < len(clause) and clause[count].kind in (kinds.DISTINCT, kinds.ALL):
        count += 1
    if count + 1 < len(clause) and clause[count].kind is kinds.ON and isinstance(clause[count + 1], Group):
        count += 2
    return [*lines_of(clause[:count]), *_indented(list_lines(clause[count:]))]


def _keyword_lines(clause: list[Unit]) -> list[str]:
    """On one line what is short and simple, else the conditions or items below the keyword."""
    text = inline(clause)
    conditions = clause[0].kind in (kinds.WHERE, kinds.HAVING, kinds.QUALIFY)
    if (
        text is not None
        and not (len(clause) > 1 and clause[1].broken)
        and len(text) <= WIDTH * 4 // 5
        and not (conditions and any(u.kind is kinds.AND for u in clause))
    ):
        return [text]
    return [*lines_of(clause[:1]), *_indented(_condition_lines(clause[1:]) if conditions else list_lines(clause[1:]))]


def _condition_lines(units: list[Unit]) -> list[str]:
    """Conditions, each AND at the beginning of a line."""
    parts: list[list[Unit]] = [[]]
    waiting = False
    for unit in units:
        if unit.kind is kinds.BETWEEN:
            waiting = True
        elif unit.kind is kinds.AND and waiting:
            waiting = False
        elif unit.kind is kinds.AND:
            parts.append([])
        parts[-1].append(unit)
    return [line for part in parts if part for line in lines_of(part)]


def _from_lines(clause: list[Unit]) -> list[str]:
    """FROM and its tables, each join on a line, its condition below."""
    parts: list[list[Unit]] = [[]]
    for index, unit in enumerate(clause):
        joins = unit.kind in _JOIN_WORDS and isinstance(unit, Leaf) and _begins_join(clause, index)
        if (joins and not (parts[-1] and all(u.kind in _JOIN_WORDS for u in parts[-1]))) or (
            unit.kind is kinds.ON and isinstance(unit, Leaf)
        ):
            parts.append([])
        parts[-1].append(unit)
    lines: list[str] = []
    for part in parts:
        if part and part[0].kind is kinds.ON:
            lines += _indented(_on_lines(part))
        elif part:
            lines += lines_of(part)
    return lines


def _on_lines(part: list[Unit]) -> list[str]:
    """A join's condition: on one line where its author left it so and it is short."""
    text = inline(part)
    if text is None or len(text) > WIDTH * 4 // 5 or any(u.kind is kinds.AND and u.broken for u in part):
        return _condition_lines(part)
    return [text]


def _begins_join(clause: list[Unit], index: int) -> bool:
    """LEFT and its like may be names of functions or columns: a JOIN must follow."""
    for unit in clause[index : index + 4]:
        if unit.kind is kinds.JOIN:
            return True
        if unit.kind not in _JOIN_WORDS:
            return False
    return False


def _indented(lines: list[str]) -> list[str]:
    return [INDENT + line if line else line for line in lines]
