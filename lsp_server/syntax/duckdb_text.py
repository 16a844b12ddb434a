"""DuckDB's own spelling of an expression: what it calls a projection that has no alias.

`SELECT COUNT(*), a+1` makes the columns `count_star()` and `(a + 1)`.  sqlglot's tree has lost what these names are made
from (`IFNULL` and `COALESCE` are one node), so this reads the tokens: operator precedence as in DuckDB's grammar, spelling
as in its `ToString`.  Every rule here was taken from what DuckDB 2.0 answers; the oracle test asks it again.
Raises `UnknownSpelling` for syntax it does not know; it never guesses.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot.tokens import Token

from lsp_server.syntax.duckdb_calls import CallSpeller
from lsp_server.syntax.duckdb_lexer import Item, UnknownSpelling, function_name, items_of, quoted, string
from lsp_server.syntax.duckdb_queries import Node, type_word
from lsp_server.syntax.duckdb_words import INTERVAL_FUNCTIONS

_COMPARISONS = {"=": "=", "==": "=", "<>": "!=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_NEGATED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_OTHER_SYMBOLS = "|| -> ->> & | << >> <@ @> && ~~ !~~ ~~* !~~* ~~~ ~ !~ ~* !~* ^@ <-> <=>"
_OTHER = frozenset(_OTHER_SYMBOLS.split())
_CURRENT = "current_date current_timestamp current_time localtime localtimestamp current_user"
_MORE = "session_user user current_schema current_catalog current_role"
_NO_PARENTHESES = frozenset(f"{_CURRENT} {_MORE}".split())
_STOP = frozenset(
    ["from", "where", "group", "having", "order", "limit", "qualify", "window", "union", "except", "intersect", "as"]
)


def spell(tokens: list[Token], text: str) -> str:
    """DuckDB's spelling of the expression whose tokens are given (offsets refer to `text`).

    >>> from lsp_server.syntax.tokens import scan
    >>> spell(scan("SUM(a)+1", "duckdb").tokens, "SUM(a)+1")
    '(sum(a) + 1)'
    """
    speller = Speller(items_of(tokens, text), text)
    node = speller.expression()
    speller.expect_end()
    return node.name or node.text


class Speller(CallSpeller):
    """Recursive descent over items; every method reads one level of precedence and gives its spelling."""

    # Precedence, loosest first

    def expression(self) -> Node:
        """OR"""
        return self._chain("or", self._and)

    def _and(self) -> Node:
        return self._chain("and", self._not)

    def _chain(self, word: str, read: Callable[[], Node]) -> Node:
        node = read()
        if self.word() != word:
            return node
        terms = list(_flat(node, word))
        while self.accept(word):
            terms += _flat(read(), word)
        return Node(f"({f' {word.upper()} '.join(terms)})", (word, tuple(terms)))

    def _not(self) -> Node:
        if self.word() == "not" and self.word(1) != "exists":
            self.take()
            return Node(f"(NOT {self._not().text})")
        if self.accept("not"):
            return Node(f"(NOT {self._not().text})")
        return self._is()

    def _is(self) -> Node:
        node = self._comparison()
        while True:
            if self.accept("isnull"):
                node = Node(f"({node.text} IS NULL)")
            elif self.accept("notnull") or self.accept("not", "null"):
                node = Node(f"({node.text} IS NOT NULL)")
            elif self.accept("is"):
                node = self._is_what(node)
            else:
                return self._compared(node)

    def _is_what(self, node: Node) -> Node:
        negated = self.accept("not")
        if self.accept("null") or self.accept("unknown"):
            return Node(f"({node.text} IS {'NOT ' if negated else ''}NULL)")
        if self.word() in ("true", "false"):
            value = self.take().text.lower()
            return Node(f"(CAST({node.text} AS BOOLEAN) IS {'' if negated else 'NOT '}DISTINCT FROM {value})")
        self.expect("distinct", "from")
        other = self._between()
        return Node(f"({node.text} IS {'NOT ' if negated else ''}DISTINCT FROM {other.text})")

    def _comparison(self) -> Node:
        return self._compared(self._between())

    def _compared(self, node: Node) -> Node:
        """A comparison after `node`, if one follows; `a IS NULL = b` compares the outcome of IS."""
        name, count = self.operator()
        if name not in _COMPARISONS:
            return node
        self.at += count
        spelled = _COMPARISONS[name]
        if self.word() in ("any", "some", "all") and self.symbol(1) == "(":
            return self._quantified(node, spelled)
        right = Node(f"(NOT {self._not().text})") if self.accept("not") else self._between()
        return Node(f"({node.text} {spelled} {right.text})")

    def _quantified(self, left: Node, comparison: str) -> Node:
        every = self.take().text.lower() == "all"
        self.expect("(")
        if self.is_query():
            inside = self.query()
        else:
            inside = f"SELECT unnest({self.expression().text})"
        self.expect(")")
        if every:
            return Node(f"(NOT ({left.text} {_NEGATED[comparison]} ANY({inside})))")
        return Node(f"({left.text} {comparison} ANY({inside}))")

    def _between(self) -> Node:
        node = self.operand()
        while True:
            negated = self.word() == "not" and self.word(1) in ("between", "in", "like", "ilike", "similar", "glob")
            if negated:
                self.take()
            found = self._between_what(node, negated)
            if found is None:
                return node
            node = found

    def _between_what(self, node: Node, negated: bool) -> Node | None:
        if self.accept("between"):
            low = self.operand()
            self.expect("and")
            return _negate(f"({node.text} BETWEEN {low.text} AND {self.operand().text})", negated)
        if self.accept("in"):
            return _negate(self._in(node), negated)
        if self.accept("like"):
            return self._like(node, "~~", "like_escape", negated)
        if self.accept("ilike"):
            return self._like(node, "~~*", "ilike_escape", negated)
        if self.accept("glob"):
            return _negate(f"({node.text} ~~~ {self.operand().text})", negated)
        if self.accept("similar", "to"):
            return _negate(f"regexp_full_match({node.text}, {self.operand().text})", negated)
        return None

    def _in(self, node: Node) -> str:
        if self.symbol() != "(":
            return f"contains({self.operand().text}, {node.text})"
        self.take()
        if self.is_query():
            inside = self.query()
            self.expect(")")
            return f"({node.text} = ANY({inside}))"
        values = self.expression_list(")")
        return f"({node.text} IN ({', '.join(values)}))"

    def _like(self, node: Node, operator: str, escape: str, negated: bool) -> Node:
        pattern = self.operand()
        if self.accept("escape"):
            return _negate(f"{escape}({node.text}, {pattern.text}, {self.operand().text})", negated)
        return Node(f"({node.text} {'!' if negated else ''}{operator} {pattern.text})")

    def operand(self) -> Node:
        name, count = self.operator()
        if name in ("@", "~"):
            self.at += count
            return self._other_rest(Node(f"({name}({self._sum().text}))"))
        return self._other_rest(self._sum())

    def _other_rest(self, node: Node) -> Node:
        while True:
            name, count = self.operator()
            if name not in _OTHER:
                return node
            self.at += count
            node = Node(_spell_operator(name, node.text, self._sum_operand().text))

    def _sum_operand(self) -> Node:
        name, count = self.operator()
        if name in ("@", "~"):
            self.at += count
            return Node(f"({name}({self._sum().text}))")
        return self._sum()

    def _sum(self) -> Node:
        return self._binary(("+", "-"), self._product)

    def _product(self) -> Node:
        return self._binary(("*", "/", "//", "%"), self._power)

    def _power(self) -> Node:
        return self._binary(("^", "**"), self._at_time_zone)

    def _binary(self, names: tuple[str, ...], read: Callable[[], Node]) -> Node:
        node = read()
        while True:
            name, count = self.operator()
            if name not in names:
                return node
            self.at += count
            node = Node(f"({node.text} {name} {read().text})")

    def _at_time_zone(self) -> Node:
        node = self._unary()
        while True:
            if self.accept("at", "time", "zone"):
                node = Node(f"timezone({self._unary().text}, {node.text})")
            elif self.accept("collate"):
                node = Node(f"{node.text} COLLATE {self.take().text}")
            else:
                return node

    def _unary(self) -> Node:
        name, count = self.operator()
        if name not in ("-", "+"):
            return self._postfix(self._primary())
        self.at += count
        node = self._unary()
        if name == "-" and node.number:
            return Node(node.text[1:] if node.text.startswith("-") else f"-{node.text}", number=True)
        return Node(f"({name}({node.text}))")

    def _postfix(self, node: Node) -> Node:
        while True:
            if self.accept("::"):
                node = Node(f"CAST({node.text} AS {self.type_name()})")
            elif self.accept("["):
                node = Node(self._subscript(node))
            elif self.symbol() == "." and self.at + 1 < len(self.items):
                self.take()
                node = self._field(node)
            elif self.symbol() == "!" and self.operator()[0] == "!":
                self.take()
                node = Node(f"factorial({node.text})")
            else:
                return node

    def _field(self, node: Node) -> Node:
        name = self.take()
        if self.symbol() == "(":
            return Node(f"{function_name(name.text)}({', '.join([node.text, *self._arguments()])})")
        return Node(f"({node.text}).{quoted(name.text)}")

    def _subscript(self, node: Node) -> str:
        parts = [""]
        while not self.accept("]"):
            if self.accept(":"):
                parts.append("")
            else:
                parts[-1] = "-" if self._open_step() else self.expression().text
        return f"{node.text}[{':'.join(parts)}]"

    def _open_step(self) -> bool:
        if self.symbol() == "-" and self.symbol(1) == ":":
            self.take()
            return True
        return False

    # Primaries

    def _primary(self) -> Node:
        item = self.take()
        if item.kind == "number":
            return Node(item.text, number=True)
        if item.kind == "string":
            return Node(string(item.text))
        if item.kind == "quoted":
            return self.named(item)
        if item.kind == "symbol":
            return self._bracketed(item.text)
        return self._word(item)

    def _bracketed(self, symbol: str) -> Node:
        if symbol == "(":
            return self._parenthesised()
        if symbol == "[":
            return self._list_literal()
        if symbol == "{":
            return Node(f"struct_pack({', '.join(self._pairs('}'))})")
        if symbol == "*":
            return Node("*")
        if symbol == "." and self.at < len(self.items) and self.items[self.at].kind == "number":
            return Node(f".{self.take().text}", number=True)
        raise UnknownSpelling(f"unexpected {symbol}")

    def _parenthesised(self) -> Node:
        if self.is_query():
            inside = self.query()
            self.expect(")")
            return Node(f"({inside})")
        node = self.expression()
        if self.accept(")"):
            return node
        values = [node.text]
        while self.accept(","):
            if self.symbol() == ")":
                break
            values.append(self.expression().text)
        self.expect(")")
        return Node(f'"row"({", ".join(values)})')

    def _list_literal(self) -> Node:
        if self.accept("]"):
            return Node("list_value()")
        first = self.expression()
        if self.accept("for"):
            return self._comprehension(first)
        values = [first.text]
        while self.accept(","):
            if self.symbol() == "]":
                break
            values.append(self.expression().text)
        self.expect("]")
        return Node(f"list_value({', '.join(values)})")

    def _comprehension(self, result: Node) -> Node:
        names = [quoted(self.take().text)]
        while self.accept(","):
            names.append(quoted(self.take().text))
        self.expect("in")
        source = self.expression().text
        head = f"lambda {', '.join(names)}: "
        if not self.accept("if"):
            self.expect("]")
            return Node(f"list_apply({source}, ({head}{result.text}))")
        condition = self.expression().text
        self.expect("]")
        packed = f'list_apply({source}, ({head}struct_pack("filter" := {condition}, result := {result.text})))'
        kept = f"list_filter({packed}, (lambda elem: struct_extract(elem, 'filter')))"
        return Node(f"list_apply({kept}, (lambda elem: struct_extract(elem, 'result')))")

    def _pairs(self, end: str) -> list[str]:
        pairs = []
        while not self.accept(end):
            key = self.take().text
            self.expect(":")
            pairs.append(f"{quoted(key)} := {self.expression().text}")
            self.accept(",")
        return pairs

    def _word(self, item: Item) -> Node:
        word = item.text.lower()
        if self.symbol() == "(":
            special = getattr(self, f"_call_{word}", None)
            if special is not None:
                self.take()
                return Node(str(special()))
        if word in ("true", "false"):
            return Node(word)
        if word == "null":
            return Node("NULL")
        if word == "case":
            return self._case()
        if word == "not":
            return Node(f"(NOT {self._not().text})")
        if word == "interval":
            return self._interval()
        if word == "map" and self.symbol() == "{":
            return self._map()
        if word == "lambda":
            return self._lambda()
        if word == "exists" and self.symbol() == "(":
            return self._exists()
        if word in _STOP:
            raise UnknownSpelling(f"unexpected {item.text}")
        if self.at < len(self.items) and self.items[self.at].kind == "string":
            if word == "x" and self.items[self.at].start == item.end:
                return Node(f"X'{self.take().text}'")
            return Node(f"CAST({string(self.take().text)} AS {type_word(item.text)})")
        return self.named(item)

    def named(self, item: Item) -> Node:
        parts = [item]
        while self.symbol() == "." and self.at + 1 < len(self.items):
            after = self.items[self.at + 1]
            if after.kind not in ("word", "quoted") and after.text != "*":
                break
            self.take()
            parts.append(self.take())
        if self.symbol() == "(":
            return self.call(parts)
        if len(parts) == 1 and item.kind == "word" and item.text.lower() in _NO_PARENTHESES:
            return Node(item.text.lower())
        spelled = [part.text if part.text == "*" else quoted(part.text) for part in parts]
        return Node(".".join(spelled), name=parts[-1].text)

    def _case(self) -> Node:
        operand = None if self.word() == "when" else self.expression()
        text = "CASE "
        while self.accept("when"):
            condition = self.expression()
            test = condition.text if operand is None else f"({operand.text} = {condition.text})"
            self.expect("then")
            text += f" WHEN ({test}) THEN ({self.expression().text})"
        default = self.expression().text if self.accept("else") else "NULL"
        self.expect("end")
        return Node(f"{text} ELSE {default} END")

    def _interval(self) -> Node:
        if self.accept("("):
            value = self.expression().text
            self.expect(")")
        else:
            item = self.take()
            if item.kind not in ("string", "number"):
                raise UnknownSpelling("interval")
            value = string(item.text) if item.kind == "string" else item.text
        made = INTERVAL_FUNCTIONS.get(self.word().rstrip("s") if self.word() != "millennia" else "millennium")
        if made is None:
            return Node(f"CAST({value} AS INTERVAL)")
        self.take()
        return Node(made.format(value))

    def _map(self) -> Node:
        self.take()
        keys, values = [], []
        while not self.accept("}"):
            keys.append(self.expression().text)
            self.expect(":")
            values.append(self.expression().text)
            self.accept(",")
        return Node(f'"map"(list_value({", ".join(keys)}), list_value({", ".join(values)}))')

    def _lambda(self) -> Node:
        names = [quoted(self.take().text)]
        while self.accept(","):
            names.append(quoted(self.take().text))
        self.expect(":")
        return Node(f"(lambda {', '.join(names)}: {self.expression().text})")

    def _exists(self) -> Node:
        self.expect("(")
        inside = self.query()
        self.expect(")")
        return Node(f"EXISTS({inside})")


def _flat(node: Node, word: str) -> tuple[str, ...]:
    return node.chain[1] if node.chain is not None and node.chain[0] == word else (node.text,)


def _negate(text: str, negated: bool) -> Node:
    return Node(f"(NOT {text})") if negated else Node(text)


def _spell_operator(name: str, left: str, right: str) -> str:
    if name == "~":
        return f"regexp_matches({left}, {right})"
    if name == "!~":
        return f"(NOT regexp_matches({left}, {right}))"
    if name == "~*":
        return f"regexp_matches({left}, {right}, 'i')"
    if name == "!~*":
        return f"(NOT regexp_matches({left}, {right}, 'i'))"
    return f"({left} {name} {right})"
