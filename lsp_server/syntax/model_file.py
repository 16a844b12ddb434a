"""One `.sql` file of a workspace: its header, and its statements with the part each of them plays.

Reads SQLMesh's model format: `MODEL (...)`, statements before and after the query, `ON_VIRTUAL_UPDATE_BEGIN; ...`,
`@DEF(...)`, `AUDIT (...)` inside a model file or alone in a file, Jinja blocks.  A file without a header is plain SQL.
Resolves no name, expands no macro, and never raises: every fault is a `Problem`.
"""

from __future__ import annotations

import re

import msgspec
from sqlglot.tokens import Token

from lsp_server.syntax import header_checks, kinds, properties
from lsp_server.syntax.gaps import QUERY_STARTS
from lsp_server.syntax.header import Call, ColumnSpec, Header, Kind, Property, read_header
from lsp_server.syntax.tokens import JINJA_BLOCK, closing, is_dialect, kinds_of, scan, span_of, token_span
from lsp_server.syntax.words import resembles_select
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

__all__ = ["Call", "ColumnSpec", "Header", "Kind", "ModelFile", "Property", "Statement", "read_model"]

HEADER_KEYWORDS = ("MODEL", "AUDIT", "METRIC")

_DIALECT = re.compile(
    r"\b(?:MODEL|AUDIT)\s*\((?:[^;']|'[^']*')*?[(,]\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*dialect\s+['\"]?(\w+)",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 20_000
"""A header's dialect stands within so many characters."""
_QUERY_MACROS = {"UNION", "DEDUPLICATE", "DATE_SPINE", "WITH"}


class Statement(msgspec.Struct, frozen=True):
    """One statement.  `role`: "pre", "query", "post", "virtual_update", "def" or "audit".

    `tokens` are the file's own, without the semicolon.  `jinja`: the text is a Jinja template.
    For "audit", `header` is the AUDIT's header and the tokens are those of its query.
    """

    role: str
    span: Span
    text: str
    tokens: list[Token] = msgspec.field(default_factory=list)
    jinja: bool = False
    header: Header | None = None
    source: str = ""
    """The whole file's text, which the tokens' offsets refer to."""


class ModelFile(msgspec.Struct, frozen=True):
    """What one version of a file's text says."""

    text: str
    dialect: str
    """The header's, or the workspace's."""
    header: Header | None
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...] = ()
    damaged: bool = False
    """Some of the text could not be read at all."""

    @property
    def query(self) -> Statement | None:
        """The statement that makes the model's rows."""
        return next((statement for statement in self.statements if statement.role == "query"), None)

    def with_role(self, role: str) -> tuple[Statement, ...]:
        """All statements that play `role`, in order."""
        return tuple(statement for statement in self.statements if statement.role == role)


def read_model(text: str, dialect: str = "") -> ModelFile:
    """Read a file.  `dialect` is the workspace's; a header may name another.

    >>> file = read_model("MODEL (name shop.orders, kind FULL); SELECT 1 AS id")
    >>> file.header.name, file.header.kind.name, file.query.text
    ('shop.orders', 'FULL', 'SELECT 1 AS id')
    """
    declared = _DIALECT.search(text, 0, _HEAD) if _names_dialect(text) else None
    if declared and is_dialect(declared.group(1).lower()):
        dialect = declared.group(1).lower()
    if "{{" in text or "{%" in text or "{#" in text:
        return _read_template(text, dialect)
    scanned = scan(text, dialect)
    reader = _Reader(text, scanned.tokens, dialect)
    reader.read()
    problems = (*scanned.problems, *reader.problems)
    return ModelFile(text, dialect, reader.header, tuple(reader.statements), problems, scanned.damaged)


def _names_dialect(text: str) -> bool:
    return "dialect" in text[:_HEAD].lower()


def _read_template(text: str, dialect: str) -> ModelFile:
    """A text that holds Jinja: in blocks (SQLMesh), or anywhere after the header (dbt), then all of it is one template."""
    outside = JINJA_BLOCK.sub("", text)
    if "{{" not in outside and "{%" not in outside and "{#" not in outside:
        scanned = scan(text, dialect)
        reader = _Reader(text, scanned.tokens, dialect)
        reader.read()
        problems = (*scanned.problems, *reader.problems)
        return ModelFile(text, dialect, reader.header, tuple(reader.statements), problems, scanned.damaged)
    return _read_bare_template(text, dialect)


