"""SQLMesh's Python models and macros, read as text and never run.

A `@model("name", ...)` becomes an opaque model with what is declared by literals (module constants are followed):
its columns, its `depends_on`, and the tables that its body names by `context.table("...")` and the like.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lsp_server.graph.config import Config
from lsp_server.graph.headers import declared_type, fill, without_catalog
from lsp_server.graph.model import Call, Declared, KindSpec, Model
from lsp_server.semantics.facts import Column
from lsp_server.syntax.names import model_name
from lsp_server.text.lines import UTF8, LineIndex
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

_TABLE_CALLS = {"table", "resolve_table", "columns_to_types", "from_", "join"}
"""Methods of SQLMesh's contexts and of sqlglot's builders whose first argument names a table."""
_TABLE_NAME = re.compile(r"\s*([\w.\"]+\.[\w\"]+)")
_UNKNOWN = object()


def read_python_models(path: str, text: str, config: Config) -> Declared | None:
    """The models that a Python file declares; None when it declares none."""
    if "model" not in text:
        return None
    module = _parse(text)
    if isinstance(module, Problem):
        return Declared(problems=(module,)) if "@model" in text else None
    if module is None:
        return None
    reader = _Reader(path, text, module, config)
    reader.read()
    return Declared(tuple(reader.models), reader.spans, tuple(reader.problems)) if reader.models else None


def python_macro_names(text: str) -> frozenset[str]:
    """Names of the functions that `@macro()` marks, in lower case."""
    module = _parse(text) if "macro" in text else None
    if not isinstance(module, ast.Module):
        return frozenset()
    found = set()
    for function in _functions(module):
        for decorator in function.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if _last_name(called) == "macro":
                given = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
                named = given.value if isinstance(given, ast.Constant) else function.name
                found.add(str(named).lower())
    return frozenset(found)


def _parse(text: str) -> ast.Module | Problem | None:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        lines = LineIndex(text)
        at = lines.offset((error.lineno or 1) - 1, max((error.offset or 1) - 1, 0), UTF8)
        return Problem("python-syntax", f"This Python file cannot be read: {error.msg}.", Span(at, at + 1))
    except (ValueError, RecursionError, MemoryError):
        return None  # null characters, or nesting beyond what Python itself can read


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in module.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


class _Reader:
    def __init__(self, path: str, text: str, module: ast.Module, config: Config) -> None:
        self.path = path
        self.config = config
        self.module = module
        self.lines = LineIndex(text)
        self.models: list[Model] = []
        self.spans: dict[str, Span] = {}
        self.problems: list[Problem] = []
        self.constants = self._constants()

    def _constants(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for node in self.module.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                value = literal(node.value, found)
                if value is not _UNKNOWN:
                    found[node.targets[0].id] = value
        return found

    def read(self) -> None:
        for function in _functions(self.module):
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Call) and _last_name(decorator.func) == "model":
                    self._add(function, decorator)

    def _add(self, function: ast.FunctionDef | ast.AsyncFunctionDef, call: ast.Call) -> None:
        given = {keyword.arg: literal(keyword.value, self.constants) for keyword in call.keywords if keyword.arg}
        given = {key: value for key, value in given.items() if value is not _UNKNOWN}
        named = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "name"), None)
        name = literal(named, self.constants) if named is not None else _UNKNOWN
        if not isinstance(name, str) or given.get("enabled") is False:
            return
        place = self._span(named or call)
        written = given.get("blueprints")
        blueprints = [item for item in written if isinstance(item, dict)] if isinstance(written, list) else []
        for values in blueprints or [{}]:
            model = self._model(name, {str(k).lower(): v for k, v in values.items()}, function, call, given)
            self.models.append(model)
            self.spans[model.name] = place
        message = "A Python model: it is not run, its columns are those that it declares and its lineage is unknown."
        self.problems.append(Problem("python-model", message, place, "information"))

    def _model(
        self,
        name: str,
        blueprint: dict[str, object],
        function: ast.FunctionDef | ast.AsyncFunctionDef,
        call: ast.Call,
        given: dict[str, object],
    ) -> Model:
        dialect = str(given.get("dialect") or self.config.dialect)
        values = {**self.config.variables, **blueprint}
        columns = given.get("columns")
        declared = columns if isinstance(columns, dict) else {}
        return Model(
            name=without_catalog(model_name(fill(name, values), dialect), self.config),
            path=self.path,
            kind=KindSpec(self._kind(call)),
            dialect=dialect,
            description=str(given.get("description") or ast.get_docstring(function) or ""),
            owner=str(given.get("owner") or ""),
            tags=tuple(str(tag) for tag in _list(given.get("tags"))),
            cron=str(given.get("cron") or "@daily"),
            start=str(given.get("start") or ""),
            grain=tuple(str(item) for item in _list(given.get("grain") or given.get("grains"))),
            audits=tuple(_audit(item) for item in _list(given.get("audits"))),
            columns=tuple(Column(str(key), declared_type(str(kind), dialect)) for key, kind in declared.items()),
            blueprint=blueprint,
            opaque="a Python model",
            upstreams=tuple(sorted(self._upstreams(function, given, dialect))),
            kinded=any(keyword.arg == "kind" for keyword in call.keywords),
        )

    def _kind(self, call: ast.Call) -> str:
        """The kind's name in any of the ways to write it: a string, an enum, a dict, a class."""
        node = next((keyword.value for keyword in call.keywords if keyword.arg == "kind"), None)
        for part in ast.walk(node) if node is not None else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.isidentifier():
                return part.value.upper()
            if isinstance(part, ast.Attribute) and part.attr.isupper():
                return part.attr
            if isinstance(part, ast.Name) and part.id.endswith("Kind"):
                return "".join(f"_{c}" if c.isupper() else c for c in part.id.removesuffix("Kind")).strip("_").upper()
        return "FULL"

    def _upstreams(self, function: ast.AST, given: dict[str, object], dialect: str) -> set[str]:
        names = [str(name) for name in _list(given.get("depends_on"))]
        if "depends_on" not in given:
            for node in ast.walk(self.module):  # helpers of the file included
                if isinstance(node, ast.Call) and _last_name(node.func) in _TABLE_CALLS and node.args:
                    name = literal(node.args[0], self.constants)
                    found = _TABLE_NAME.match(name) if isinstance(name, str) else None
                    names += [found.group(1)] if found else []
        return {without_catalog(model_name(name, dialect), self.config) for name in names}

    def _span(self, node: ast.expr) -> Span:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        start = self.lines.offset(node.lineno - 1, node.col_offset, UTF8)
        return Span(start, self.lines.offset(end_line - 1, end_column, UTF8))


