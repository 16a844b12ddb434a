"""A file's query bound as if its text were another: what an editor asks while something is half typed.

Nothing of it enters the graph.  The last outcome is remembered: who types a word asks with each letter for the same text, in which
a placeholder stands for the word.
"""

from __future__ import annotations

import msgspec

from lsp_server.graph import queries
from lsp_server.graph.config import Config
from lsp_server.graph.engine import Engine
from lsp_server.graph.model import Model
from lsp_server.semantics.binder import bind
from lsp_server.semantics.facts import Bound, Interface
from lsp_server.syntax.expansion import MacroContext
from lsp_server.syntax.model_file import read_model
from lsp_server.syntax.query import parse_query


class _Trial(msgspec.Struct, frozen=True):
    """An outcome, and all that it depends on."""

    path: str
    text: str
    model: Model
    config: Config
    macros: queries.Macros
    seen: dict[str, Interface | None]
    """The interfaces that somebody asked for, by the names under which the workspace knows them."""
    bound: Bound | None


class Trials:
    """Tries texts against what a graph knows."""

    def __init__(self, db: Engine) -> None:
        self._db = db
        self._last: _Trial | None = None

    def bound(self, path: str, text: str) -> Bound | None:
        """The first model of a file as if its text were `text`; None for a text without a query."""
        if self._last is None or not self._holds(self._last, path, text):
            self._last = self._try(path, text)
        return self._last.bound

    def _holds(self, trial: _Trial, path: str, text: str) -> bool:
        """Whether the same would come out again."""
        db = self._db
        if (trial.path, trial.text) != (path, text) or trial.model != self._model(path):
            return False
        settings = (queries.CONFIG(db, None), queries.MACROS(db, None))
        if settings != (trial.config, trial.macros):
            return False
        return all(queries.interface(db, name) == interface for name, interface in trial.seen.items())

    def _try(self, path: str, text: str) -> _Trial:
        db, model = self._db, self._model(path)
        seen: dict[str, Interface | None] = {}

        def interface(name: str) -> Interface | None:
            called = queries.canonical(db, name, model)
            seen[called] = found = queries.interface(db, called)
            return found

        context: MacroContext = queries.context(db, model, interface)
        parsed = parse_query(read_model(text, self._dialect(path)), context)
        bound = bind(parsed, model.dialect, interface) if parsed.tree is not None else None
        parsed.take_apart()
        return _Trial(path, text, model, queries.CONFIG(db, None), queries.MACROS(db, None), seen, bound)

    def _model(self, path: str) -> Model:
        shape = queries.outline(self._db, path)
        return shape.models[0] if shape.models else Model("", path, dialect=self._dialect(path))

    def _dialect(self, path: str) -> str:
        return queries.CONFIG(self._db, None).for_path(path).dialect
