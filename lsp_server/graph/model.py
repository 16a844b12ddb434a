"""A model as its readers, checks and plans see it: what its header (or a declaration in YAML or Python) says.

Plain values without positions, so that a comment above a header changes nothing that is computed from it.
Where things stand is asked of the file: `Graph.name_span`, `Graph.file(path).header`.
"""

from __future__ import annotations

import msgspec

from lsp_server.semantics.facts import Column, Interface
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span


class Call(msgspec.Struct, frozen=True):
    """A call in a header: an audit, a signal.  `not_null(columns := (a, b))` has kwargs `{"columns": ["a", "b"]}`."""

    name: str
    args: tuple[object, ...] = ()
    kwargs: dict[str, object] = {}


class KindSpec(msgspec.Struct, frozen=True):
    """`name` in upper case: VIEW, FULL, SEED, INCREMENTAL_BY_TIME_RANGE, ..., EXTERNAL, PYTHON (kind unknown)."""

    name: str
    properties: dict[str, object] = {}


class Model(msgspec.Struct, frozen=True):
    """One model.  Several may come from one file (blueprints): `blueprint` are the values that make this one.

    `columns`    declared by `columns (...)`, in YAML or in Python
    `complete`   the declared columns are all there are
    `external`   nobody builds it: a source table that `external_models.yaml` or the catalog describes
    `opaque`     why its query cannot be read ("a Python model"); "" when it can
    `seed`       path of a SEED's file, relative to the workspace
    `upstreams`  declared by hand (a Python model's `depends_on`)
    `properties` everything else the header says, plain values by lower-case name
    `kinded`     the header names the kind itself (it is not the default)
    """

    name: str
    path: str
    kind: KindSpec = KindSpec("VIEW")
    dialect: str = ""
    description: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    cron: str = "@daily"
    start: str = ""
    grain: tuple[str, ...] = ()
    audits: tuple[Call, ...] = ()
    columns: tuple[Column, ...] = ()
    complete: bool = True
    properties: dict[str, object] = {}
    blueprint: dict[str, object] = {}
    external: bool = False
    opaque: str = ""
    seed: str = ""
    upstreams: tuple[str, ...] = ()
    kinded: bool = False

    @property
    def declared(self) -> Interface | None:
        """The interface that the declaration gives."""
        return Interface(self.columns, self.complete) if self.columns else None


class Declared(msgspec.Struct, frozen=True):
    """What a file that is no SQL declares (`external_models.yaml`, a Python model), read by `project/`."""

    models: tuple[Model, ...] = ()
    spans: dict[str, Span] = {}
    """Where each model's name stands."""
    problems: tuple[Problem, ...] = ()


class SeedFile(msgspec.Struct, frozen=True):
    """A seed's file: its interface, and what tells two contents apart: `digest` of the whole, `cells` of each column by
    name (empty for a file that is too large to look at whole), `height` its number of rows."""

    interface: Interface | None
    digest: str = ""
    cells: dict[str, str] = {}
    height: int = 0
    problem: str = ""
    """Why it could not be read."""


class Outline(msgspec.Struct, frozen=True):
    """One file's models and the faults of its header and statements.  `damaged`: some of the text could not be read."""

    models: tuple[Model, ...] = ()
    problems: tuple[Problem, ...] = ()
    damaged: bool = False
    beside: tuple[tuple[str, str], ...] = ()
    """(role, text) of the statements before and after the query."""
    name_span: Span = Span(0, 0)
    """Where the header says the name: asked of thousands of files at once where all of them are new, so nobody reads them for it."""
    former: bool = False
    """The models are those of an earlier text, since this one's header tells of none."""


class Links(msgspec.Struct, frozen=True):
    """The relations that one model's query names, by model name, sorted."""

    upstreams: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    damaged: bool = False
    lasting: bool = True
    """Computed from the text and the configuration alone, so that it may be kept on disk."""
    mentions: bytes = b""
    """The words by which the query can name columns, packed (`semantics.mentions`)."""
