"""What an engine calls the columns of a SELECT, aliases or not.

Made from the tokens that were parsed, before any normalisation: `COUNT(*)` and `COUNT(1)` are one thing to a tree and two
names to DuckDB.  A star has no name here (""): it stands for many, and who expands it knows them.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlglot import exp
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.duckdb_lexer import UnknownSpelling
from lsp_server.syntax.duckdb_text import spell
from lsp_server.syntax.names import fold
from lsp_server.syntax.query import ParsedQuery
from lsp_server.syntax.tokens import CLOSING, OPENING, scan

_ENDS = {
    kinds.FROM,
    kinds.WHERE,
    kinds.GROUP_BY,
    kinds.HAVING,
    kinds.ORDER_BY,
    kinds.LIMIT,
    kinds.OFFSET,
    kinds.QUALIFY,
    kinds.WINDOW,
    kinds.UNION,
    kinds.EXCEPT,
    kinds.INTERSECT,
    kinds.SEMICOLON,
    kinds.INTO,
}


class ProjectionList(NamedTuple):
    """The projections after one SELECT: tokens of each."""

    parent: int
    items: list[list[Token]]


class OutputNames:
    """The names of all SELECTs of one parsed query.

    >>> from lsp_server.syntax.model_file import read_model
    >>> from lsp_server.syntax.query import parse_query
    >>> parsed = parse_query(read_model("SELECT id, COUNT(*), SUM(x) AS total FROM t", "duckdb"))
    >>> OutputNames(parsed).of(parsed.tree)
    ('id', 'count_star()', 'total')
    """

    def __init__(self, parsed: ParsedQuery) -> None:
        self._text = parsed.text
        self._dialect = parsed.dialect
        self._lists, self._owner = projection_lists(parsed.tokens)
        self._taken: dict[int, ProjectionList] = {}
        self._selects: list[exp.Select] = []
        if parsed.tree is not None and self._lists:
            self._assign(parsed.tree)

    def of(self, select: exp.Select) -> tuple[str, ...]:
        """One name for each of `select.expressions`; "" for a star or COLUMNS(...)."""
        return tuple(self.name_of(select, index) for index in range(len(select.expressions)))

    def name_of(self, select: exp.Select, index: int) -> str:
        """The name of one projection: spelling it costs time, so that nobody should ask for all of them to read one."""
        found = self._taken.get(id(select))
        return self._name(select.expressions[index], found.items[index] if found else None, index)

    def tokens_of(self, select: exp.Select, index: int) -> list[Token]:
        """The tokens of one projection, its alias included; empty when they cannot be told."""
        found = self._taken.get(id(select))
        return found.items[index] if found else []

    def _assign(self, tree: exp.Expression) -> None:
        """Which list of the text belongs to which SELECT: outer ones first, so that `SELECT (SELECT x)` is told apart."""
        used: set[int] = set()
        for select in tree.find_all(exp.Select, bfs=False):
            # A list without any position inside (`SELECT current_date`) can only be told when it is the only one.
            chain = self._enclosing(_places(select)) or ([0] if len(self._lists) == 1 else [])
            for number in reversed(chain):
                if number not in used and self._fits(select, self._lists[number]):
                    used.add(number)
                    self._taken[id(select)] = self._lists[number]
                    self._selects.append(select)  # keeps it alive, so that its id stays its own
                    break

    def _enclosing(self, places: list[int | None]) -> list[int]:
        """Lists around the first known place, innermost first."""
        place = next((place for place in places if place is not None), None)
        number = self._owner.get(place, -1) if place is not None else -1
        chain = []
        while number != -1:
            chain.append(number)
            number = self._lists[number].parent
        return chain

    def _fits(self, select: exp.Select, found: ProjectionList) -> bool:
        if len(found.items) != len(select.expressions):
            return False
        for place, item in zip(_places(select), found.items, strict=True):
            if place is not None and not (item and item[0].start <= place <= item[-1].end):
                return False
        return True

    def _name(self, projection: exp.Expression, tokens: list[Token] | None, index: int) -> str:
        if isinstance(projection, exp.Alias):
            return str(projection.alias)
        if isinstance(projection, exp.Aliases) or projection.is_star:
            return ""
        if self._dialect in ("", "duckdb"):
            return self._duckdb_name(projection, tokens)
        written = self._text[tokens[0].start : tokens[-1].end + 1] if tokens else ""
        return _other_name(projection, self._dialect, index, written)

    def _duckdb_name(self, projection: exp.Expression, tokens: list[Token] | None) -> str:
        text = self._text
        if not tokens:
            text = projection.sql(dialect="duckdb")
            tokens = scan(text, "duckdb").tokens
        try:
            return spell(tokens, text)
        except UnknownSpelling:
            if isinstance(projection, exp.Columns):
                return ""
            return text[tokens[0].start : tokens[-1].end + 1] if tokens else ""


def projection_lists(tokens: list[Token]) -> tuple[list[ProjectionList], dict[int, int]]:
    """All lists of projections, and for each token's start the innermost list that it stands in."""
    lists: list[ProjectionList] = []
    owner: dict[int, int] = {}
    stack: list[int] = [-1]  # the list that is open at each bracket depth; -1 where none is
    enclosing: list[int] = [-1]
    index = 0
    while index < len(tokens):
        token = tokens[index]
        kind = token.token_type
        if kind in OPENING:
            enclosing.append(stack[-1] if stack[-1] != -1 else enclosing[-1])
            _append(lists, stack[-1], enclosing[-2] if len(enclosing) > 1 else -1, token, owner)
            stack.append(-1)
            index += 1
            continue
        if kind in CLOSING and len(stack) > 1:
            stack.pop()
            enclosing.pop()
        elif kind is kinds.SELECT:
            lists.append(ProjectionList(enclosing[-1], [[]]))
            stack[-1] = len(lists) - 1
            index = _after_distinct(tokens, index + 1)
            continue
        elif kind in _ENDS and not (kind is kinds.FROM and index and tokens[index - 1].token_type is kinds.DISTINCT):
            stack[-1] = -1
        elif kind is kinds.COMMA and stack[-1] != -1:
            lists[stack[-1]].items.append([])
            index += 1
            continue
        _append(lists, stack[-1], enclosing[-1], token, owner)
        index += 1
    return [_gathered(item) for item in _spread(lists, tokens)], owner


