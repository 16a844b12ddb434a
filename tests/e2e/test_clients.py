"""The main job through pytest-lsp's client, as the editors it has recorded introduce themselves.

It takes no message that is not of the specification's types, and warns of what the server sends without being able to
(what that editor never said it understands); a warning fails here.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import warnings
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import LanguageClient, LspSpecificationWarning, client_capabilities

from lsp_server.server.uris import to_uri
from tests import inputs
from tests.e2e.raw import ROOT

EDITORS = ["visual_studio_code", "neovim", "emacs"]
DEMO = "models/staging/rides.sql"
SUSHI = "models/customer_revenue_by_day.sql"


class Person:
    """Somebody with one file open."""

    def __init__(self, client: LanguageClient, root: Path, path: str) -> None:
        self.client = client
        self.uri = to_uri(str(root / path))
        self.text = (root / path).read_text("utf-8")
        self.version = 1
        item = types.TextDocumentItem(uri=self.uri, language_id="sql", version=1, text=self.text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=self.uri)

    def place(self, text: str) -> types.Position:
        before = self.text[: self.text.index(text)]
        return types.Position(line=before.count("\n"), character=len(before) - before.rfind("\n") - 1)

    def replace(self, old: str, new: str) -> None:
        start = self.place(old)
        end = types.Position(line=start.line, character=start.character + len(old))
        self.text = self.text.replace(old, new, 1)
        self.version += 1
        change = types.TextDocumentContentChangePartial(range=types.Range(start=start, end=end), text=new)
        document = types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def hover(self, text: str) -> str:
        found = await self.client.text_document_hover_async(types.HoverParams(self.document, self.place(text)))
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def lens(self) -> list[str]:
        lenses = await self.client.text_document_code_lens_async(types.CodeLensParams(self.document)) or []
        return [lens.command.title for lens in lenses if lens.command is not None]

    async def codes(self) -> list[str]:
        return [str(each.code) for each in self.client.diagnostics.get(self.uri, [])]

    async def run(self, command: str, **arguments: Any) -> Any:
        """A command as the code actions of test_environments.py name it (lsprotocol takes those for bare commands)."""
        params = types.ExecuteCommandParams(command, [arguments])
        return await self.client.workspace_execute_command_async(params)


async def until(ask: Callable[[], Any], holds: Callable[[Any], Any]) -> Any:
    """The first answer for which it holds."""
    for _ in range(600):
        if holds(answer := await ask()):
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"never held; the last answer: {answer}")


@pytest.fixture
async def client(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[LanguageClient, Path]]:
    editor, name = request.param
    source = Path(ROOT) / "demo_workspace" if name == "demo" else inputs.sqlmesh_examples() / name
    root = tmp_path / name
    shutil.copytree(source, root, ignore=shutil.ignore_patterns("*.duckdb", "__pycache__"))
    client = pytest_lsp.make_test_lsp_client()

    @client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)
    def agree(params: types.ShowMessageRequestParams) -> types.MessageActionItem:
        return (params.actions or [])[0]

    @client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    @client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)
    @client.feature(types.WORKSPACE_SEMANTIC_TOKENS_REFRESH)
    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def nothing_to_do(*_: Any) -> None:
        pass  # the tests ask anew by themselves, and change no file behind the server's back

    with warnings.catch_warnings():
        warnings.simplefilter("error", LspSpecificationWarning)
        await client.start_io(sys.executable, "-m", "lsp_server", "lsp", cwd=ROOT)
        folder = types.WorkspaceFolder(uri=to_uri(str(root)), name=name)
        params = types.InitializeParams(client_capabilities(editor), workspace_folders=[folder])
        await client.initialize_session(params)
        yield client, root
        await client.shutdown_session()
        await client.stop()


@pytest.mark.parametrize("client", [(name, "demo") for name in EDITORS], indirect=True)
async def test_lineage_impact_and_an_environment(client: tuple[LanguageClient, Path]) -> None:
    person = Person(*client, DEMO)
    assert "`raw.rides.ended_at` identity" in await person.hover("ended_at\nFROM")
    await person.run("headwater.env.apply", name="prod")
    await until(person.lens, lambda titles: "unchanged vs prod" in titles)
    person.replace("INTERVAL 60 SECONDS", "INTERVAL 90 SECONDS")
    (title,) = [t for t in await until(person.lens, lambda titles: any("breaking" in t for t in titles)) if "vs" in t]
    assert "rows change" in title
    await until(person.codes, lambda codes: any(code.startswith("rows-") for code in codes))
    await person.run("headwater.env.create", name="dev")
    assert {each["name"] for each in await person.run("headwater.env.list")} == {"prod", "dev"}


@pytest.mark.parametrize("client", [("neovim", "sushi")], indirect=True)
async def test_sushi_opens_without_sqlmesh(client: tuple[LanguageClient, Path]) -> None:
    person = Person(*client, SUSHI)
    assert "sushi.orders" in await person.hover("customer_id")
    person.replace("o.customer_id::INT", "o.customer_id::INT + 1")
    titles = await until(person.lens, lambda titles: any("breaking" in title for title in titles))
    assert titles
