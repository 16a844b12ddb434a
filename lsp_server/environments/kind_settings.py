"""What a header says of its model's kind -> `Kind`, the value that execution goes by."""

from __future__ import annotations

from pathlib import Path

from lsp_server.environments.audits.arguments import plain_text
from lsp_server.environments.not_carried_out import refused_words
from lsp_server.graph.graph import Graph
from lsp_server.graph.headers import fill
from lsp_server.graph.model import Call, Model
from lsp_server.plan.versions import Kind
from lsp_server.syntax import merging
from lsp_server.syntax.execution import RenderError
from lsp_server.syntax.model_file import ModelFile

_NUMBERS = ("batch_size", "lookback")
_TRUTHS = ("forward_only", "invalidate_hard_deletes", "updated_at_as_valid_from", "execution_time_as_valid_from")
_TRUTHS_OF_HEADERS = ("allow_partials", "forward_only", "enabled")
_WORDS = {"true": True, "false": False}


def _merging(graph: Graph, model: Model, file: ModelFile | None) -> dict[str, str]:
    """`when_matched` and `merge_filter` as written, blueprint values filled in."""
    found: dict[str, str] = {}
    for name in ("when_matched", "merge_filter"):
        given = file.header.kind.get(name) if file and file.header else None
        if given is not None:
            found[name] = fill(given.text, {**graph.config().for_path(model.path).variables, **model.blueprint})
    return found


def wrong_merging(kind: Kind, dialect: str) -> tuple[str, ...]:
    """What of a MERGE's clauses cannot be carried out."""
    found = []
    for name, text, read in (
        ("when_matched", kind.when_matched, merging.clauses),
        ("merge_filter", kind.merge_filter, merging.condition),
    ):
        try:
            if text:
                read(text, dialect, "duckdb")
        except RenderError as error:
            found.append(f"its {name}: {error}")
    return tuple(found)


def kind_of(graph: Graph, model: Model, root: Path, file: ModelFile | None) -> Kind:
    """The kind with what its execution needs; `root`: what seeds are relative to."""
    given = model.kind.properties
    time_column, time_format = _time_column(given.get("time_column"))
    return Kind(
        name="SCD_TYPE_2_BY_TIME" if model.kind.name == "SCD_TYPE_2" else model.kind.name,
        time_column=time_column,
        time_format=time_format,
        batch_size=number(given.get("batch_size")) or 0,
        lookback=number(given.get("lookback")) or 0,
        unique_key=_expressions(given.get("unique_key")),
        **_merging(graph, model, file),
        valid_from=str(given.get("valid_from_name") or "valid_from"),
        valid_to=str(given.get("valid_to_name") or "valid_to"),
        updated_at=str(given.get("updated_at_name") or "updated_at"),
        updated_at_as_valid_from=truth(given.get("updated_at_as_valid_from")) is True,
        execution_time_as_valid_from=truth(given.get("execution_time_as_valid_from")) is True,
        invalidate_hard_deletes=truth(given.get("invalidate_hard_deletes")) is True,
        changed_at=str(given.get("updated_at_name") or "") if model.kind.name == "SCD_TYPE_2_BY_COLUMN" else "",
        validity_type=str(given.get("time_data_type") or "TIMESTAMP").upper(),
        compared=tuple(c for c in _expressions(given.get("columns")) if c != "*"),
        seed_path=str(root / model.seed) if model.seed else "",
        seed_digest=seed.digest if model.seed and (seed := graph.seed(model.seed)) is not None else "",
        seed_options=_seed_options(given.get("csv_settings")),
        forward_only=_forward_only(model),
        allow_destructive=str(given.get("on_destructive_change", "")).lower() == "allow",
        unsupported=refused_words(model, graph.config().for_path(model.path)),
    )


def _time_column(value: object) -> tuple[str, str]:
    """Name and format: `ds`, or `(ds, '%Y-%m-%d')`."""
    parts = value if isinstance(value, list) else [value]
    name = str(parts[0]) if parts and parts[0] is not None else ""
    format_ = str(parts[1]) if len(parts) > 1 else ""
    return name, "" if format_ == "%Y-%m-%d" else format_


def _forward_only(model: Model) -> bool:
    """What the kind says, else the header or its defaults; as in SQLMesh a table that keeps history is kept by itself."""
    said = [
        truth(words["forward_only"]) for words in (model.kind.properties, model.properties) if "forward_only" in words
    ]
    return said[0] is True if said else model.kind.name.startswith("SCD_TYPE_2")


def _seed_options(settings: object) -> tuple[tuple[str, str], ...]:
    """How a seed's file is read, a list's items one by one."""
    given = settings if isinstance(settings, dict) else {}
    pairs = ((key.lower(), value if isinstance(value, list) else [value]) for key, value in given.items())
    return tuple(sorted((key, str(value)) for key, values in pairs for value in values))


def wrong_values(model: Model) -> tuple[str, ...]:
    """Numbers and truth values that are none, as a variable without a value: ignored, they would change the data."""
    given, header = model.kind.properties, model.properties
    wrong = [(name, given[name], "whole number") for name in _NUMBERS if name in given and number(given[name]) is None]
    wrong += [(name, given[name], "TRUE or FALSE") for name in _TRUTHS if name in given and truth(given[name]) is None]
    wrong += [
        (name, header[name], "TRUE or FALSE")
        for name in _TRUTHS_OF_HEADERS
        if name in header and truth(header[name]) is None
    ]
    return tuple(f"its {name} is no {what}: {value}" for name, value, what in wrong)


def number(value: object) -> int | None:
    """A whole number, also one that a variable gave as text; None for what is none."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def truth(value: object) -> bool | None:
    """True or false, also as the text that a variable gave; None for what is neither."""
    return _WORDS.get(str(value).strip().lower())


def _expressions(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(_expression(item) for item in items)


def _expression(value: object) -> str:
    if isinstance(value, Call):
        return f"{value.name}({', '.join(_argument(item) for item in value.args)})"
    return str(value)


def _argument(value: object) -> str:
    """An argument of a key's function: a name stays a name; an empty string can only be a literal."""
    return plain_text(value, name=isinstance(value, str) and value.isidentifier())
