"""From a URI to a project, however it is spelt; folders that come and go."""

from pathlib import Path
from typing import Any

import pytest

from lsp_server.server.impacts import read
from lsp_server.server.projects import Projects
from lsp_server.server.uris import to_uri


class Silent:
    """A client that shows nothing."""

    def show(self, *_: Any) -> None: ...


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "été und 表"
    (root / "models").mkdir(parents=True)
    (root / "headwater.toml").write_text("")
    (root / "models" / "a b%.sql").write_text("SELECT 1 AS id")
    return root


def projects(*folders: Path) -> Projects:
    found = Projects(Silent())  # type: ignore[arg-type]
    found.set_folders([to_uri(str(folder)) for folder in folders])
    return found


def test_percent_encoding_spaces_and_other_scripts(root: Path) -> None:
    found = projects(root)
    quoted = to_uri(str(root / "models" / "a b%.sql"))
    bare = "file://" + str(root / "models" / "a b%25.sql")
    assert quoted != bare
    for uri in (quoted, bare):
        located = found.locate(uri)
        assert located is not None
        assert located[1] == "models/a b%.sql"


def test_a_symbolic_link_to_the_workspace_and_to_a_file_in_it(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    (tmp_path / "file.sql").symlink_to(root / "models" / "a b%.sql")
    found = projects(tmp_path / "link")
    for path in (tmp_path / "link/models/a b%.sql", root / "models/a b%.sql", tmp_path / "file.sql"):
        uri = to_uri(str(path))
        located = found.locate(uri)
        assert located is not None
        assert located[1] == "models/a b%.sql"
        assert found.spelling[(located[0].root, located[1])] == uri, "answers spell it as the client does"


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "git:/x/models/a.sql?HEAD", "vscode-vfs://github/x/y.sql"])
def test_what_is_no_file_is_in_no_project(root: Path, uri: str) -> None:
    assert projects(root).locate(uri) is None


def test_a_folder_that_goes_ends_what_runs_for_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = projects(root)
    (project,) = found.open.values()
    ended: list[bool] = []
    monkeypatch.setattr(project.workspace, "close", lambda: ended.append(True))
    assert found.set_folders([]) == [project]
    assert ended == [True]
    assert found.open == {}


def test_a_baseline_that_was_just_read_is_compared_with_before_all_is_settled(root: Path) -> None:
    (project,) = projects(root).every()
    project.settle(lambda: False)
    project.compare()
    project.take_changed()
    assert project.is_settled()
    project.take_reading(read(project.wish("")))
    assert not project.is_settled(), "a request would be answered with the verdict against the last baseline"
    project.compare()
    project.take_changed()
    assert project.is_settled()
