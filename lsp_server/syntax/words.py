"""Keywords that were meant: a word half typed, or typed wrongly, at a place where no word can stand.

Knows words only; whether a word is wrong where it stands, the parser says.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from sqlglot.tokens import Token, TokenType

from lsp_server.syntax import kinds

_ALIKE = 0.75

_KEYWORDS = {
    "SELECT": (kinds.SELECT, "SELECT"),
    "FROM": (kinds.FROM, "FROM"),
    "WHERE": (kinds.WHERE, "WHERE"),
    "GROUP": (kinds.GROUP_BY, "GROUP BY"),
    "HAVING": (kinds.HAVING, "HAVING"),
    "QUALIFY": (kinds.QUALIFY, "QUALIFY"),
    "ORDER": (kinds.ORDER_BY, "ORDER BY"),
    "LIMIT": (kinds.LIMIT, "LIMIT"),
    "UNION": (kinds.UNION, "UNION"),
    "JOIN": (kinds.JOIN, "JOIN"),
    "LEFT": (kinds.LEFT, "LEFT"),
    "INNER": (kinds.INNER, "INNER"),
    "AND": (kinds.AND, "AND"),
    "THEN": (kinds.THEN, "THEN"),
    "WHEN": (kinds.WHEN, "WHEN"),
    "ELSE": (kinds.ELSE, "ELSE"),
    "BETWEEN": (kinds.BETWEEN, "BETWEEN"),
}


def meant_keyword(token: Token) -> tuple[TokenType, str] | None:
    """The keyword that a word resembles, when it is none itself; `ORDER` and `GROUP` alone lack their BY."""
    word = token.text.upper()
    if token.token_type in _NO_WORDS or len(word) < 2:
        return None
    if word in ("ORDER", "GROUP"):
        return _KEYWORDS[word]
    if token.token_type is not kinds.VAR:
        return None
    return next((meant for keyword, meant in _KEYWORDS.items() if resembles(word, keyword)), None)


_NO_WORDS = {kinds.STRING, kinds.IDENTIFIER, kinds.ORDER_BY, kinds.GROUP_BY}


def resembles(word: str, keyword: str) -> bool:
    """Whether `word` (in capitals) is the beginning of a keyword, or is misspelled by a letter or so."""
    return keyword.startswith(word) or (word[0] == keyword[0] and _ratio(word, keyword) > _ALIKE)


def _ratio(word: str, keyword: str) -> float:
    return SequenceMatcher(None, word, keyword).ratio()


def resembles_select(token: Token) -> bool:
    """A half-typed or misspelled SELECT: `SEL`, `SELCT`."""
    word = token.text.upper()
    return token.token_type is kinds.VAR and len(word) > 1 and resembles(word, "SELECT")
