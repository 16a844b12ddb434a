"""Text to tokens, once for each version of a file: sqlglot's tokenizer, made safe for an editor.

Whatever the text is (half a string, a binary file, five megabytes, ten thousand parentheses), this gives tokens and problems,
never an exception: everything above works on tokens that are known to be harmless to sqlglot's parser.
Must not know what a model is.
"""

from __future__ import annotations

import functools
import re

import msgspec
from sqlglot.dialects.dialect import Dialect, Dialects
from sqlglot.errors import TokenError
from sqlglot.tokens import Token as Token
from sqlglot.tokens import TokenType as TokenType

from lsp_server.syntax import kinds
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

MAX_TEXT = 1_500_000
"""Characters beyond which a file is not analysed at all (1.3 MB take sqlglot 1.7 s, and nothing can stop it meanwhile)."""

JINJA_BLOCK = re.compile(
    r"\bJINJA_(QUERY|STATEMENT)_BEGIN\s*;(.*?)(?:\bJINJA_END\b\s*;?|\Z)", re.DOTALL | re.IGNORECASE
)

OPENING = {kinds.L_PAREN: ")", kinds.L_BRACKET: "]", kinds.L_BRACE: "}"}
CLOSING = {kinds.R_PAREN: ")", kinds.R_BRACKET: "]", kinds.R_BRACE: "}"}

_LINE = re.compile(r"[^\r\n]*")
_MAX_REPAIRS = 8


class Scan(msgspec.Struct, frozen=True):
    """Tokens of a text, and what was wrong with it.  `damaged`: some of the text had to be left out."""

    tokens: list[Token]
    problems: tuple[Problem, ...] = ()
    damaged: bool = False


@functools.cache
def sql_dialect(name: str) -> Dialect:
    """sqlglot's dialect of that name; an unknown one is sqlglot's own neutral dialect (see `is_dialect`)."""
    return Dialect.get_or_raise(name if is_dialect(name) else "")


@functools.cache
def is_dialect(name: str) -> bool:
    """Whether sqlglot knows the dialect."""
    return name in {dialect.value for dialect in Dialects}


def dialect_names() -> tuple[str, ...]:
    """All that can be written as a dialect."""
    return tuple(sorted(dialect.value for dialect in Dialects if dialect.value))


def scan(text: str, dialect: str) -> Scan:
    """The tokens of `text`; offsets in them are offsets of `text`."""
    if refusal := _refusal(text):
        return Scan([], (refusal,), damaged=True)
    clean = _blank_jinja(text)
    if clean.startswith("\ufeff"):
        clean = " " + clean[1:]
    try:
        tokens = sql_dialect(dialect).tokenize(clean)
    except TokenError:
        return _scan_damaged(clean, dialect)
    if dialect == "duckdb" and _holds_unread(clean):
        tokens = _as_sqlglot_reads(tokens)
    return Scan(tokens)


@functools.lru_cache(2048)
def known_tokens(text: str, dialect: str) -> list[Token]:
    """The tokens of a short text that is seen again and again (a macro's argument); nobody may change the list."""
    return scan(text, dialect).tokens


def _holds_unread(text: str) -> bool:
    lowered = text.lower()
    return "x'" in lowered or "apply" in lowered or "reduce" in lowered


_ALIASES = {"apply": "list_apply", "reduce": "list_reduce"}


def _as_sqlglot_reads(tokens: list[Token]) -> list[Token]:
    """DuckDB's `apply(...)` and `reduce(...)` by the names that sqlglot has no syntax of its own for, `x'00'` as one token."""
    result: list[Token] = []
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        before = result[-1] if result else None
        word = token.text.lower()
        called = after is not None and after.token_type is kinds.L_PAREN
        if called and word in _ALIASES and not (before is not None and before.text in ("@", ".")):
            alias = _ALIASES[word]
            token = Token(kinds.VAR, alias, token.line, token.col, token.start, token.end, token.comments)
        elif (
            token.token_type is kinds.STRING
            and before is not None
            and before.text in ("x", "X")
            and before.end + 1 == token.start
        ):
            result.pop()
            token = Token(kinds.HEX_STRING, token.text, token.line, token.col, before.start, token.end, token.comments)
        result.append(token)
    return result


def _refusal(text: str) -> Problem | None:
    if len(text) > MAX_TEXT:
        message = f"This file is too large to analyse: {len(text):,} characters, the limit is {MAX_TEXT:,}."
        return Problem("file-too-large", message, Span(0, 0))
    if "\0" in text:
        at = text.index("\0")
        return Problem("not-text", "This is not a text file (it holds a NUL character).", Span(at, at + 1))
    return None


def _blank_jinja(text: str) -> str:
    """The text with the insides of Jinja blocks blanked: an apostrophe in a template is not the beginning of a string."""
    if "_BEGIN" not in text and "_begin" not in text:
        return text
    parts, last = [], 0
    for match in JINJA_BLOCK.finditer(text):
        parts += [text[last : match.start(2)], blank(match.group(2))]
        last = match.end(2)
    return "".join([*parts, text[last:]])


