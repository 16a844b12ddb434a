"""Jinja templates rendered in a sandbox, with a map back to the template.

The text between the tags and the place of every `{{ ... }}` are marked before rendering with private characters; the marks
in the output tell where each part came from.  A template cannot reach the machine, run for ever or fill the memory: rounds of
loops, calls of macros and characters of output are counted, and too many of them end the rendering with a problem at the tag.

What is not known here (dbt's `adapter`, a macro of a package, `run_query`) renders as `__hw_opaque('...')`.
"""

from __future__ import annotations

import re

import msgspec
from jinja2 import TemplateSyntaxError

from lsp_server.syntax.jinja_sandbox import LimitError, Run, environment
from lsp_server.syntax.macro_types import OPAQUE_CALL, RUNTIME_VARIABLES, VAR_CALL, MacroCall, MacroContext
from lsp_server.syntax.ropes import Piece, Rope, concat
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

MAX_SHOWN = 2_000

_NAME = re.compile(r"[A-Za-z_][\w.]*")

_MARK, _END = "\ue000", "\ue001"
_MARKED = re.compile(f"{_MARK}([DVE])(\\d*){_END}")
_RUNTIME = re.compile("'?\ue002(\\w+)\ue003'?")
_BLOCKS_WITHOUT_PLACES = frozenset({"macro", "call", "filter", "set"})


class Rendered(msgspec.Struct, frozen=True):
    """A template's output with its places in the file."""

    rope: Rope
    macros: tuple[MacroCall, ...] = ()
    problems: tuple[Problem, ...] = ()


def render_template(template: str, offset: int, context: MacroContext) -> Rendered:
    """Render a template that stands at `offset` of its file.  Never raises.

    >>> render_template("SELECT {% for c in ['a', 'b'] %}{{ c }}, {% endfor %}1", 0, MacroContext()).rope.text
    'SELECT a, b, 1'
    """
    if any(mark in template for mark in (_MARK, _END, "\ue002", "\ue003")):
        problem = Problem("jinja", "This template holds characters that are reserved here.", Span(offset, offset + 1))
        return Rendered(Rope(), (), (problem,))
    try:
        instrumented, places = _instrumented(template)
        run = Run(context)
        output, failure = run.render(instrumented)
    except TemplateSyntaxError as error:
        span = _line_span(template, error.lineno, offset)
        return Rendered(Rope(), (), (Problem("jinja", f"Jinja: {_sentence(error)}", span),))
    rope, last = _rope(output, template, places, offset)
    problems = () if failure is None else (_failed(failure, template, places, last, offset),)
    return Rendered(_with_runtime(rope), _uses(rope, places, template, offset), problems)


def _failed(error: BaseException, template: str, places: list[Span], last: int, offset: int) -> Problem:
    line = _template_line(error)
    near = places[last] if last >= 0 else Span(0, min(len(template), 1))
    span = _line_span(template, line, offset) if line else near.shift(offset)
    if isinstance(error, LimitError | RecursionError):
        return Problem(
            "jinja-limit", "This template does not end, or makes too much text: rendering was stopped.", span
        )
    return Problem("jinja", f"Jinja: {_sentence(error)}", span)


def _sentence(error: BaseException) -> str:
    text = str(error) or type(error).__name__
    return text.rstrip(".") + "."


