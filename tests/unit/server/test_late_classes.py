"""lsprotocol's classes, made when they are used, are what attrs makes of them at once; in processes of their own, since a module is imported once."""

from __future__ import annotations

import re
import subprocess
import sys

LATE = """
from lsp_server.server.late_classes import late_classes
with late_classes():
    import lsprotocol.types
"""
ALL_FIELDS = """
import attrs
from lsprotocol import types
from lsprotocol.converters import get_converter
get_converter()
for name, cls in sorted(types.ALL_TYPES_MAP.items()):
    if isinstance(cls, type) and attrs.has(cls):
        for field in attrs.fields(cls):
            print(name, field.name, field.type, field.default, field.validator, field.kw_only, field.alias)
        print(name, cls.__match_args__, cls.__hash__, cls.__eq__ is object.__eq__)
"""
CONVERTED = """
from lsprotocol import types
from lsprotocol.converters import get_converter
converter = get_converter()
position = types.Position(1, 2)
print(position, position == types.Position(1, 2), position < types.Position(2, 0))
print(types.Diagnostic(types.Range(position, position), "words", severity=types.DiagnosticSeverity.Error))
print(converter.structure({"textDocument": {"uri": "u"}, "position": {"line": 1, "character": 2}}, types.HoverParams))
print(converter.unstructure(types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "x"), types.Range(position, position))))
for wrong in ({"position": 1}, {"textDocument": {"uri": "u"}, "position": {"line": "x", "character": -1}}):
    try:
        print(converter.structure(wrong, types.HoverParams))
    except Exception as error:
        print(type(error), [str(each) for each in error.exceptions])
try:
    types.Position(-1, 0)
except ValueError as error:
    print(error)
"""
THREADS = """
import sys, threading
from lsprotocol import types
sys.setswitchinterval(1e-6)
wrong, start = [], threading.Barrier(8)
def use():
    try:
        start.wait()
        for _ in range(3):
            at = types.Position(1, 2)
            types.CompletionItem("a", text_edit=types.TextEdit(types.Range(at, at), "b"), data=types.Location("u", types.Range(at, at)))
            types.WorkspaceEdit(changes={"u": []})
            [types.__dict__[name].__attrs_attrs__ for name in ("Hover", "CodeLens", "Diagnostic", "CodeAction", "Command")]
    except BaseException as error:
        wrong.append(error)
threads = [threading.Thread(target=use) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(wrong)
"""
SLOW = """
import threading, time, types
import attrs
from lsp_server.server.late_classes import _Late
module = sys.modules["messages"] = types.ModuleType("messages")
made = []
def slow(cls, **options):
    made.append(cls)
    time.sleep(0.1)
    return attrs.define(cls, **options)
late = _Late(slow)
class Message:
    other: "Other" = attrs.field()
Message.__module__ = "messages"
late.put_off(Message)
found = []
threads = [threading.Thread(target=lambda: found.append(Message(1))) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(made), [each.other for each in found], attrs.fields(Message).other.type)
module.ALL_TYPES_MAP = {"Other": int}
late.end()
print(attrs.fields(Message).other.type)
"""
UNUSED = """
from lsprotocol import types
print(sum("__attrs_attrs__" in vars(cls) and type(vars(cls)["__attrs_attrs__"]).__name__ == "_Placeholder" for cls in vars(types).values() if isinstance(cls, type)))
"""


def said(*parts: str) -> str:
    done = subprocess.run([sys.executable, "-c", "\n".join(parts)], capture_output=True, text=True, check=True)
    return re.sub(r" at 0x[0-9a-f]+", "", done.stdout)


def test_every_class_has_the_fields_that_it_has_otherwise() -> None:
    plain = said(ALL_FIELDS)
    assert len(plain.splitlines()) > 1500
    assert said(LATE, ALL_FIELDS) == plain


def test_objects_are_made_and_converted_as_otherwise() -> None:
    assert said(LATE, CONVERTED) == said(CONVERTED)


def test_threads_that_use_a_class_at_the_same_time_find_it_whole() -> None:
    assert said(LATE, THREADS) == "[]\n"


def test_what_nobody_uses_is_not_made() -> None:
    assert int(said(LATE, "from lsprotocol.converters import get_converter; get_converter()", UNUSED)) > 500


def test_one_is_made_once_and_its_types_are_resolved_as_soon_as_they_can_be() -> None:
    """Who asks while it is made waits; what is made before the types that it names are there hears of them at the end."""
    assert said("import sys", SLOW).splitlines() == ["1 [1, 1, 1, 1] Other", "<class 'int'>"]