def _read_bare_template(text: str, dialect: str) -> ModelFile:
    end = _header_end(text)
    scanned = scan(text[:end], dialect)
    reader = _Reader(text, scanned.tokens, dialect, header_only=True)
    reader.read()
    start = end + len(text[end:]) - len(text[end:].lstrip())
    span = Span(start, max(start, len(text.rstrip().removesuffix(";"))))
    query = Statement("query", span, text[span.start : span.end], [], jinja=True, source=text)
    return ModelFile(text, dialect, reader.header, (query,), (*scanned.problems, *reader.problems), scanned.damaged)


def _header_end(text: str) -> int:
    """Offset after `MODEL (...);`, or 0 when the text has no header."""
    match = re.match(r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:MODEL|AUDIT)\s*\(", text, re.IGNORECASE | re.DOTALL)
    if not match:
        return 0
    end = text.find(";", match.end())
    return end + 1 if end != -1 else len(text)


_headers: dict[str, tuple[Header, list[Problem]]] = {}
"""Headers by the text up to their end: while a person types in the query, the header above it is read once."""
_MAX_HEADERS = 500


def _known_header(text: str, tokens: list[Token], keyword: str, dialect: str) -> tuple[Header, list[Problem]]:
    """The header and what is wrong with it."""
    key = f"{dialect} {tokens[0].start} {text[: tokens[-1].end + 1]}"
    known = _headers.get(key)
    if known is None:
        header, problems = read_header(text, tokens, properties.names_of(keyword))
        known = header, [*problems, *header_checks.check(header)]
        if len(_headers) >= _MAX_HEADERS:
            _headers.clear()
        _headers[key] = known
    return known


class _Reader:
    """One walk over a file's tokens, statement by statement."""

    def __init__(self, text: str, tokens: list[Token], dialect: str, header_only: bool = False) -> None:
        self.dialect = dialect
        self.header_only = header_only
        self.text = text
        self.tokens = tokens
        self.kinds = kinds_of(tokens)
        self.problems: list[Problem] = []
        self.statements: list[Statement] = []
        self.header: Header | None = None

    def read(self) -> None:
        """Fill `header`, `statements` and `problems`."""
        index = 0
        virtual = False
        seen_query = False
        while index < len(self.tokens):
            if self.tokens[index].token_type is kinds.SEMICOLON:
                index += 1
                continue
            keyword = self.tokens[index].text.upper()
            if keyword in HEADER_KEYWORDS and self._opens_header(index):
                index = self._read_header(index, keyword)
                continue
            end = self._statement_end(index)
            if keyword in ("ON_VIRTUAL_UPDATE_BEGIN", "ON_VIRTUAL_UPDATE_END"):
                virtual = keyword.endswith("BEGIN")
            elif keyword.startswith("JINJA_"):
                end, role = self._read_jinja(index, virtual, seen_query)
                seen_query = seen_query or role == "query"
            else:
                role = self._role(index, end, virtual, seen_query)
                self._add(role, index, end)
                seen_query = seen_query or role == "query"
            index = end + 1
        self._settle_macro_query()
        self._check_query()

    def _check_query(self) -> None:
        """A model of most kinds needs a query."""
        header = self.header
        if header is None or header.keyword != "MODEL" or header.kind.name in ("SEED", "EXTERNAL", "DBT_CUSTOM"):
            return
        if self.header_only or any(statement.role == "query" for statement in self.statements):
            return
        self.problems.append(
            Problem("no-query", "This model has no query.", Span(header.span.start, header.span.start + 5))
        )

    def _opens_header(self, index: int) -> bool:
        return index + 1 < len(self.tokens) and self.tokens[index + 1].token_type is kinds.L_PAREN

    def _statement_end(self, index: int) -> int:
        """Index of the semicolon that ends the statement at `index`, or of the end."""
        try:
            return self.kinds.index(kinds.SEMICOLON, index)
        except ValueError:
            return len(self.tokens)

    def _read_header(self, index: int, keyword: str) -> int:
        """Read the header at `index`; give the index after it."""
        end = self._statement_end(index)
        close = closing(self.tokens[index:end], 1)
        if close == -1:
            self.problems.append(
                Problem("header-syntax", f"`{keyword} (` is never closed.", token_span(self.tokens[index + 1]))
            )
            close = end - index - 1
        part = self.tokens[index : index + close + 1]
        header, problems = _known_header(self.text, part, keyword, self.dialect)
        self.problems += problems
        after = index + close + 1
        if after < end:
            self.problems.append(
                Problem(
                    "header-syntax",
                    f"A semicolon is missing after `{keyword} (...)`.",
                    Span(part[-1].end + 1, part[-1].end + 1),
                )
            )
        if keyword == "AUDIT" and (self.header is not None):
            return self._read_audit(header, after)
        if self.header is None:
            self.header = header
        return after

    def _read_audit(self, header: Header, after: int) -> int:
        """An AUDIT in a model's file, or a second one in a file of audits: its query follows."""
        start = after + 1 if after < len(self.tokens) and self.tokens[after].token_type is kinds.SEMICOLON else after
        end = self._statement_end(start)
        part = self.tokens[start:end]
        span = span_of(part) if part else Span(header.span.end, header.span.end)
        self.statements.append(
            Statement("audit", span, self.text[span.start : span.end], part, False, header, self.text)
        )
        return end + 1

    def _read_jinja(self, index: int, virtual: bool, seen_query: bool) -> tuple[int, str]:
        """A block from JINJA_..._BEGIN to JINJA_END: one statement, its text the template."""
        keyword = self.tokens[index].text.upper()
        end = index
        while end < len(self.tokens) and self.tokens[end].text.upper() != "JINJA_END":
            end += 1
        begin = self._statement_end(index)
        start = self.tokens[begin].end + 1 if begin < len(self.tokens) else len(self.text)
        stop = self.tokens[end].start if end < len(self.tokens) else len(self.text)
        if end == len(self.tokens):
            self.problems.append(Problem("syntax", f"`{keyword}` has no `JINJA_END;`.", token_span(self.tokens[index])))
        inner = self.text[start:stop].rstrip().removesuffix(";")
        span = Span(start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip()))
        query = keyword == "JINJA_QUERY_BEGIN"
        role = "query" if query else "virtual_update" if virtual else "post" if seen_query else "pre"
        self.statements.append(
            Statement(role, span, self.text[span.start : span.end], [], jinja=True, source=self.text)
        )
        return self._statement_end(min(end, len(self.tokens))), role

    def _role(self, index: int, end: int, virtual: bool, seen_query: bool) -> str:
        if virtual:
            return "virtual_update"
        first = self.tokens[index]
        if self._macro_name(index) == "DEF":
            return "def"
        is_query = (
            first.token_type in QUERY_STARTS
            or self._macro_name(index) in _QUERY_MACROS
            or (not seen_query and resembles_select(first))
        )
        if is_query and not seen_query:
            return "query"
        if is_query:
            self.problems.append(
                Problem(
                    "several-queries",
                    "A model has one query; this is a second one.",
                    span_of(self.tokens[index:end]),
                )
            )
        return "post" if seen_query else "pre"

    def _macro_name(self, index: int) -> str:
        if self.tokens[index].token_type is not kinds.PARAMETER or index + 1 >= len(self.tokens):
            return ""
        return str(self.tokens[index + 1].text).upper()

    def _add(self, role: str, index: int, end: int) -> None:
        part = self.tokens[index:end]
        span = span_of(part)
        self.statements.append(Statement(role, span, self.text[span.start : span.end], part, source=self.text))

    def _settle_macro_query(self) -> None:
        """A model whose query is one macro call (`@my_query()`): the last such statement, when no other query is there."""
        if self.header is None or self.header.keyword != "MODEL" or any(s.role == "query" for s in self.statements):
            return
        for index in reversed(range(len(self.statements))):
            statement = self.statements[index]
            if statement.role == "pre" and statement.tokens and statement.tokens[0].token_type is kinds.PARAMETER:
                self.statements[index] = msgspec.structs.replace(statement, role="query")
                later = self.statements[index + 1 :]
                self.statements[index + 1 :] = [
                    msgspec.structs.replace(item, role="post") if item.role == "pre" else item for item in later
                ]
                return
