"""URIs and paths, both platforms' rules on any platform."""

import pytest

from lsp_server.server.uris import same_document, scheme, to_path, to_uri

POSIX = [
    ("file:///home/me/models/a.sql", "/home/me/models/a.sql"),
    ("file:///home/me/my%20models/%C3%A9t%C3%A9%20%E8%A1%A8.sql", "/home/me/my models/été 表.sql"),
    ("file:///a/%23hash%3Fquestion%25percent.sql", "/a/#hash?question%percent.sql"),
    ("file:///a/b%2Bc@d,e.sql", "/a/b+c@d,e.sql"),
]
WINDOWS = [
    ("file:///c%3A/Users/me/a.sql", "C:\\Users\\me\\a.sql"),
    ("file:///C:/Users/me/a.sql", "C:\\Users\\me\\a.sql"),
    ("file:///c:/Users/me/a%20b.sql", "C:\\Users\\me\\a b.sql"),
    ("file://server/share/models/a.sql", "\\\\server\\share\\models\\a.sql"),
    ("FILE:///d%3a/x.sql", "D:\\x.sql"),
]


@pytest.mark.parametrize(("uri", "path"), POSIX)
def test_posix(uri: str, path: str) -> None:
    assert to_path(uri, windows=False) == path
    assert to_path(to_uri(path, windows=False), windows=False) == path


@pytest.mark.parametrize(("uri", "path"), WINDOWS)
def test_windows(uri: str, path: str) -> None:
    assert to_path(uri, windows=True) == path
    assert to_path(to_uri(path, windows=True), windows=True) == path


def test_windows_uris_are_spelt_as_vs_code_spells_them() -> None:
    assert to_uri("C:\\Users\\me\\a b.sql", windows=True) == "file:///c%3A/Users/me/a%20b.sql"
    assert to_uri("\\\\server\\share\\a.sql", windows=True) == "file://server/share/a.sql"


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "git:/home/me/a.sql?%7B%22ref%22%3A%22HEAD%22%7D", "vscode-vfs://github/x/y.sql"]
)
def test_other_schemes_have_no_path(uri: str) -> None:
    assert to_path(uri) is None
    assert scheme(uri) == uri.partition(":")[0]


def test_undecodable_file_names_survive() -> None:
    assert to_uri("/a/\udcff.sql", windows=False) == "file:///a/%FF.sql"


def test_one_document_spelt_in_two_ways() -> None:
    assert same_document("file:///c%3A/a.sql", "file:///C:/a.sql", windows=True)
    assert same_document("file:///a%20b.sql", "file:///a b.sql", windows=False)
    assert not same_document("untitled:A", "untitled:B")
