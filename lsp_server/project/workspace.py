"""A workspace: its files read into a graph, and kept in step with the disk and with what an editor holds.

    project = open_workspace(Path("demo_workspace"))
    project.stabilise()
    project.graph.models()

Only carries texts and declarations to the graph's inputs; derives nothing.  Belongs to the thread that owns the graph.
"""

from __future__ import annotations

import fnmatch
import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from lsp_server.graph import queries
from lsp_server.graph.config import MACRO, MODEL, TEST, Config
from lsp_server.graph.graph import Graph
from lsp_server.graph.model import Declared, Model, SeedFile
from lsp_server.project import config as configuration
from lsp_server.project import seeds
from lsp_server.project.ahead import Ahead, ReadAhead, Ready
from lsp_server.project.cache import Cache, cache_for
from lsp_server.project.files import Disk, Files, UnreadableError, decode, skipped, wanted
from lsp_server.project.formats.external_models import is_external_models, read_external_models
from lsp_server.project.formats.python_models import python_macro_names, read_python_models
from lsp_server.project.loading import MANY, Loading
from lsp_server.project.worker import Known
from lsp_server.text.problems import Problem
from lsp_server.text.spans import Span

_LOOKS = 64
"""So many files are looked at between two questions whether somebody waits: less than a millisecond."""


class WorkspaceError(Exception):
    """The folder cannot be opened at all; the message is for people."""


def open_workspace(root: Path, ahead: Ahead | None = None) -> Project:
    """Read a folder (its root is where its configuration is), or take what was read `ahead`; call `stabilise` before asking its graph.

    What the facts cache knows is not analysed again; many new files are analysed by worker processes (`Loading`).
    """
    try:
        if not root.is_dir():
            raise WorkspaceError(f"{root} is no folder" if root.exists() else f"there is no folder {root}")
        next(root.iterdir(), None)
    except OSError as error:
        raise WorkspaceError(f"{root} cannot be read: {error.strerror}") from error
    place = root.resolve()
    files = ahead.files(place) if ahead is not None else None
    project = Project(place, files or Disk(place), cache_for(place))
    project.load()
    return project


