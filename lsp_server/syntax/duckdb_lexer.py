"""Words and symbols of DuckDB's SQL, made from sqlglot's tokens, and a cursor over them.

Only for spelling (`duckdb_text.py`): knows no grammar.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlglot.tokens import Token

from lsp_server.syntax import kinds
from lsp_server.syntax.duckdb_words import KEYWORDS


class UnknownSpelling(ValueError):  # noqa: N818 - the name says what is unknown
    """This syntax has no known spelling here."""


class Item(NamedTuple):
    """One word, name, string, number or run of symbols."""

    kind: str
    text: str
    start: int
    end: int


_SYMBOLS = "= == <> != < > <= >= + - * / // % ^ ** || -> ->> & | << >> <@ @> && ~~ !~~ ~~* !~~* ~~~ ~ !~ ~* !~* ^@ <-> <=> ! @ :"
_OPERATORS = sorted(_SYMBOLS.split(), key=len, reverse=True)


def items_of(tokens: list[Token], text: str) -> list[Item]:
    """sqlglot's tokens as single words and symbols (it joins `ORDER BY`, `IS NULL` and the like)."""
    items: list[Item] = []
    for token in tokens:
        raw = text[token.start : token.end + 1]
        kind = token.token_type
        if kind is kinds.IDENTIFIER:
            items.append(Item("quoted", token.text, token.start, token.end + 1))
        elif kind is kinds.NUMBER:
            items.append(Item("number", raw, token.start, token.end + 1))
        elif kind is kinds.HEX_STRING:
            spelled = raw[1:] if raw[:1] == "0" else f"X'{token.text}'"
            items.append(Item("number", spelled, token.start, token.end + 1))
        elif raw[:1] == "'" or raw[-1:] == "'" or kind in (kinds.STRING, kinds.HEREDOC_STRING):
            items.append(Item("string", token.text, token.start, token.end + 1))
        elif raw[:1].isalpha() or raw[:1] == "_" or not raw[:1].isascii():
            items += [Item("word", word, token.start, token.end + 1) for word in raw.split()]
        else:
            items.append(Item("symbol", raw, token.start, token.end + 1))
    return items


def quoted(name: str) -> str:
    """A name as DuckDB writes it inside an expression."""
    plain = name.isascii() and name.isidentifier() and name.lower() not in KEYWORDS
    return name if plain else '"' + name.replace('"', '""') + '"'


def function_name(name: str) -> str:
    """A function's name: lower case, quoted where it is a keyword."""
    return quoted(name.lower())


def string(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


class Cursor:
    """A place among items, and the steps a reader takes."""

    def __init__(self, items: list[Item], text: str) -> None:
        self.items = items
        self.text = text
        self.at = 0

    # Looking and stepping

    def word(self, ahead: int = 0) -> str:
        """The word here in lower case, or ""."""
        index = self.at + ahead
        return self.items[index].text.lower() if index < len(self.items) and self.items[index].kind == "word" else ""

    def symbol(self, ahead: int = 0) -> str:
        """The symbol here, or ""."""
        index = self.at + ahead
        return self.items[index].text if index < len(self.items) and self.items[index].kind == "symbol" else ""

    def take(self) -> Item:
        """Step over one item."""
        if self.at >= len(self.items):
            raise UnknownSpelling("unexpected end")
        self.at += 1
        return self.items[self.at - 1]

    def accept(self, *words: str) -> bool:
        """Step over the words or symbols if they all stand here."""
        for offset, expected in enumerate(words):
            if self.word(offset) != expected and self.symbol(offset) != expected:
                return False
        self.at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Step over them; they must stand here."""
        if not self.accept(*words):
            raise UnknownSpelling(f"expected {' '.join(words)}")

    def expect_end(self) -> None:
        """Nothing may follow."""
        if self.at != len(self.items):
            raise UnknownSpelling(f"unexpected {self.items[self.at].text}")

    def operator(self) -> tuple[str, int]:
        """The longest operator that begins here, and how many items it covers."""
        if not self.symbol():
            return "", 0
        first = self.items[self.at]
        for candidate in _OPERATORS:
            if not self.text.startswith(candidate, first.start):
                continue
            end = first.start + len(candidate)
            count = 1
            while self.items[self.at + count - 1].end < end:
                count += 1
                if self.at + count > len(self.items):
                    return "", 0
            if self.items[self.at + count - 1].end == end:
                return candidate, count
        return "", 0