def blank(text: str) -> str:
    """Spaces in place of everything but line ends: the same length, the same lines."""
    return re.sub(r"[^\r\n]", " ", text)


def _scan_damaged(text: str, dialect: str) -> Scan:
    """Tokens of a text with an unterminated string, quoted name or the like.

    The tokenizer sees the fault at the end of the text, since every quote after the forgotten one pairs up wrongly.  A person
    forgets it on one line: so the first line that does not tokenize by itself is cut at the quote, and the rest tried again.
    """
    problems: list[Problem] = []
    for _ in range(_MAX_REPAIRS):
        cut = _first_bad_quote(text, dialect)
        if cut is None:
            break
        problems.append(_unterminated(text, cut))
        text = text[: cut.start] + blank(text[cut.start : cut.end]) + text[cut.end :]
        if (tokens := _try(text, dialect)) is not None:
            return Scan(tokens, tuple(problems), damaged=True)
    tokens, end = _longest_prefix(text, dialect)
    if not problems:
        problems.append(_unterminated(text, Span(end, min(end + 1, len(text)))))
    return Scan(tokens, tuple(problems), damaged=True)


def _unterminated(text: str, span: Span) -> Problem:
    opened = text[span.start : span.start + 1]
    what = {"'": "string", '"': "quoted name", "`": "quoted name", "/": "comment"}.get(opened, "text")
    return Problem("syntax", f"This {what} is never closed.", span)


def _first_bad_quote(text: str, dialect: str) -> Span | None:
    """The first line's unclosed quote, to the end of its line."""
    for match in _LINE.finditer(text):
        line = match.group()
        if not any(quote in line for quote in "'\"`$") or _try(line, dialect) is not None:
            continue
        for at in (i for i, character in enumerate(line) if character in "'\"`$"):
            # The unclosed quote is the first one whose prefix is fine and whose prefix with it is not, to the line's end.
            if (
                _try(line[:at], dialect) is not None
                and _try(line[at:], dialect) is None
                and not _closes(line, at, dialect)
            ):
                return Span(match.start() + at, match.end())
    return None


def _closes(line: str, at: int, dialect: str) -> bool:
    """Whether the quote at `at` is closed later on its line."""
    quote = line[at]
    end = line.find(quote, at + 1)
    while end != -1:
        if _try(line[at : end + 1], dialect) is not None:
            return True
        end = line.find(quote, end + 1)
    return False


def _longest_prefix(text: str, dialect: str) -> tuple[list[Token], int]:
    """The tokens before the fault, by halving: whole lines from the beginning that tokenize."""
    ends = [match.end() for match in re.finditer(r"\r\n|\n|\r", text)]
    low, high = 0, len(ends)
    best: list[Token] = []
    while low < high:
        middle = (low + high + 1) // 2
        tokens = _try(text[: ends[middle - 1]], dialect)
        if tokens is None:
            high = middle - 1
        else:
            low, best = middle, tokens
    return best, ends[low - 1] if low else 0


def _try(text: str, dialect: str) -> list[Token] | None:
    try:
        tokens: list[Token] = sql_dialect(dialect).tokenize(text)
    except TokenError:
        return None
    return tokens


def span_of(tokens: list[Token]) -> Span:
    """From the first token to the last; an empty list has no place."""
    return Span(tokens[0].start, tokens[-1].end + 1) if tokens else Span(0, 0)


def adjoin(name: Token, other: Token) -> bool:
    """Whether a name has nothing between itself and the other token, before or behind it."""
    is_name: bool = name.token_type in (kinds.VAR, kinds.R_BRACE) or name.text[:1].isalpha()
    return is_name and bool(name.end + 1 == other.start or other.end + 1 == name.start)


def token_span(token: Token) -> Span:
    """sqlglot's ends are inclusive, ours are not."""
    return Span(token.start, token.end + 1)


def closing(tokens: list[Token], opening: int) -> int:
    """Index of the bracket that closes the one at `opening`, or -1."""
    depth = 0
    for index in range(opening, len(tokens)):
        step = _STEPS.get(tokens[index].token_type)
        if step:
            depth += step
            if depth == 0:
                return index
    return -1


def split_commas(tokens: list[Token]) -> list[list[Token]]:
    """The parts between commas outside brackets; a trailing comma makes no part."""
    parts: list[list[Token]] = []
    start = depth = 0
    for index, token in enumerate(tokens):
        step = _STEPS.get(token.token_type)
        if step is None:
            continue
        depth += step
        if step == 0 and depth == 0:
            parts.append(tokens[start:index])
            start = index + 1
    if start < len(tokens):
        parts.append(tokens[start:])
    return parts


_STEPS = {**dict.fromkeys(OPENING, 1), **dict.fromkeys(CLOSING, -1), kinds.COMMA: 0}
"""What a token does to the depth of brackets; a comma nothing."""


def kinds_of(tokens: list[Token]) -> list[TokenType]:
    """The kinds alone: lists of them are searched at C's speed."""
    return [token.token_type for token in tokens]