class Project:
    """One workspace.  `problems` are those of files that the graph does not know (configuration, folders).

    `lasting`: it stays open; otherwise it is read for one question and dropped.
    """

    def __init__(self, root: Path, files: Files, cache: Cache | None = None, *, lasting: bool = True) -> None:
        self.root = root
        self.files = files
        self.graph = Graph()
        self.config = Config()
        self.problems: dict[str, tuple[Problem, ...]] = {}
        self._buffers: dict[str, str] = {}
        self._known: set[str] = set()
        self._macros: dict[str, str] = {}
        self._seeds: set[str] = set()
        self._moved: list[str] = []
        self._loading = Loading(self.graph, cache or Cache(None), lasting)
        ahead = files if isinstance(files, ReadAhead) else None
        self._ready: dict[str, Ready] = ahead.ready if ahead is not None else {}
        """Texts that were read ahead: each is taken once."""
        self._unsure: Iterator[str | None] = ahead.moved() if ahead is not None else iter(())
        """Files that may have changed between their reading and the moment from which on their changes are told (`ReadAhead.moved`)."""

    # Paths

    def relative(self, path: Path) -> str | None:
        """A path as the graph knows it; None when it lies outside the workspace."""
        for base in (self.root, self.root.resolve()):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return None

    def absolute(self, path: str) -> Path:
        """Where a file of the graph is on disk."""
        return self.root / path

    def text(self, path: str) -> str | None:
        """The present text of any file of the workspace, configuration included."""
        known = self._buffers.get(path, self.graph.text(path) or self._loading.text(path))
        if known is not None:
            return known
        try:
            data = self.files.read(path)
        except UnreadableError:
            return None
        return decode(data)[0] if data is not None else None

    def test_texts(self) -> dict[str, str]:
        """The YAML files of unit tests, which are no part of the graph, and their present texts."""
        on_disk = [path for folder in self.config.folders(TEST) for path in self.files.paths(folder)]
        found = {path for path in (*on_disk, *self._buffers) if path.endswith((".yaml", ".yml"))}
        tests = {path for path in found if self.config.role(path) == TEST}
        return {path: text for path in sorted(tests) if (text := self.text(path)) is not None}

    # Reading

    def load(self) -> None:
        """Read the configuration and all files."""
        self.read()
        self.begin()

    def read(self, known: Callable[[str], bool] = lambda _: False) -> set[str]:
        """Read the configuration and the files that are not `known`; all files that there are.  `begin` goes on from here."""
        self._read_config()
        self._loading.begin()
        found = {path for path in self.files.paths() if self._takes(path)}
        for path in sorted(found | set(self._buffers) | self._known):
            if not known(path):
                self._read(path)
        unreadable = self.files.unreadable()
        for folder, why in unreadable.items():
            message = f"This folder cannot be read: {why}."
            self.problems[folder] = (Problem("unreadable-folder", message, Span(0, 0), "warning"),)
        self._give_macros()
        return found

    def begin(self) -> None:
        """What was read goes to the graph, or to worker processes."""
        self._loading.decide()

    @property
    def collected(self) -> dict[str, str]:
        """The models' texts that were read and wait for `begin`."""
        return self._loading.collected

    @property
    def edited(self) -> frozenset[str]:
        """The files that an editor holds."""
        return frozenset(self._buffers)

    def add(self, path: str, text: str) -> None:
        """A model's text from elsewhere than this project's files."""
        self._take(path, text, ())

    def give(self, known: Mapping[str, Known]) -> None:
        """What another graph knows of models that are not read here."""
        self._loading.give(known)

    def refresh(self, paths: Iterable[str]) -> None:
        """Files that may have changed, come or gone on disk (relative paths; a folder stands for all in it)."""
        paths = set(paths)
        if any(configuration.is_config(path) for path in paths):
            self._read_config()
            paths |= self._known | {path for path in self.files.paths() if self._takes(path)}
        changed = {path for path in paths if self._takes(path)}
        folders = tuple(path.rstrip("/") + "/" for path in paths - changed)
        if folders:
            changed |= {path for path in self._known if path.startswith(folders)}
            changed |= {path for path in self.files.paths() if path.startswith(folders) and self._takes(path)}
        if len(changed) > MANY:
            self._loading.begin()
        for path in sorted(changed):
            self._read(path)
        for path in sorted(paths & self._seeds):
            self._read_seed(path)
        self._give_macros()
        self._loading.decide()

    def set_buffer(self, path: str, text: str | None) -> None:
        """What an editor holds counts instead of the disk; None: the editor let go of the file."""
        if text is None:
            self._buffers.pop(path, None)
            self.graph.set_edited(path, False)
            self.refresh([path])
            return
        if self.graph.text(path) != text:
            self.graph.set_edited(path, True)
        self._buffers[path] = text
        if configuration.is_config(path):
            self.refresh([path])
        elif self._takes(path):
            self._take(path, text, ())
            self._give_macros()

    def saved(self, path: str) -> None:
        """The disk has now what the editor holds."""
        self.graph.set_edited(path, False)
        self.refresh([path])
        self._loading.saved(path)

    def stabilise(
        self, first: Iterable[str] = (), cancelled: Callable[[], bool] = lambda: False, *, rest: bool = True
    ) -> bool:
        """`Graph.stabilise`, with the seeds' files read that models name."""
        with self._loading.quiet():
            return self._stabilise(first, self._loading.swept(cancelled) if rest else cancelled, rest)

    def _stabilise(self, first: Iterable[str], cancelled: Callable[[], bool], rest: bool) -> bool:
        self._loading.bring(first)
        if not self._settle(first, cancelled, rest and not self._loading.active):
            return False
        if not rest:
            return True
        while self._loading.active:
            # What has come back is settled at once: its rows need not be held, and its problems show.
            if not (self._loading.run(cancelled) and self._settle((), cancelled, True)):
                return False
            self._loading.settled()
        self._loading.end()
        return True

    def _settle(self, first: Iterable[str], cancelled: Callable[[], bool], rest: bool) -> bool:
        if not self.graph.read_names(cancelled):
            return False
        self._read_new_seeds()
        done = self.graph.stabilise(first, cancelled, rest=rest)
        if not self._buffers:  # a text that an editor holds is kept when it is saved
            self._loading.note(self.graph.engine.executed)
        return done

    def is_stable(self) -> bool:
        """Whether everything is read and nothing waits to be recomputed."""
        return not self._loading.active and self.graph.is_stable()

    @property
    def recalled(self) -> bool:
        """Whether it went on from what an earlier session knew."""
        return self._loading.recalled

    def catch_up(self, stop: Callable[[], bool]) -> bool:
        """Read again what changed while nobody watched; whether more is to be looked at."""
        for number, path in enumerate(self._unsure, start=1):
            if path is not None:
                self._moved.append(path)
            if number % _LOOKS == 0:
                if stop():
                    return True
                time.sleep(0)  # lets the thread go on that reads what the client sends
        moved, self._moved = self._moved, []
        if moved:
            self.refresh(moved)
        return False

    def remember(self, stop: Callable[[], bool]) -> bool:
        """Keep what is known for the next session; whether more is to be done.  Everything is up to date."""
        return self._loading.remember(stop)

    def close(self) -> None:
        """End what runs for this workspace."""
        self._loading.close()

    def _takes(self, path: str) -> bool:
        """Whether a file is one of the workspace's."""
        is_sql = path.endswith(".sql")  # most are, and no configuration is
        name = path.rpartition("/")[2]
        if skipped(path) or not (is_sql or (wanted(name) and name not in configuration.NAMES)):
            return False
        config = self.config.for_path(path)
        if config.ignore:
            inside = path[len(config.prefix) :]
            if any(fnmatch.fnmatch(inside, pattern) for pattern in config.ignore):
                return False
        return is_sql or self._is_declaring(path, config)

    def _is_declaring(self, path: str, config: Config) -> bool:
        if path.endswith(".py"):
            return config.role(path) in (MODEL, MACRO)
        return is_external_models(path, config)

    def _read_config(self) -> None:
        texts = {path: text for path, text in self._buffers.items() if configuration.is_config(path)}
        self.config, found = configuration.read_config(self.files, texts)
        self.problems = {path: tuple(problems) for path, problems in found.items() if problems}
        self.graph.set_config(self.config)

    def _read(self, path: str) -> None:
        if path in self._buffers:
            self._take(path, self._buffers[path], ())
            return
        ready = self._ready.pop(path, None)
        if ready is not None:
            self._take(path, ready[0], ())
            self._loading.digests[path] = ready
            return
        try:
            data = self.files.read(path)
        except UnreadableError as error:
            problem = Problem("unreadable-file", f"This file cannot be read: {error}.", Span(0, 0))
            self._take(path, None, (problem,))
            return
        if data is None:
            self._forget(path)
            return
        text, wrong = decode(data)
        self._take(path, text, (wrong,) if wrong else ())

    def _take(self, path: str, text: str | None, problems: tuple[Problem, ...]) -> None:
        """A file's text, or why there is none."""
        self._known.add(path)
        config = self.config.for_path(path)
        role = config.role(path)
        declared = Declared(problems=problems) if problems and text is None else None
        if text is not None and role == MACRO:
            self._macros[path] = text
        elif text is not None and path.endswith(".py"):
            declared = read_python_models(path, text, config)
        elif text is not None and path.endswith((".yaml", ".yml")):
            declared = read_external_models(path, text, config)
        self.graph.set_declared(path, declared)
        if text is not None and path.endswith(".sql") and role == MODEL and path not in self._buffers:
            self._loading.take(path, text)
        else:
            self._loading.drop(path)
            self.graph.set_file(path, text)
        if text is not None and problems:
            self.problems[path] = problems
        else:
            self.problems.pop(path, None)

    def _forget(self, path: str) -> None:
        self._known.discard(path)
        self._macros.pop(path, None)
        self.problems.pop(path, None)
        self._loading.drop(path)
        self.graph.set_declared(path, None)
        self.graph.set_file(path, None)

    def _give_macros(self) -> None:
        names = [python_macro_names(text) for path, text in self._macros.items() if path.endswith(".py")]
        texts = tuple(text for path, text in sorted(self._macros.items()) if path.endswith(".sql"))
        code = repr([(path, text) for path, text in sorted(self._macros.items()) if path.endswith(".py")])
        digest = hashlib.blake2b(code.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        self.graph.set_macros(queries.Macros(texts, frozenset().union(*names), digest))

    # Seeds

    def _read_new_seeds(self) -> None:
        for model in self.graph.seed_models():
            if model.seed and model.seed not in self._seeds:
                self._seeds.add(model.seed)
                self._read_seed(model.seed, model)

    def _read_seed(self, path: str, model: Model | None = None) -> None:
        model = model or next((found for found in self.graph.seed_models() if found.seed == path), None)
        settings = seeds.settings_of(model) if model is not None else None
        try:
            data = self.files.read(path)
        except UnreadableError as error:
            self.graph.set_seed(path, SeedFile(None, problem=f"It cannot be read: {error}."))
            return
        known = seeds.look(data, settings) if data is not None else None
        self.graph.set_seed(path, known)
