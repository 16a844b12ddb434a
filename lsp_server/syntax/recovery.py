"""A query that does not parse: find every error, and as much of the tree as there is.

sqlglot drops the rest of a statement at the first token that it did not expect.  So a damaged query is taken apart on its
tokens (CTEs, branches of a UNION, clauses, projections), each part is parsed alone, and what does not parse is reported and
replaced by a placeholder; then the whole is parsed again.  Only damaged queries pay for this.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import is_

from sqlglot import exp
from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.brackets import balance
from lsp_server.syntax.commas import forgotten_comma
from lsp_server.syntax.completing import complete_casts, complete_names, without_strays
from lsp_server.syntax.gaps import CLAUSES, JOIN_WORDS, SET_OPERATORS, gaps
from lsp_server.syntax.parsing import (
    SYNTAX,
    Attempt,
    Fault,
    attempt,
    faults_in,
    in_spite_of_errors,
    keyword_token,
    missing_token,
    typed_token,
)
from lsp_server.syntax.parts import depth, split_clauses, split_list, split_set
from lsp_server.syntax.repair import Repair
from lsp_server.syntax.sound_parts import Key, is_sound, key_of, remember
from lsp_server.syntax.tokens import closing, token_span
from lsp_server.syntax.words import resembles_select
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

_QUERY_STARTS = {kinds.SELECT, kinds.WITH, kinds.FROM, kinds.VALUES}
_MAX_WORK = 300_000
"""Tokens that may be parsed again, all attempts together: about a second."""


def parse_damaged(text: str, tokens: list[Token], dialect: str, first: Attempt) -> Attempt:
    """The best tree of a query that does not parse as a whole, and all its errors; `first` is the attempt that failed."""
    recovery = _Recovery(text, dialect)
    whole = _completed(tokens, recovery.problems)
    known_to_fail = bool(first.problems) and whole == tokens
    fixed = recovery.take_apart(whole) if known_to_fail else recovery.fix_query(whole)
    last = attempt(text, fixed, dialect)
    tree = in_spite_of_errors(text, fixed, dialect) if last.problems else last.tree
    made_of = last.tokens if tree is last.tree else ()
    if not isinstance(tree, exp.Query):
        before = first.tree if first.tree is not None else in_spite_of_errors(text, tokens, dialect)
        if isinstance(before, exp.Query):
            tree, made_of = before, ()
    problems = recovery.problems or last.problems or first.problems
    return Attempt(tree, sorted(_distinct(problems), key=lambda problem: problem.span), made_of)


def is_sound_cte(text: str, tokens: list[Token], dialect: str) -> bool:
    """Whether taking a query apart finds nothing wrong in one of its CTEs (name, AS, body), and changes nothing there."""
    recovery, last = _Recovery(text, dialect), tokens[-1]
    around = keyword_token(kinds.WITH, "WITH", tokens[0], tokens[0].start)
    rest = [
        keyword_token(kinds.SELECT, "SELECT", last, last.end + 1),
        keyword_token(kinds.NUMBER, "1", last, last.end + 1),
    ]
    whole = [around, *tokens, *rest]
    head, main = recovery._fix_ctes(_completed(whole, recovery.problems))
    return not recovery.problems and all(map(is_, [*head, *main], whole)) and len(head) + len(main) == len(whole)


def _completed(tokens: list[Token], problems: list[Problem]) -> list[Token]:
    """The tokens without what the words beside it tell to be too much, and with what they tell to be missing."""
    for complete in (without_strays, balance, complete_casts, complete_names):
        tokens = complete(tokens, problems)
    return tokens


def _distinct(problems: list[Problem]) -> list[Problem]:
    seen: dict[Span, Problem] = {}
    for problem in problems:
        seen.setdefault(problem.span, problem)
    return list(seen.values())


class _Recovery:
    def __init__(self, text: str, dialect: str) -> None:
        self.text = text
        self.dialect = dialect
        self.problems: list[Problem] = []
        self.work = 0
        self._found: dict[tuple[Key, int], list[Fault]] = {}
        """What is wrong with parts, by what they are and where they begin: who takes a query apart asks of the same part repeatedly."""

    def parses(self, tokens: list[Token]) -> bool:
        """Whether the tokens are a statement without errors.  When the work is used up everything counts as fine."""
        return not self._faults(tokens)

    def _faults(self, tokens: list[Token]) -> list[Fault]:
        self.work += len(tokens)
        if self.work > _MAX_WORK:
            return []
        key = key_of(tokens, self.dialect)
        if is_sound(key):
            return []
        known = self._found.get((key, tokens[0].start)) if key is not None else None
        if known is not None:
            return known
        found = [*faults_in(self.text, tokens, self.dialect), *gaps(tokens)]
        if not found:
            remember(key)
        elif key is not None:
            self._found[key, tokens[0].start] = found
        return found

    def _repair(self, prefix: list[Token], part: list[Token]) -> Repair:
        """The part, which parses behind `prefix` only, mended; its errors are reported."""

        def check(tokens: list[Token]) -> list[Fault]:
            return [Fault(fault.problem, fault.at - len(prefix)) for fault in self._faults([*prefix, *tokens])]

        repair = Repair(part, check)
        self.problems += repair.problems
        return repair

    def fix_query(self, tokens: list[Token]) -> list[Token]:
        """The query with what does not parse in it replaced."""
        return tokens if not tokens or self.parses(tokens) else self.take_apart(tokens)

    def take_apart(self, tokens: list[Token]) -> list[Token]:
        """The same of a query that is known not to parse as a whole."""
        head, main = self._fix_ctes(tokens)
        if head and main and self.parses(main):
            return [*head, *main]
        result: list[Token] = list(head)
        for part in split_set(main):
            result += (
                part
                if part and part[0].token_type in SET_OPERATORS and len(part) <= _SET_WORDS
                else self._fix_branch(part)
            )
        return result

    def _fix_ctes(self, tokens: list[Token]) -> tuple[list[Token], list[Token]]:
        """(the WITH clause mended, the main query)"""
        if tokens[0].token_type is not kinds.WITH:
            return [], tokens
        head = [tokens[0]]
        index = 1
        if index < len(tokens) and tokens[index].token_type is kinds.RECURSIVE:
            head.append(tokens[index])
            index += 1
        while index < len(tokens) and tokens[index].token_type is not kinds.SELECT:
            start = index
            opening = self._body(tokens, index)
            if opening == -1:
                index, known = self._bodiless(tokens, start)
                head += known
                if index < len(tokens) and tokens[index - 1].token_type is kinds.COMMA:
                    continue
                break
            end = closing(tokens, opening)
            end = end if end != -1 else len(tokens) - 1
            head += [
                *tokens[start : opening + 1],
                *self._fix_body(tokens[opening + 1 : end], tokens[opening]),
                tokens[end],
            ]
            index = end + 1
            if index < len(tokens) and tokens[index].token_type is kinds.COMMA:
                head.append(tokens[index])
                index += 1
                continue
            break
        return self._close_head(head, tokens, index)

    def _close_head(self, head: list[Token], tokens: list[Token], index: int) -> tuple[list[Token], list[Token]]:
        while head and head[-1].token_type is kinds.COMMA:
            head.pop()
        if len(head) < 2:
            head = []
        main = tokens[index:]
        if not main:
            last = tokens[-1]
            self.problems.append(Problem(SYNTAX, "A query is missing after the WITH clause.", token_span(last)))
            main = [
                keyword_token(kinds.SELECT, "SELECT", last, last.end + 1),
                missing_token(last, last.end + 1),
            ]
        return head, main

    def _body(self, tokens: list[Token], index: int) -> int:
        """Index of the parenthesis that opens the body of the CTE at `index`, or -1."""
        at = index + 1
        if at < len(tokens) and tokens[at].token_type is kinds.L_PAREN:  # names of its columns
            end = closing(tokens, at)
            if end == -1:
                return -1
            at = end + 1
        if at >= len(tokens) or tokens[at].token_type is not kinds.ALIAS:
            return -1
        at += 1
        while at < len(tokens) and tokens[at].text.upper() in ("NOT", "MATERIALIZED", "NOT MATERIALIZED"):
            at += 1
        return at if at < len(tokens) and tokens[at].token_type is kinds.L_PAREN else -1

    def _bodiless(self, tokens: list[Token], start: int) -> tuple[int, list[Token]]:
        """A CTE without a body, from `start` to the next comma or SELECT: reported, and given an unknown one."""
        index = start
        while index < len(tokens) and tokens[index].token_type not in (kinds.SELECT, kinds.COMMA):
            index = max(index, closing(tokens, index)) + 1 if tokens[index].token_type is kinds.L_PAREN else index + 1
        name = tokens[start]
        self.problems.append(
            Problem(
                SYNTAX,
                f"The CTE `{name.text}` has no body: `AS (SELECT ...)` is missing.",
                token_span(tokens[max(index - 1, start)]),
            )
        )
        known: list[Token] = []
        if index < len(tokens) and tokens[index].token_type is kinds.COMMA:
            index += 1
        return index, known

    def _fix_body(self, tokens: list[Token], opening: Token) -> list[Token]:
        if tokens:
            return self.fix_query(tokens)
        self.problems.append(Problem(SYNTAX, "A query is missing in these parentheses.", token_span(opening)))
        place = opening.end + 1
        return [
            keyword_token(kinds.SELECT, "SELECT", opening, place),
            missing_token(opening, place),
        ]

    def _fix_branch(self, tokens: list[Token]) -> list[Token]:
        """One SELECT without set operators: its clauses, each alone."""
        if not tokens or self.parses(tokens):
            return tokens
        if tokens[0].token_type is kinds.L_PAREN and closing(tokens, 0) == len(tokens) - 1:
            return [tokens[0], *self.fix_query(tokens[1:-1]), tokens[-1]]
        if resembles_select(tokens[0]):
            word = tokens[0]
            self.problems.append(Problem(SYNTAX, f"Unknown word `{word.text}`: SELECT?", token_span(word)))
            return self._fix_branch([keyword_token(kinds.SELECT, "SELECT", word, word.start), *tokens[1:]])
        clauses = split_clauses(tokens)
        if not clauses or clauses[0][0].token_type not in CLAUSES:
            return self._whole(tokens)
        fixed: list[Token] = []
        for clause in clauses:
            fixed += self._fix_select(clause) if clause[0].token_type is kinds.SELECT else self._fix_clause(clause)
        return fixed

    def _whole(self, tokens: list[Token]) -> list[Token]:
        """Something that is no SELECT: nothing to take apart."""
        self.problems += [fault.problem for fault in self._faults(tokens)]
        return tokens

    def _fix_select(self, clause: list[Token]) -> list[Token]:
        """SELECT and its projections."""
        start = 1
        while start < len(clause) and clause[start].token_type in (kinds.DISTINCT, kinds.ALL):
            start += 1
        if start < len(clause) and clause[start].token_type is kinds.ON:
            end = closing(clause, start + 1) if start + 1 < len(clause) else -1
            start = end + 1 if end != -1 else start
        head = clause[:start]
        items = list(self._parted(split_list(clause[start:]), head[0]))
        fixed: list[Token] = []
        for number, (comma, item) in enumerate(items):
            if comma is not None:
                fixed.append(comma)
            fixed += self._fix_item(item, head[0], comma or head[-1], number == len(items) - 1)
        while fixed and fixed[-1].token_type is kinds.COMMA:
            fixed.pop()
        return [*head, *fixed]

    def _parted(
        self, items: list[tuple[Token | None, list[Token]]], select: Token
    ) -> Iterator[tuple[Token | None, list[Token]]]:
        """The projections, those taken apart between which a comma is not typed yet."""
        for comma, item in items:
            at = None
            if item and not self.parses([select, *item]):
                at = forgotten_comma(item, lambda tokens: self.parses([select, *tokens]))
            if at is None:
                yield comma, item
                continue
            last = typed_token(item, at - 1)
            self.problems.append(Problem(SYNTAX, f"A comma is missing after `{last.text}`.", token_span(last)))
            yield comma, item[: at - 1] if item[at - 1].token_type is kinds.ALIAS else item[:at]
            yield keyword_token(kinds.COMMA, ",", last, last.end + 1), item[at:]

    def _fix_item(self, item: list[Token], select: Token, before: Token, last: bool) -> list[Token]:
        if not item:
            if not last or before.token_type is not kinds.COMMA:
                self.problems.append(Problem(SYNTAX, "An expression is missing here.", token_span(before)))
                return [missing_token(before, before.end + 1)]
            return []
        item = self._fix_subqueries(item) if not self.parses([select, *item]) else item
        repair = self._repair([select], item)
        return repair.tokens if repair.whole else self._keep_alias(item)

    def _keep_alias(self, item: list[Token]) -> list[Token]:
        """A placeholder under the alias that the damaged projection has, so that its name stays known."""
        placeholder = missing_token(item[0], item[0].start)
        if (
            len(item) > 2
            and item[-2].token_type is kinds.ALIAS
            and item[-1].token_type in (kinds.VAR, kinds.IDENTIFIER)
        ):
            return [placeholder, *item[-2:]]
        return [placeholder]

    def _fix_clause(self, clause: list[Token]) -> list[Token]:
        """FROM, WHERE, ...: kept, shortened to what parses, or left out."""
        prefix = self._select_before(clause[0])
        if len(clause) == 1:
            self.problems.append(
                Problem(SYNTAX, f"Something is missing after `{clause[0].text}`.", token_span(clause[0]))
            )
            return []
        if self.parses([*prefix, *clause]):
            return clause
        clause = [clause[0], *self._fix_subqueries(clause[1:])]
        repair = self._repair(prefix, clause)
        if repair.whole:
            return repair.tokens
        return self._shorten(clause, prefix) if clause[0].token_type is kinds.FROM else []

    def _shorten(self, clause: list[Token], prefix: list[Token]) -> list[Token]:
        """The longest beginning of a FROM that parses, cut where a join or a comma begins."""
        cuts = [
            index
            for index, token in enumerate(clause)
            if index
            and (token.token_type is kinds.COMMA or token.token_type in JOIN_WORDS)
            and depth(clause, index) == 0
        ]
        for cut in reversed(cuts):
            if self.parses([*prefix, *clause[:cut]]):
                rest = [token for token in clause[cut:] if token.token_type not in JOIN_WORDS]
                more = self._rest_of_from(rest)
                return [*clause[:cut], *more]
        return []

    def _rest_of_from(self, tokens: list[Token]) -> list[Token]:
        """The table that the damaged join names, kept as a cross join, so that its columns can be found."""
        names: list[Token] = []
        for token in tokens:
            if token.token_type in (kinds.ON, kinds.USING, kinds.L_PAREN):
                break
            names.append(token)
        if not names or names[0].token_type is kinds.COMMA:
            return []
        comma = keyword_token(kinds.COMMA, ",", names[0], names[0].start)
        select = self._select_before(names[0])
        source = keyword_token(kinds.FROM, "FROM", names[0], names[0].start)
        return [comma, *names] if self.parses([*select, source, *names]) else []

    def _fix_subqueries(self, tokens: list[Token]) -> list[Token]:
        """Every parenthesised query in the tokens mended by itself."""
        result: list[Token] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            result.append(token)
            index += 1
            if token.token_type is kinds.L_PAREN and index < len(tokens) and tokens[index].token_type in _QUERY_STARTS:
                end = closing(tokens, index - 1)
                if end != -1:
                    result += [*self.fix_query(tokens[index:end]), tokens[end]]
                    index = end + 1
        return result

    def _select_before(self, token: Token) -> list[Token]:
        """`SELECT placeholder`, to parse a clause alone."""
        place = token.start
        return [keyword_token(kinds.SELECT, "SELECT", token, place), missing_token(token, place)]


_SET_WORDS = 4