def _audit(item: object) -> Call:
    if isinstance(item, list) and item:
        options = item[1] if len(item) > 1 and isinstance(item[1], dict) else {}
        return Call(str(item[0]).lower(), (), {str(key).lower(): value for key, value in options.items()})
    return Call(str(item).lower())


def _list(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def literal(node: ast.expr, constants: dict[str, object]) -> object:
    """The value that an expression plainly has; `_UNKNOWN` for anything that would have to be run."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return constants.get(node.id, _UNKNOWN)
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        items = [literal(item, constants) for item in node.elts]
        return _UNKNOWN if _UNKNOWN in items else items
    if isinstance(node, ast.Dict):
        return _mapping([(key, value) for key, value in zip(node.keys, node.values, strict=True)], constants)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict" and not node.args:
        return _mapping([(ast.Constant(k.arg) if k.arg else None, k.value) for k in node.keywords], constants)
    if isinstance(node, ast.JoinedStr):
        return _joined(node, constants)
    return _UNKNOWN


def is_known(value: object) -> bool:
    """Whether `literal` could tell the value."""
    return value is not _UNKNOWN


def _mapping(items: list[tuple[ast.expr | None, ast.expr]], constants: dict[str, object]) -> object:
    found: dict[object, object] = {}
    for key, value in items:
        read = literal(value, constants)
        if key is None:
            found.update(read if isinstance(read, dict) else {})
            continue
        name = literal(key, constants)
        if name is _UNKNOWN or isinstance(name, list | dict):
            return _UNKNOWN
        if read is not _UNKNOWN:
            found[name] = read
    return found


def _joined(node: ast.JoinedStr, constants: dict[str, object]) -> object:
    parts = []
    for part in node.values:
        value = literal(part.value if isinstance(part, ast.FormattedValue) else part, constants)
        if value is _UNKNOWN:
            return _UNKNOWN
        parts.append(str(value))
    return "".join(parts)
