"""Sessions of the real server on copies of real workspaces."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lsp_server.server.uris import to_uri
from tests.e2e.raw import ROOT, Raw


class Editor:
    """An editor with one workspace: the raw client and what every test does with it."""

    def __init__(self, root: Path, raw: Raw) -> None:
        self.root = root
        self.raw = raw
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}

    def uri(self, path: str) -> str:
        return to_uri(str(self.root / path))

    def open(self, path: str, text: str | None = None) -> list[dict]:
        """Open a file (with another text than the disk's, if given); its diagnostics."""
        self.texts[path] = (self.root / path).read_text("utf-8") if text is None else text
        self.versions[path] = 1
        self.raw.open(self.uri(path), self.texts[path])
        return self.raw.diagnostics(self.uri(path), 1)

    def edit(self, path: str, old: str, new: str) -> list[dict]:
        """Replace a text that stands there once; the file's diagnostics."""
        assert self.texts[path].count(old) == 1, (old, self.texts[path].count(old))
        return self.type(path, self.texts[path].replace(old, new))

    def type(self, path: str, text: str) -> list[dict]:
        self.texts[path] = text
        self.versions[path] += 1
        self.raw.change(self.uri(path), self.versions[path], {"text": text})
        return self.raw.diagnostics(self.uri(path), self.versions[path])

    def at(self, path: str, text: str, inside: int = 0) -> dict:
        """`textDocument` and `position` of the first `text` in a file (UTF-16)."""
        offset = self.texts[path].index(text) + inside
        before = self.texts[path][:offset]
        character = len(before[before.rfind("\n") + 1 :].encode("utf-16-le")) // 2
        place = {"line": before.count("\n"), "character": character}
        return {"textDocument": {"uri": self.uri(path)}, "position": place}

    def ask(self, method: str, path: str, text: str, inside: int = 0, **more: object) -> object:
        return self.raw.request(f"textDocument/{method}", {**self.at(path, text, inside), **more})

    def close_all(self) -> None:
        """Let go of every document: the files count again."""
        for path in self.texts:
            self.raw.notify("textDocument/didClose", {"textDocument": {"uri": self.uri(path)}})
        self.texts.clear()
        self.ready()
        self.raw.notifications.clear()

    def ready(self) -> dict:
        """Wait until everything is analysed and published."""
        for _ in range(1000):
            status = self.raw.request("headwater/status")
            if status["ready"] and status["projects"]:
                return status
            time.sleep(0.03)
        raise AssertionError(f"never ready: {status}")


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """The demo workspace in a server that the tests of a module share."""
    with _demo(tmp_path_factory.mktemp("demo") / "demo") as editor:
        yield editor


@pytest.fixture
def shared(lasting: Editor) -> Iterator[Editor]:
    """The same for one test, which may edit what it opens, and may not write."""
    lasting.raw.notifications.clear()
    yield lasting
    lasting.close_all()


@pytest.fixture
def demo(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Editor]:
    """The demo workspace, copied, open in a server of this test's own; a parameter says what more its client can do."""
    with _demo(tmp_path / "demo", **getattr(request, "param", {})) as editor:
        yield editor


@contextmanager
def _demo(root: Path, **capabilities: object) -> Iterator[Editor]:
    shutil.copytree(Path(ROOT) / "demo_workspace", root, ignore=shutil.ignore_patterns("*.duckdb", "__pycache__"))
    with Raw() as raw:
        raw.initialize(str(root), **capabilities)
        yield Editor(root, raw)
        assert raw.stop() == 0
        assert raw.stray == []
