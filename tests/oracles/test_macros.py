"""SQLMesh's own table of macro examples, read from its source distribution: our expansion must give the same query."""

from __future__ import annotations

import ast

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError

from lsp_server.syntax.expansion import MacroContext, Sql, expand
from lsp_server.syntax.tokens import scan
from tests.inputs import sqlmesh_source

PYTHON = frozenset(
    [
        "upper",
        "filter_country",
        "bitshift_square",
        "prefix_db",
        "repeated",
        "split",
        "cte_tag_name",
        "suffix_idents",
        "suffix_idents_2",
        "stamped",
        "join_str",
        "test_default_arg_coercion",
    ]
)
"""Macros that SQLMesh's test defines in Python: we do not execute them."""

EXPLAINED = {
    # SQLMesh compares its column object with 1 in Python, which is true of any object; we say that it has no value.
    "select @FILTER(a, x -> x > 1)",
    # The same map in sqlglot's neutral spelling and in DuckDB's.
    "select @SQL('@x')",
}


def cases() -> list[tuple[str, str, dict[str, object]]]:
    """(SQL, what SQLMesh makes of it, variables)"""
    source = (sqlmesh_source() / "tests" / "core" / "test_macros.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    test = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "test_macro_functions")
    [parametrize] = test.decorator_list
    assert isinstance(parametrize, ast.Call)
    table = parametrize.args[1]
    assert isinstance(table, ast.List)
    found = []
    for row in table.elts:
        assert isinstance(row, ast.Tuple)
        sql, expected = ast.literal_eval(row.elts[0]), ast.literal_eval(row.elts[1])
        try:
            variables = ast.literal_eval(row.elts[2])
        except ValueError:
            variables = {"x": [Sql("a"), Sql("b")]}  # the one case that passes columns
        found.append((sql, expected, variables))
    return found


def test_sqlmesh_macro_examples() -> None:
    same, opaque, different = 0, 0, []
    for sql, expected, variables in cases():
        result = expand(sql, scan(sql, "").tokens, MacroContext(variables=variables, python_macros=PYTHON))
        if any(macro.kind == "opaque" for macro in result.macros):
            opaque += 1
            continue
        try:
            equal = parse_one(result.text) == parse_one(expected)
        except ParseError:
            equal = False
        if equal:
            same += 1
        elif sql not in EXPLAINED:
            different.append((sql, expected, result.text))
    print(f"{same} equal, {opaque} with Python macros, {len(EXPLAINED)} explained, {len(different)} different")
    assert not different
    assert same >= 55


SCHEMA = {
    "foo": (("a", "TEXT"), ("b", "TEXT"), ("c", "TEXT"), ("d", "INT")),
    "one": (("a", "INT"), ("b", "TEXT"), ("c", "TEXT")),
    "two": (("c", "TEXT"), ("a", "INT"), ("b", "INT")),
}


def documented(name: str) -> list[tuple[str, str]]:
    """(SQL, what becomes of it) of the examples in a macro's own documentation."""
    tree = ast.parse((sqlmesh_source() / "sqlmesh" / "core" / "macros.py").read_text(encoding="utf-8"))
    defined = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    lines = [line.strip() for line in (ast.get_docstring(defined) or "").splitlines()]
    sources = [ast.literal_eval(line.removeprefix(">>> sql = ")) for line in lines if line.startswith(">>> sql = ")]
    results = [ast.literal_eval(line) for line in lines if line.startswith("'SELECT")]
    return list(zip(sources, results, strict=True))


def test_star_and_union_cast_as_sqlmesh_documents_it() -> None:
    examples = [*documented("star"), *documented("union")]
    assert len(examples) >= 3
    for sql, expected in examples:
        both = "UNION" in sql  # the documentation's `foo` is another table there
        names = {"foo": SCHEMA["one" if both else "foo"], "bar": SCHEMA["two"]}
        result = expand(sql, scan(sql, "").tokens, MacroContext(columns=names.get))
        tree, wanted = parse_one(result.text), parse_one(expected)
        for name in [*tree.find_all(exp.Identifier), *wanted.find_all(exp.Identifier)]:
            name.set("quoted", False)
        assert tree == wanted
