"""Formatting a file: the header, the query, the queries of audits; whatever else there is stays as it is.

Changes white space and the case of keywords, nothing else, and checks that before it proposes anything: the formatted text
must have the same tokens and the same comments.  Formatting twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher

import msgspec
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.header import Header
from lsp_server.syntax.layout import (
    INDENT,
    Group,
    Leaf,
    Unit,
    inline,
    lines_of,
    query_lines,
    split_items,
    units_of,
    with_comma,
)
from lsp_server.syntax.limits import too_large
from lsp_server.syntax.model_file import ModelFile, Statement, read_model
from lsp_server.syntax.tokens import CLOSING, OPENING, scan
from lsp_server.text.spans import Span, TextEdit, apply_edits

MAX_PAIRS = 500_000
"""Pairs of equal lines among which the changes are looked for."""


class Formatted(msgspec.Struct, frozen=True):
    """What formatting would change, and, when it leaves something alone, why."""

    edits: tuple[TextEdit, ...] = ()
    note: str = ""


def format_model(text: str, dialect: str = "") -> list[TextEdit]:
    """The edits that format a file; none when it must not or cannot be formatted.

    >>> apply_edits(text := "select a,b from t where a=1 and b=2", format_model(text, "duckdb"))
    'SELECT\\n  a,\\n  b\\nFROM t\\nWHERE\\n  a = 1\\n  AND b = 2\\n'
    """
    return list(formatted(text, dialect).edits)


def formatted(text: str, dialect: str = "") -> Formatted:
    """Edits and the reason for what is left alone."""
    file = read_model(text, dialect)
    if file.header is not None and file.header.value("formatting") is False:
        return Formatted(note="The header says `formatting FALSE`.")
    if file.damaged or any(
        problem.code in ("header-syntax", "file-too-large", "not-text") for problem in file.problems
    ):
        return Formatted(note="The file has errors: it is left as it is.")
    pieces = _pieces(file)
    if not pieces:
        return Formatted(note="There is nothing here that can be formatted.")
    note = _note(file)
    new = apply_edits(text, pieces).rstrip() + _newline(text)
    if new == text:
        return Formatted(note=note)
    if not _same(text, new, file.dialect):
        return Formatted(note="This file cannot be formatted without changing it: it is left as it is.")
    return Formatted(tuple(_line_edits(text, new)), note)


def _note(file: ModelFile) -> str:
    """What is left as it is, and why."""
    if any(item.jinja for item in file.statements):
        return "Jinja templates are left as they are."
    if not all(_is_closed(item) for item in file.statements):
        return "A bracket is not closed: what it stands in is left as it is."
    if any(too_large(item.tokens) is not None for item in file.statements):
        return "What is too large to be analysed is left as it is."
    return ""


def _pieces(file: ModelFile) -> list[TextEdit]:
    """Header and queries laid out anew."""
    headers = [header for header in (file.header, *(item.header for item in file.statements)) if header is not None]
    tokens = scan(file.text[: max((header.span.end for header in headers), default=0)], file.dialect).tokens
    edits = [_edit(file.text, header.span, _header_text(file, header, tokens)) for header in headers]
    for statement in file.statements:
        if statement.role in ("query", "audit") and _is_plain(statement):
            lines = query_lines(units_of(file.text, statement.tokens, file.dialect))
            edits.append(_edit(file.text, statement.span, "\n".join(line.rstrip() for line in lines)))
    return edits


def _is_plain(statement: Statement) -> bool:
    """Not a template, not a query that is one macro call, nothing half-typed or too large."""
    if statement.jinja or not _is_closed(statement) or too_large(statement.tokens) is not None:
        return False
    return bool(statement.tokens) and statement.tokens[0].token_type is not kinds.PARAMETER


def _is_closed(statement: Statement) -> bool:
    """Whether every bracket is closed: where one is not, nobody knows yet what is inside."""
    depth = 0
    for token in statement.tokens:
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if depth < 0:
            return False
    return depth == 0


def _edit(text: str, span: Span, new: str) -> TextEdit:
    return TextEdit(span, new.replace("\n", _newline(text)))


def _newline(text: str) -> str:
    """The file's own line end."""
    return "\r\n" if "\r\n" in text else "\n"


