"""`headwater.toml`: Headwater's own configuration, and what it changes of another format's.

dialect = "duckdb"
infer_names = true            # a file without a MODEL header is named after its place
ignore = ["models/archive/**"]
[connection]
database = "warehouse.duckdb"
[variables]
minimum_ride_seconds = 60
[model_defaults]
cron = "@daily"
[editor]                      # the editor's settings, see docs/settings.md
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import Any

import msgspec

from lsp_server.graph.config import Config
from lsp_server.project.formats.sqlmesh import catalog_of
from lsp_server.project.settings import Settings, accepted
from lsp_server.syntax.tokens import is_dialect
from lsp_server.text.lines import UTF32, LineIndex
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span


class File(msgspec.Struct, forbid_unknown_fields=False):
    """What the file may hold."""

    project: str = ""
    dialect: str = ""
    default_catalog: str = ""
    infer_names: bool | None = None
    ignore: list[str] = []
    connection: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    model_defaults: dict[str, Any] = {}
    editor: dict[str, Any] = {}
    environments: dict[str, Any] = {}


_SYNTAX = re.compile(r"\(at line (\d+), column (\d+)\)")
_WHERE = re.compile(r" - at `\$\.?([^`]*)`")


def read_toml(path: str, text: str, base: Config) -> tuple[Config, list[Problem]]:
    """`base` with what the file says."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return base, [_syntax(text, str(error))]
    problems = [_unknown(text, key) for key in data if key not in File.__struct_fields__]
    found = _convert(text, data, problems)
    dialect = found.dialect.lower()
    if dialect and not is_dialect(dialect):
        problems.append(Problem("config-value", f"`{dialect}` is no SQL dialect.", place_of(text, "dialect", True)))
        dialect = ""
    connection = {"type": "duckdb", **found.connection} if found.connection else base.connection
    return (
        msgspec.structs.replace(
            base,
            format=base.format or "headwater",
            path=path if not base.path else base.path,
            project=found.project or base.project,
            dialect=dialect or base.dialect,
            default_catalog=found.default_catalog or base.default_catalog or catalog_of(connection),
            infer_names=base.infer_names if found.infer_names is None else found.infer_names,
            ignore=(*base.ignore, *found.ignore),
            connection=connection,
            variables={**base.variables, **{key.lower(): value for key, value in found.variables.items()}},
            defaults={**base.defaults, **found.model_defaults},
            settings={
                **base.settings,
                "editor": _editor(text, found.editor, problems),
                "environments": found.environments,
            },
        ),
        problems,
    )


def _convert(text: str, data: dict[str, object], problems: list[Problem]) -> File:
    """The file's values; a wrong one is reported and left out."""
    known = {key: value for key, value in data.items() if key in File.__struct_fields__}
    while True:
        try:
            return msgspec.convert(known, File)
        except msgspec.ValidationError as error:
            where = _WHERE.search(str(error))
            key = (where.group(1) if where else next(iter(known))).split(".")[0].split("[")[0]
            what = str(error).split(" - at ")[0]
            problems.append(Problem("config-value", f"`{key}`: {what}.", place_of(text, key, True)))
            known.pop(key, None)


def _editor(text: str, given: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The editor's settings that can be taken; the others are reported where they stand."""
    values, wrong = accepted(given)
    table = place_of(text, "editor").end
    for found in wrong:
        unknown = found.name not in Settings.__struct_encode_fields__
        place = place_of(text[table:], found.name, not unknown)
        span = Span(table + place.start, table + place.end) if place.end else place_of(text, "editor")
        code, severity = ("config-key", "warning") if unknown else ("config-value", "error")
        data: dict[str, str | list[str]] = {"setting": found.name}  # of the editor: it says nothing about models
        problems.append(Problem(code, found.message[0].upper() + found.message[1:] + ".", span, severity, data))
    return values


def _syntax(text: str, message: str) -> Problem:
    at = len(text.rstrip())
    if place := _SYNTAX.search(message):
        at = LineIndex(text).offset(int(place.group(1)) - 1, int(place.group(2)) - 1, UTF32)
    what = message.split(" (at ")[0]
    return Problem("toml-syntax", f"This is no TOML: {what}.", Span(at, min(at + 1, len(text))))


def _unknown(text: str, key: str) -> Problem:
    inner = difflib.get_close_matches(key, Settings.__struct_encode_fields__, 1, 0.8)
    close = difflib.get_close_matches(key, File.__struct_fields__, 1) if not inner else []
    if inner:
        hint = f" Did you mean `{inner[0]}` in the table `[editor]`?"
        return Problem("config-key", f"`{key}` is no setting here.{hint}", place_of(text, key), "warning", {})
    hint = f" Did you mean `{close[0]}`?" if close else ""
    data: dict[str, str | list[str]] = {"replacement": close[0]} if close else {}
    return Problem("config-key", f"`{key}` is no setting.{hint}", place_of(text, key), "warning", data)


def place_of(text: str, key: str, value: bool = False) -> Span:
    """Where a top-level key (or table) stands, or its value."""
    match = re.search(rf"^[ \t]*(?:\[\s*)?({re.escape(key)})\b[ \t]*(?:\]|=[ \t]*([^\n#]*[^\s#]))?", text, re.MULTILINE)
    if match is None:
        return Span(0, 0)
    group = 2 if value and match.group(2) else 1
    return Span(match.start(group), match.end(group))
