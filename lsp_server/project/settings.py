"""The settings of the editor (`headwater.*`), their JSON Schema, and what to say about wrong values.

The same names come by `[editor]` in `headwater.toml`, `initializationOptions`, `workspace/configuration` and
`workspace/didChangeConfiguration`; what comes later in this list counts more.
A wrong value never stops anything: it is not taken, and the person reads what is wrong with it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Severity = Literal["error", "warning", "information", "hint", "off"]


class Settings(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a person can set.  The descriptions are the documentation (`docs/settings.md` is made from them)."""

    debounce_ms: Annotated[
        int,
        Meta(ge=0, le=5000, description="Milliseconds without typing after which a file's diagnostics are published."),
    ] = 20
    baseline: Annotated[
        str,
        Meta(
            description=(
                "What an edit is compared with: `env:NAME`, `git:REV`, a folder's path, or `auto` "
                "(`env:prod` where it is built, else `git:HEAD`, else the files as last saved)."
            )
        ),
    ] = "auto"
    severity: Annotated[
        dict[str, Severity],
        Meta(description='Severity by rule, for example `{"unknown-column": "warning"}`; `off` switches a rule off.'),
    ] = msgspec.field(default_factory=dict)
    impact_diagnostics: Annotated[
        bool, Meta(description="Mark the clauses whose change alters data, at the place of the change.")
    ] = True
    code_lens: Annotated[bool, Meta(description="Show impact, readers and environments above each model.")] = True
    inlay_hints: Annotated[bool, Meta(description="Show the types of projections and what a star expands to.")] = True
    workspace_diagnostics: Annotated[
        bool, Meta(description="Publish the problems of all files, not only of open ones.")
    ] = True
    max_completion_items: Annotated[
        int, Meta(ge=10, le=5000, description="Longer completion lists are cut and marked incomplete.")
    ] = 200
    trusted: Annotated[
        bool, Meta(description="Whether commands may run this workspace's SQL. Editors with workspace trust set it.")
    ] = True
    watch_files: Annotated[
        bool, Meta(description="Follow changes on disk with the server's own watcher if the client does not watch.")
    ] = True


class Wrong(msgspec.Struct, frozen=True):
    """A setting that cannot be taken."""

    name: str
    message: str


def accepted(given: Any) -> tuple[dict[str, Any], tuple[Wrong, ...]]:
    """The values of `given` that can be taken, and what is wrong with the others.

    >>> accepted({"debounceMs": 5, "debounce": 1})[0]
    {'debounceMs': 5}
    >>> accepted({"debounceMs": 5, "debounce": 1})[1][0].message
    'unknown setting headwater.debounce, did you mean headwater.debounceMs?'
    """
    if given is None:
        return {}, ()
    if not isinstance(given, dict):
        return {}, (Wrong("", f"the settings of headwater are an object, not {given!r:.80}"),)
    values, wrong = {}, []
    for name, value in given.items():
        if value is None:
            continue
        problem = _problem(str(name), value)
        if problem is None:
            values[str(name)] = value
        else:
            wrong.append(Wrong(str(name), problem))
    return values, tuple(wrong)


def settled(*layers: Mapping[str, Any]) -> Settings:
    """The settings of accepted values; of two layers the later one counts."""
    return msgspec.convert({name: value for layer in layers for name, value in layer.items()}, Settings)


def _problem(name: str, value: Any) -> str | None:
    known = msgspec.to_builtins(Settings())
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1)
        return f"unknown setting headwater.{name}" + (f", did you mean headwater.{close[0]}?" if close else "")
    try:
        msgspec.convert({name: value}, Settings)
    except msgspec.ValidationError as error:
        return f"headwater.{name}: {str(error).partition(' - at')[0]}; {value!r:.40} is not taken"
    return None


def schema() -> dict[str, Any]:
    """The JSON Schema of the settings (the extension's and `headwater.toml`'s editor support are made from it)."""
    whole = msgspec.json.schema(Settings)
    table: dict[str, Any] = whole["$defs"]["Settings"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Headwater settings", **table}