def _header_text(file: ModelFile, header: Header, tokens: list[Token]) -> str:
    """`MODEL (`, a property on each line, `)`."""
    inside = [token for token in tokens if header.span.start <= token.start < header.span.end]
    if too_large(inside) is not None:
        return file.text[header.span.start : header.span.end]
    units = units_of(file.text, inside, file.dialect)
    body = next((unit for unit in units if isinstance(unit, Group)), None)
    if body is None:
        return file.text[header.span.start : header.span.end]
    lines = [f"{inside[0].text.upper()} {' '.join([body.opening.text, *body.opening.beside])}"]
    for item, comma in split_items(body.inside):
        lines += _property_lines(item, comma)
    lines += [INDENT + comment for comment in body.closing.own]
    return "\n".join([*lines, body.closing.text])


def _property_lines(item: list[Unit], comma: Leaf | None) -> list[str]:
    """A property; the ones of its kind below it where the line would get long."""
    text = inline(item)
    lines = [text] if text is not None and len(text) <= 80 else lines_of(item)
    if comma is not None:
        lines = with_comma(item, lines, comma)
    return [INDENT + line.rstrip() if line.strip() else "" for line in lines]


def _same(old: str, new: str, dialect: str) -> bool:
    """Whether two texts have the same tokens, the case of keywords aside, and the same comments."""
    before, after = scan(old, dialect).tokens, scan(new, dialect).tokens
    if len(before) != len(after):
        return False
    for one, other in zip(before, after, strict=True):
        if one.token_type is not other.token_type:
            return False
        if one.text != other.text and " ".join(one.text.upper().split()) != " ".join(other.text.upper().split()):
            return False
        if one.text != other.text and one.token_type in (kinds.STRING, kinds.IDENTIFIER, kinds.VAR):
            return False
    return _comments(before) == _comments(after)


def _comments(tokens: list[Token]) -> list[str]:
    return sorted(comment.strip() for token in tokens for comment in token.comments)


def _line_edits(old: str, new: str) -> list[TextEdit]:
    """Edits of whole lines, so that what did not change is not touched."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    shorter = min(len(before), len(after))
    first = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    last = next((i for i in range(shorter - first) if before[-1 - i] != after[-1 - i]), shorter - first)
    changed, made = before[first : len(before) - last], after[first : len(after) - last]
    starts = [sum(map(len, before[:first]))]
    for line in changed:
        starts.append(starts[-1] + len(line))
    return [
        TextEdit(Span(starts[low], starts[high]), "".join(made[start:end]))
        for low, high, start, end in _changes(changed, made)
    ]


def _changes(before: list[str], after: list[str]) -> list[tuple[int, int, int, int]]:
    """The stretches that differ; all as one where the same lines come so often that looking for pairs would take minutes.

    Each has the same characters before and after, white space and case aside, so that a part of them can be applied alone:
    lines that happen to be equal may stand at different places of the text.
    """
    often = Counter(after)
    if sum(often[line] for line in before) > MAX_PAIRS:
        return [(0, len(before), 0, len(after))]
    found: list[tuple[int, int, int, int]] = []
    owed: Counter[str] = Counter()
    for tag, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal" and not owed:
            continue
        if owed:
            found[-1] = (found[-1][0], high, found[-1][2], end)
        else:
            found.append((low, high, start, end))
        owed.update(_written(before[low:high]))
        owed.subtract(_written(after[start:end]))
        owed = Counter({character: number for character, number in owed.items() if number})
    return found


def _written(lines: list[str]) -> str:
    return "".join("".join(lines).upper().split())
