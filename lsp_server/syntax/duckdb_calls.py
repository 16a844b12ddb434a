"""Calls in DuckDB's own spelling: arguments, windows, and the functions that have a syntax of their own."""

from __future__ import annotations

from abc import abstractmethod

from lsp_server.syntax.duckdb_lexer import Item, UnknownSpelling, function_name, quoted, string
from lsp_server.syntax.duckdb_queries import Node, QuerySpeller
from lsp_server.syntax.duckdb_words import KEYWORDS


class CallSpeller(QuerySpeller):
    """Reads a call whose name has been read."""

    @abstractmethod
    def operand(self) -> Node:
        """What stands beside BETWEEN, IN and the like: an expression without AND, comparison or NOT."""

    def call(self, parts: list[Item]) -> Node:
        prefix = "".join(f"{quoted(part.text)}." for part in parts[:-1])
        name = parts[-1].text.lower()
        if name == "ifnull" and not prefix:
            name = "coalesce"
        if name in ("coalesce", "try") and not prefix:
            return Node(f"{name.upper()}({', '.join(self._arguments())})")
        if name == "date" and not prefix:
            return Node(f"CAST({', '.join(self._arguments())} AS DATE)")
        arguments = self._call_arguments()
        spelled = prefix + function_name(name)
        if name == "count" and arguments in ("*", "") and not prefix:
            arguments = ""
            spelled = "count" if self._windowed() else "count_star"
        return Node(self._call_tail(spelled, arguments))

    def _windowed(self) -> bool:
        """Whether OVER follows (after a FILTER)."""
        ahead = 0
        if self.word() == "filter" and self.symbol(1) == "(":
            depth, ahead = 0, 1
            while self.at + ahead < len(self.items):
                depth += {"(": 1, ")": -1}.get(self.symbol(ahead), 0)
                ahead += 1
                if depth == 0:
                    break
        return self.word(ahead) == "over"

    def _call_arguments(self) -> str:
        """What stands between the parentheses: DISTINCT, the arguments, ORDER BY, IGNORE NULLS."""
        self.expect("(")
        text = ""
        if self.accept("distinct"):
            text = "DISTINCT "
        self.accept("all")
        values: list[str] = []
        while self.symbol() != ")" and self.word() not in ("order", "ignore", "respect"):
            values.append(self._argument())
            if not self.accept(","):
                break
        text += ", ".join(values)
        if self.accept("order", "by"):
            text += f" ORDER BY {self.order_list()}"
        if self.accept("ignore", "nulls"):
            text += " IGNORE NULLS"
        self.accept("respect", "nulls")
        self.expect(")")
        return text

    def _argument(self) -> str:
        if self.at + 1 < len(self.items) and self.symbol(1) in (":=", "=>"):
            name = self.take().text
            self.take()
            return f"{quoted(name)} := {self.expression().text}"
        return self.expression().text

    def _arguments(self) -> list[str]:
        self.expect("(")
        return self.expression_list(")")

    def expression_list(self, end: str) -> list[str]:
        values: list[str] = []
        while not self.accept(end):
            values.append(self._argument())
            if not self.accept(","):
                self.expect(end)
                break
        return values

    def _call_tail(self, name: str, arguments: str) -> str:
        if self.accept("within", "group", "("):
            self.expect("order", "by")
            order = self.order_list()
            self.expect(")")
            renamed = {"percentile_cont": "quantile_cont", "percentile_disc": "quantile_disc"}.get(name)
            text = (
                f"{renamed}({arguments} ORDER BY {order})"
                if renamed
                else f"{name}({arguments}) WITHIN GROUP ( ORDER BY {order})"
            )
        else:
            text = f"{name}({arguments})"
        if self.accept("filter", "("):
            self.accept("where")
            text += f" FILTER (WHERE {self.expression().text})"
            self.expect(")")
        if self.accept("over"):
            text += f" OVER {self._window()}"
        return text

    def _window(self) -> str:
        if not self.accept("("):
            raise UnknownSpelling("a named window")
        parts = []
        if self.accept("partition", "by"):
            values = [self.expression().text]
            while self.accept(","):
                values.append(self.expression().text)
            parts.append(f"PARTITION BY {', '.join(values)}")
        if self.accept("order", "by"):
            parts.append(f"ORDER BY {self.order_list()}")
        if self.word() in ("rows", "range", "groups"):
            parts.append(self._frame())
        self.expect(")")
        return f"({' '.join(part for part in parts if part)})"

    def _frame(self) -> str:
        unit = self.take().text.upper()
        if self.accept("between"):
            low = self._bound()
            self.expect("and")
            high = self._bound()
        else:
            low, high = self._bound(), "CURRENT ROW"
        frame = f"{unit} BETWEEN {low} AND {high}"
        if self.accept("exclude"):
            words = [self.take().text.upper()]
            if words[0] in ("CURRENT", "NO"):
                words.append(self.take().text.upper())
            if words != ["NO", "OTHERS"]:
                frame += f" EXCLUDE {' '.join(words)}"
        # The default frame is not spelled.
        return "" if frame == "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW" else frame

    def _bound(self) -> str:
        if self.accept("current", "row"):
            return "CURRENT ROW"
        if self.accept("unbounded"):
            return f"UNBOUNDED {self.take().text.upper()}"
        value = self.operand().text
        return f"{value} {self.take().text.upper()}"

    def order_list(self) -> str:
        """`a DESC NULLS LAST, b`"""
        keys = []
        while True:
            key = self.expression().text
            if self.word() in ("asc", "desc"):
                key += f" {self.take().text.upper()}"
            if self.accept("nulls"):
                key += f" NULLS {self.take().text.upper()}"
            keys.append(key)
            if not self.accept(","):
                return ", ".join(keys)

    # Calls with a syntax of their own; their "(" has been taken

    def _call_cast(self, name: str = "CAST") -> str:
        value = self.expression().text
        self.expect("as")
        text = f"{name}({value} AS {self.type_name()})"
        self.expect(")")
        return text

    def _call_try_cast(self) -> str:
        return self._call_cast("TRY_CAST")

    def _call_extract(self) -> str:
        part = self.take()
        unit = part.text if part.kind == "string" or part.text.lower() not in KEYWORDS else part.text.upper()
        self.expect("from")
        value = self.expression().text
        self.expect(")")
        return f"date_part({string(unit)}, {value})"

    def _call_substring(self) -> str:
        values = [self.expression().text]
        if self.accept("from"):
            values.append(self.expression().text)
        if self.accept("for"):
            values += ["1"] * (len(values) == 1) + [self.expression().text]
        while self.accept(","):
            values.append(self.expression().text)
        self.expect(")")
        return f'"substring"({", ".join(values)})'

    def _call_grouping(self) -> str:
        return f"GROUPING({', '.join(self.expression_list(')'))})"

    _call_grouping_id = _call_grouping

    def _call_overlay(self) -> str:
        values = [self.expression().text]
        while self.accept("placing") or self.accept("from") or self.accept("for") or self.accept(","):
            values.append(self.expression().text)
        self.expect(")")
        return f'"overlay"({", ".join(values)})'

    def _call_position(self) -> str:
        needle = self.operand().text
        if not self.accept("in"):
            raise UnknownSpelling("position")
        text = f'"position"({self.expression().text}, {needle})'
        self.expect(")")
        return text

    def _call_trim(self) -> str:
        name = '"trim"'
        if self.word() in ("both", "leading", "trailing"):
            name = {"both": name, "leading": "ltrim", "trailing": "rtrim"}[self.take().text.lower()]
        values = [] if self.word() == "from" else [self.expression().text]
        if self.accept("from"):
            values = [self.expression().text, *values]
        while self.accept(","):
            values.append(self.expression().text)
        self.expect(")")
        return f"{name}({', '.join(values)})"

    def _call_columns(self) -> str:
        raise UnknownSpelling("COLUMNS")
