"""Makes `docs/settings.md` and `docs/schemas/settings.json` from the code: `python -m tests.docs.settings`."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from lsp_server.project.settings import Settings, schema

DOCS = Path(__file__).parents[2] / "docs"

HEAD = """\
# Settings

<!-- Made from the code by `python -m tests.docs.settings`; a test compares. -->

The same names work in four places; what stands further down counts more:

- `headwater.toml` of the workspace, table `[editor]`: `debounceMs = 0`
- `initializationOptions` of the client, without prefix: `{"debounceMs": 0}`
- `workspace/configuration`, section `headwater`: `"headwater.debounceMs": 0` in VS Code's settings
- `workspace/didChangeConfiguration`, for clients that push: `{"headwater": {"debounceMs": 0}}`

A wrong value is not taken and changes nothing else: in `headwater.toml` it is marked where it stands, elsewhere a message names it.
Several folders may be open: each has what its own file says; `debounceMs`, `watchFiles` and `trusted` count for the whole session, the first folder's.
The JSON Schema is [schemas/settings.json](schemas/settings.json).

| setting | type | default | |
|---|---|---|---|
"""


def markdown() -> str:
    """The page."""
    defaults = msgspec.to_builtins(Settings())
    rows = [
        f"| `{name}` | {_type(table)} | `{json.dumps(defaults[name])}` | {table['description']} |"
        for name, table in schema()["properties"].items()
    ]
    return HEAD + "\n".join(rows) + "\n"


def _type(table: dict[str, object]) -> str:
    kind = str(table["type"])
    if "minimum" in table:
        return f"{kind}, {table['minimum']} to {table['maximum']}"
    return kind


def schema_text() -> str:
    """The schema's file."""
    return json.dumps(schema(), indent=2) + "\n"


if __name__ == "__main__":
    (DOCS / "settings.md").write_text(markdown(), "utf-8")
    (DOCS / "schemas" / "settings.json").write_text(schema_text(), "utf-8")
