"""The messages that are ours alone: `headwater/<noun>`, mirrored in the extension's `protocol.ts`.

Names on the wire are camelCase.  Shapes are changed only by adding optional fields.
"""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Base of all: camelCase on the wire, unknown fields ignored."""


class DocumentState(Message, frozen=True):
    """An open document as the server has it.  `sha256` is of the text's UTF-8 (lone surrogates as WTF-8)."""

    uri: str
    version: int
    sha256: str


class ProjectState(Message, frozen=True):
    """One workspace root."""

    root: str
    models: int
    problems: int
    dialect: str = ""
    baseline: str = ""


class Status(Message, frozen=True):
    """The answer to `headwater/status`."""

    version: str
    ready: bool
    """Whether everything is analysed and published."""
    projects: list[ProjectState]
    documents: list[DocumentState]


# -- headwater/lineage ---------------------------------------------------------------------------------------------------


class TextDocument(Message, frozen=True):
    """A document by its URI."""

    uri: str


class Position(Message, frozen=True):
    """A place as the protocol has it: from 0, in units of the agreed encoding."""

    line: int
    character: int


class LineageParams(Message, frozen=True):
    """Around what, and how far.  Either `model`, or the model under (or around) `textDocument` and `position`."""

    text_document: TextDocument | None = None
    position: Position | None = None
    model: str = ""
    workspace: str = ""
    """The URI of the project's root; needed only with `model` when several projects are open."""
    depth_up: int = 2
    depth_down: int = 2
    max_models: int = 500


class LineageColumn(Message, frozen=True):
    """One column of a card.  `change` against the baseline: "added", "changed", "touched", "" for none."""

    name: str
    type: str
    change: str = ""
    description: str = ""
    line: int = -1
    """Where the column is made, in the model's file; -1 when not known."""
    character: int = 0


class LineageModel(Message, frozen=True):
    """One card."""

    name: str
    kind: str
    columns: list[LineageColumn]
    path: str = ""
    uri: str = ""
    line: int = 0
    category: str = ""
    """`none`, `metadata`, `non_breaking`, `breaking`; "" when untouched or nothing is known."""
    change: str = ""
    """`modified`, `added`, `upstream`, `removed`; "" when untouched."""
    rows: str = ""
    external: bool = False
    depth: int = 0
    """Steps from the focus, negative upstream."""
    more_up: bool = False
    more_down: bool = False
    """There are models beyond the asked depth."""
    removed: list[str] = []
    """Columns that the baseline has and this version has not."""


class ColumnEnd(Message, frozen=True):
    """One end of an edge."""

    model: str
    column: str


class LineageEdge(Message, frozen=True):
    """The column `to` is made from the column `from`."""

    from_: ColumnEnd = msgspec.field(name="from")
    to: ColumnEnd
    type: str
    subtype: str


class RowEdge(Message, frozen=True):
    """The column `from` decides which rows `to` has; without a column, the row set itself flows in."""

    from_: ColumnEnd = msgspec.field(name="from")
    to: str
    subtype: str


class Focus(Message, frozen=True):
    """What the cursor is on."""

    model: str
    column: str = ""


class Lineage(Message, frozen=True):
    """The answer to `headwater/lineage`."""

    models: list[LineageModel]
    edges: list[LineageEdge]
    row_edges: list[RowEdge]
    focus: Focus | None = None
    truncated: bool = False
    baseline: str = ""
    workspace: str = ""
    """The URI of the project's root, as `impactChanged` names it: tells a view which ripple is its own."""


# -- headwater/impactChanged ---------------------------------------------------------------------------------------------


class TouchedModel(Message, frozen=True):
    """One model that the edits touch."""

    name: str
    category: str
    change: str
    rows: str
    build: str | None
    added: list[str]
    changed: list[str]
    removed: list[str]
    uri: str = ""
    reasons: list[str] = []
    verdict: str = ""
    """In words, the same as in the lens, in `headwater impact` and in a plan's steps."""


