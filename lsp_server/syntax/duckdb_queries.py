"""Types and subqueries in DuckDB's own spelling: the outer parts of `duckdb_text.py`'s speller."""

from __future__ import annotations

from abc import abstractmethod
from typing import NamedTuple

from lsp_server.syntax.duckdb_lexer import Cursor, Item, UnknownSpelling, quoted, string
from lsp_server.syntax.duckdb_words import KEYWORDS, TYPE_NAMES


class Node(NamedTuple):
    """A spelled expression.  `chain`: the terms of an AND or OR, which DuckDB keeps flat; `number`: a numeric literal."""

    text: str
    chain: tuple[str, tuple[str, ...]] | None = None
    number: bool = False
    name: str = ""
    """The column's own name, when the expression is nothing but a column."""


class TypeSpeller(Cursor):
    """Reads the name of a type."""

    def type_name(self) -> str:
        """A type as DuckDB writes it after AS."""
        item = self.take()
        if item.kind == "quoted":
            text = item.text
        else:
            text = self.type_words(item)
        while True:
            if self.accept("["):
                size = "" if self.symbol() == "]" else self.take().text
                self.expect("]")
                text += f"[{size}]"
            elif self.accept("array"):
                text += "[]"
            else:
                return text

    def type_words(self, item: Item) -> str:
        word = item.text.lower()
        if word in ("struct", "row", "union", "map"):
            return self._nested_type(word)
        if word == "double" and self.accept("precision"):
            return "DOUBLE"
        if word == "character" or word == "char":
            self.accept("varying")
        zone = ""
        if word in ("time", "timestamp"):
            if self.symbol() == "(":
                raise UnknownSpelling("a timestamp's precision")
            if self.accept("with", "time", "zone"):
                zone = " WITH TIME ZONE"
            else:
                self.accept("without", "time", "zone")
        name = type_word(item.text)
        if self.accept("("):
            arguments = []
            while not self.accept(")"):
                part = self.take()
                if part.text != ",":
                    arguments.append(string(part.text) if part.kind == "string" else part.text)
            name += f"({', '.join(arguments)})"
        return name + zone

    def _nested_type(self, word: str) -> str:
        self.expect("(")
        parts = []
        while not self.accept(")"):
            if word == "map":
                parts.append(self.type_name())
            else:
                parts.append(f"{quoted(self.take().text)} {self.type_name()}")
            self.accept(",")
        return f"{'STRUCT' if word == 'row' else word.upper()}({', '.join(parts)})"


class QuerySpeller(TypeSpeller):
    """Reads a query; the expressions in it are read by the subclass."""

    @abstractmethod
    def expression(self) -> Node:
        """One expression."""

    @abstractmethod
    def order_list(self) -> str:
        """The terms of an ORDER BY."""

    @abstractmethod
    def expression_list(self, end: str) -> list[str]:
        """Expressions up to `end`, which is stepped over."""

    @abstractmethod
    def named(self, item: Item) -> Node:
        """A name, or a call of it."""

    def is_query(self) -> bool:
        ahead = 0
        while self.symbol(ahead) == "(":
            ahead += 1
        return self.word(ahead) in ("select", "with", "values", "from")

    def query(self) -> str:
        """A subquery: only the plain forms are known."""
        if self.accept("("):
            inside = self.query()
            self.expect(")")
            return inside
        ctes = self._ctes()
        parts = self._select()
        if self.word() in ("union", "intersect", "except"):
            left = f"({parts})"
            while self.word() in ("union", "intersect", "except"):
                word = self.take().text.upper()
                if self.accept("all"):
                    word += " ALL"
                right = self.query() if self.symbol() == "(" else self._select()
                left = (
                    f"({left} {word} ({right}))"
                    if self.word() in ("union", "intersect", "except")
                    else f"{left} {word} ({right})"
                )
            parts = f"({left})" if ctes else left
        return ctes + parts

    def _ctes(self) -> str:
        if not self.accept("with"):
            return ""
        if self.word() == "recursive":
            raise UnknownSpelling("WITH RECURSIVE")
        ctes = []
        while True:
            name = quoted(self.take().text)
            self.expect("as", "(")
            ctes.append(f"{name} AS ({self.query()})")
            self.expect(")")
            if not self.accept(","):
                return f"WITH {', '.join(ctes)} "

    def _select(self) -> str:
        self.expect("select")
        text = "SELECT "
        if self.accept("distinct"):
            text += "DISTINCT "
            if self.accept("on", "("):
                text += f"ON ({', '.join(self.expression_list(')'))}) "
        text += self._projections()
        if self.accept("from"):
            text += f" FROM {self._relations()}"
        if self.accept("where"):
            text += f" WHERE {self.expression().text}"
        if self.accept("group", "by"):
            text += f" GROUP BY {self._group()}"
        for word in ("having", "qualify"):
            if self.accept(word):
                text += f" {word.upper()} {self.expression().text}"
        if self.accept("order", "by"):
            text += f" ORDER BY {self.order_list()}"
        for word in ("limit", "offset"):
            if self.accept(word):
                text += f" {word.upper()} {self.expression().text}"
        return text

    def _group(self) -> str:
        if self.accept("all"):
            return "ALL"
        values = [self.expression().text]
        while self.accept(","):
            values.append(self.expression().text)
        return ", ".join(values)

    def _projections(self) -> str:
        values = []
        while True:
            text = self.expression().text
            if self.accept("as") or (self.at < len(self.items) and self._is_alias()):
                text += f" AS {quoted(self.take().text)}"
            values.append(text)
            if not self.accept(",") or self.word() == "from":
                return ", ".join(values)

    def _is_alias(self) -> bool:
        item = self.items[self.at]
        return item.kind == "quoted" or (item.kind == "word" and item.text.lower() not in KEYWORDS)

    def _relations(self) -> str:
        text = self._relation()
        while True:
            if self.accept(","):
                text = f"{text} , {self._relation()}"
                continue
            joined = self._join_words()
            if not joined:
                return text
            right = self._relation()
            if self.accept("on"):
                text = f"({text} {joined} JOIN {right} ON ({self.expression().text}))"
            else:
                raise UnknownSpelling("a join without ON")

    def _join_words(self) -> str:
        if self.accept("join") or self.accept("inner", "join"):
            return "INNER"
        for word in ("left", "right", "full", "semi", "anti", "cross"):
            if self.word() == word:
                self.take()
                self.accept("outer")
                self.expect("join")
                return word.upper()
        return ""

    def _relation(self) -> str:
        if self.accept("("):
            text = f"({self.query()})"
            self.expect(")")
        else:
            item = self.take()
            if item.kind not in ("word", "quoted"):
                raise UnknownSpelling("a relation")
            text = self.named(item).text
        if self.accept("as") or (self.at < len(self.items) and self._is_alias()):
            text += f" AS {quoted(self.take().text)}"
            if self.accept("("):
                names = []
                while not self.accept(")"):
                    names.append(quoted(self.take().text))
                    self.accept(",")
                text += f"({', '.join(names)})"
        return text


def type_word(word: str) -> str:
    """Types of the grammar in their canonical spelling; all others as they were written."""
    known = TYPE_NAMES.get(word.lower())
    # Of the names that are keywords, only this one is quoted.
    return known or (f'"{word}"' if word.lower() == "json" else word)