def _append(lists: list[ProjectionList], number: int, around: int, token: Token, owner: dict[int, int]) -> None:
    """Give a token to the list `number`; one inside brackets is at least known to stand in the list `around` them."""
    if number != -1:
        lists[number].items[-1].append(token)
        owner[token.start] = number
    elif around != -1:
        owner[token.start] = around


def _spread(lists: list[ProjectionList], tokens: list[Token]) -> list[ProjectionList]:
    """Each item as the whole run of tokens from its first to its last, brackets' insides included."""
    places = {token.start: index for index, token in enumerate(tokens)}
    return [
        ProjectionList(
            item.parent,
            [part and tokens[places[part[0].start] : places[part[-1].start] + 1] for part in item.items],
        )
        for item in lists
    ]


def _gathered(found: ProjectionList) -> ProjectionList:
    """Without the empty item that a trailing comma leaves."""
    return ProjectionList(found.parent, found.items[:-1]) if not found.items[-1] else found


def _after_distinct(tokens: list[Token], index: int) -> int:
    """The index after DISTINCT, DISTINCT ON (...) or ALL."""
    if index < len(tokens) and tokens[index].token_type in (kinds.DISTINCT, kinds.ALL):
        index += 1
        if index + 1 < len(tokens) and tokens[index].token_type is kinds.ON:
            depth = 0
            while index < len(tokens):
                depth += (tokens[index].token_type in OPENING) - (tokens[index].token_type in CLOSING)
                index += 1
                if depth == 0 and tokens[index - 1].token_type in CLOSING:
                    break
    return index


def _places(select: exp.Select) -> list[int | None]:
    """The first known position of every projection."""
    return [_place(projection) for projection in select.expressions]


def _place(node: exp.Expression) -> int | None:
    for part in node.walk(bfs=False):
        start = part.meta.get("start")
        if start is not None:
            return int(start)
    return None


def _other_name(projection: exp.Expression, dialect: str, index: int, written: str) -> str:
    """Names in other dialects: exact for columns; for the rest by each engine's simple rule where it has one."""
    if isinstance(projection, exp.Column | exp.Dot) and projection.output_name:
        return str(projection.output_name)
    if dialect in ("postgres", "redshift"):
        return _postgres_name(projection, dialect)
    if dialect == "bigquery":
        return f"f{index}_"
    if dialect == "trino":
        return f"_col{index}"
    if dialect == "mysql" and written:
        return written
    return str(projection.output_name) or f"_col_{index}"


def _postgres_name(node: exp.Expression, dialect: str) -> str:
    if isinstance(node, exp.Cast):
        inner = _postgres_name(node.this, dialect)
        return inner if inner != _UNNAMED else str(node.to.sql("postgres")).lower()
    if isinstance(node, exp.Column):
        identifier = node.args.get("this")
        return fold(str(node.name), isinstance(identifier, exp.Identifier) and bool(identifier.quoted), dialect)
    if isinstance(node, exp.Case):
        return "case"
    if isinstance(node, exp.Anonymous):
        return str(node.this).lower()
    if isinstance(node, exp.Window):
        return _postgres_name(node.this, dialect)
    if isinstance(node, exp.Func) and not isinstance(node, exp.Connector | exp.Binary):
        return str(node.sql_name()).lower()
    return _UNNAMED


_UNNAMED = "?column?"
