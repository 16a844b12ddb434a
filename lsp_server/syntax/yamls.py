"""YAML with positions: nodes as PyYAML composes them, read into plain values, faults as problems at their place."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from lsp_server.text.lines import UTF32, LineIndex
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(text: str) -> tuple[yaml.Node | None, list[Problem]]:
    """The document's root; or why there is none."""
    try:
        return yaml.compose(text, Loader=_LOADER), []
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = _offset(LineIndex(text), mark) if mark is not None else 0
        return None, [Problem("yaml-syntax", f"This is no YAML: {error.problem or error.context}.", _word(text, at))]
    except yaml.YAMLError as error:
        return None, [Problem("yaml-syntax", f"This is no YAML: {error}.", Span(0, 0))]


def value_of(node: yaml.Node | None) -> object:
    """The plain value of a node.  Keys are strings."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): value_of(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [value_of(item) for item in node.value]
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    return None


def _scalar(node: yaml.ScalarNode) -> object:
    text = str(node.value)
    try:
        if node.tag.endswith(":int"):
            return int(text.replace("_", ""), 0)
        if node.tag.endswith(":float"):
            return float(text.replace("_", ""))
    except ValueError:
        return text
    if node.tag.endswith(":bool"):
        return text.lower() in ("true", "yes", "on")
    return None if node.tag.endswith(":null") else text


def items_of(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    """(key, its node, the value's node) of a mapping; nothing for anything else."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key, value


def span_of(lines: LineIndex, node: yaml.Node) -> Span:
    """Where a node stands (for a block: its first line).

    Built from lines and columns: a mark's own index counts bytes in the C loader.
    """
    start = _offset(lines, node.start_mark)
    end = min(_offset(lines, node.end_mark), lines.line_end(node.start_mark.line))
    return Span(start, max(start, end))


def _offset(lines: LineIndex, mark: yaml.Mark) -> int:
    return lines.offset(mark.line, mark.column, UTF32)


def _word(text: str, at: int) -> Span:
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    return Span(min(at, len(text)), min(max(end, at + 1), len(text)))