class ImpactChanged(Message, frozen=True):
    """Sent after an edit whose impact differs from the last one sent.  Models that are not listed are untouched."""

    workspace: str
    against: str
    breaking: int
    non_breaking: int
    rebuild: int
    reuse: int
    models: list[TouchedModel]
    pending: bool = False
    """A file is half-typed: this is the verdict of its last good text."""


# -- environments --------------------------------------------------------------------------------------------------------


class WorkspaceParams(Message, frozen=True):
    """Which project: the URI of its root, "" for the only one."""

    workspace: str = ""


class Environment(Message, frozen=True):
    """One environment.  `differs` are the models whose snapshot is another than `prod`'s; `state` is "current" when it is
    what the files say, "behind" otherwise."""

    name: str
    etag: str
    created: str = ""
    updated: str = ""
    models: int = 0
    differs: list[str] = []
    state: str = ""


class Environments(Message, frozen=True):
    """The answer to `headwater/environments`."""

    workspace: str
    environments: list[Environment]
    problem: str = ""
    """Why there is nothing to say (no connection configured, the file is locked by ...)."""


class PlanParams(Message, frozen=True):
    """`command`: "apply" (make it what the files say) or "promote" (make `to` what `name` is)."""

    name: str
    workspace: str = ""
    command: str = "apply"
    to: str = "prod"


class PlanStep(Message, frozen=True):
    """One step."""

    model: str
    action: str
    reason: str
    category: str = ""
    uri: str = ""


class Plan(Message, frozen=True):
    """The answer to `headwater/plan`."""

    workspace: str
    environment: str
    etag: str
    steps: list[PlanStep]
    summary: str = ""
    refused: list[str] = []
    """Why it cannot run."""


# -- data ----------------------------------------------------------------------------------------------------------------


class PreviewParams(Message, frozen=True):
    """What to look at: a model of an environment, a CTE of the document, or the statement that a range selects."""

    workspace: str = ""
    model: str = ""
    text_document: TextDocument | None = None
    cte: str = ""
    start: Position | None = None
    end: Position | None = None
    environment: str = "prod"
    limit: int = 200


class DataColumn(Message, frozen=True):
    """One column of a result."""

    name: str
    type: str


class Data(Message, frozen=True):
    """Rows; values are JSON numbers, strings, booleans or null (dates, decimals and nested values as the engine prints them)."""

    columns: list[DataColumn]
    rows: list[list[object]]
    truncated: bool = False
    sql: str = ""
    milliseconds: float = 0.0


class CompareParams(Message, frozen=True):
    """One model in two environments."""

    model: str
    from_: str = msgspec.field(name="from", default="prod")
    to: str = "dev"
    workspace: str = ""
    limit: int = 50


class ColumnDifference(Message, frozen=True):
    """How many matched rows differ in a column, with samples (key values, old, new)."""

    column: str
    rows: int
    samples: list[list[object]] = []


class Comparison(Message, frozen=True):
    """The answer to `headwater/compare`."""

    model: str
    key: list[str]
    rows_from: int
    rows_to: int
    only_from: int
    only_to: int
    changed: int
    added_columns: list[str] = []
    removed_columns: list[str] = []
    columns: list[ColumnDifference] = []
    note: str = ""


# -- unit tests ----------------------------------------------------------------------------------------------------------


class TestsParams(Message, frozen=True):
    """`run`: empty lists the tests; names (or ["*"]) runs them."""

    workspace: str = ""
    run: list[str] = []


class TestCase(Message, frozen=True):
    """One unit test, with its outcome if it was run: "passed", "failed", "error", ""."""

    name: str
    model: str
    uri: str
    line: int = 0
    outcome: str = ""
    message: str = ""
    milliseconds: float = 0.0


class Tests(Message, frozen=True):
    """The answer to `headwater/tests`."""

    workspace: str
    tests: list[TestCase]