def _template_line(error: BaseException) -> int:
    """The innermost line of the template in an error's traceback (Jinja rewrites them to template lines)."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _line_span(template: str, line: int, offset: int) -> Span:
    """The first tag of a line, or the line."""
    lines = template.splitlines(keepends=True) or [""]
    number = min(max(line, 1), len(lines)) - 1
    start = sum(len(text) for text in lines[:number])
    text = lines[number].rstrip("\r\n")
    tag = re.search(r"\{[{%].*?(?:[}%]\}|$)", text)
    low, high = tag.span() if tag else (len(text) - len(text.lstrip()), len(text))
    return Span(offset + start + low, offset + start + max(high, low))


# Marks


def _instrumented(template: str) -> tuple[str, list[Span]]:
    """The template with a mark before every text and around every `{{ }}` that stands at its outermost level."""
    parts: list[str] = []
    places: list[Span] = []
    hidden = position = opened = 0
    block: list[str] = []
    for _, kind, text in environment().lexer.tokeniter(template, None):
        start = template.find(text, position) if text else position
        parts.append(template[position:start])
        position = start + len(text)
        if kind == "data":
            parts.append(_marked_data(text, start, places) if not hidden else text)
            continue
        if kind == "variable_begin":
            opened = start
            if not hidden:
                parts.append(f"{_MARK}V{len(places)}{_END}")
                places.append(Span(start, start))
        parts.append(text)
        if kind == "variable_end" and not hidden:
            places[_last_open(places, opened)] = Span(opened, position)
            parts.append(f"{_MARK}E{_END}")
        if kind == "block_begin":
            block = []
        elif kind == "block_end":
            hidden += _hides(block)
        elif block is not None and kind in ("name", "operator"):
            block.append(text)
    parts.append(template[position:])
    return "".join(parts), places


def _last_open(places: list[Span], start: int) -> int:
    return next(index for index in reversed(range(len(places))) if places[index].start == start)


def _marked_data(text: str, start: int, places: list[Span]) -> str:
    """The mark comes after the leading space, which `-%}` may strip."""
    space = len(text) - len(text.lstrip())
    if space == len(text):
        return text
    places.append(Span(start + space, start + len(text)))
    return f"{text[:space]}{_MARK}D{len(places) - 1}{_END}{text[space:]}"


def _hides(block: list[str]) -> int:
    """+1 for a block whose text is collected rather than written, -1 for its end."""
    if not block:
        return 0
    word = block[0]
    if word == "set":
        return 0 if "=" in block else 1
    if word in _BLOCKS_WITHOUT_PLACES:
        return 1
    return -1 if word.startswith("end") and word[3:] in _BLOCKS_WITHOUT_PLACES else 0


def _rope(output: str, template: str, places: list[Span], offset: int) -> tuple[Rope, int]:
    """The output as a rope; the number of the last mark seen."""
    parts: list[Rope] = []
    place, verbatim, used = Span(0, len(template)), False, 0
    last, position = -1, 0

    def add(text: str) -> None:
        nonlocal used
        if not text:
            return
        source = template[place.start + used : place.start + used + len(text)]
        if verbatim and source == text:
            start = offset + place.start + used
            parts.append(Rope((Piece(text, start, start + len(text), True),)))
            used += len(text)
        else:
            parts.append(Rope.made(text, place.shift(offset)))

    for match in _MARKED.finditer(output):
        add(output[position : match.start()])
        position = match.end()
        if match.group(1) == "E":
            verbatim = False
        else:
            last = int(match.group(2))
            place, used, verbatim = places[last], 0, match.group(1) == "D"
    add(output[position:])
    return concat(parts), last


def _with_runtime(rope: Rope) -> Rope:
    """Run-time values: `'{{ start_ds }}'` becomes one call, a longer string around it a concatenation."""
    parts: list[Rope] = []
    position = 0
    for match in _RUNTIME.finditer(rope.text):
        start, end = match.span()
        text, call = match.group(), f"{VAR_CALL}('{match.group(1)}')"
        opens, closes = text.startswith("'"), text.endswith("'")
        if opens != closes or (not opens and _inside_string(rope.text[:start])):
            call = ("" if opens else "' || ") + call + ("" if closes else " || '")
        parts.append(rope.cut(position, start))
        places = rope.cut(start, end).source_map().to_file(0, end - start)
        parts.append(Rope.made(call, places))
        position = end
    if not parts:
        return rope
    return concat([*parts, rope.cut(position, len(rope.text))])


def _inside_string(before: str) -> bool:
    return before.count("'") % 2 == 1


def _uses(rope: Rope, places: list[Span], template: str, offset: int) -> tuple[MacroCall, ...]:
    """Every `{{ ... }}` as a use of a macro, for hover and highlighting."""
    made: dict[Span, str] = {}
    for piece in rope.pieces:
        if not piece.verbatim:
            place = Span(piece.start, piece.end)
            made[place] = (made.get(place, "") + piece.text)[:MAX_SHOWN]
    calls = []
    for place in places:
        text = template[place.start : place.end]
        if not text.startswith("{{"):
            continue
        span = place.shift(offset)
        inner = text.strip("{}-+ \t\r\n")
        name = _NAME.match(inner)
        start = span.start + (text.find(name.group()) if name else 0)
        end = start + len(name.group()) if name else span.end
        value = made.get(span, "")
        kind = "opaque" if OPAQUE_CALL in value else "runtime" if inner in RUNTIME_VARIABLES else "macro"
        calls.append(MacroCall(name.group() if name else inner[:40], span, Span(start, end), kind, value))
    return tuple(calls)
