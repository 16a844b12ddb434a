"""From a URI to a project, however it is spelt; folders that come and go."""

from pathlib import Path
from typing import Any

import pytest

from lsp_server.project.cache import FOLDER_VARIABLE
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


def test_a_start_from_a_kept_graph_tells_the_problems_that_there_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "w/models").mkdir(parents=True)
    (tmp_path / "w/headwater.toml").write_text("")
    (tmp_path / "w/models/sound.sql").write_text("MODEL (name s.sound); SELECT 1 AS id")
    (tmp_path / "w/models/wrong.sql").write_text("MODEL (name s.wrong); SELECT nothing FROM s.sound")
    said = []
    for recalled in (False, True):
        found = projects(tmp_path / "w")
        (project,) = found.every()
        assert project.workspace.recalled == recalled
        project.settle(lambda: False)
        paths = project.take_changed()
        assert paths == ["models/wrong.sql"] or not recalled, "a sound file needs no word"
        said.append([problem.code for path in paths for problem in project.problems(path)])
        assert project.paths_with_problems() == ["models/wrong.sql"] or not recalled
        project.impacts.problems["models/sound.sql"] = project.problems("models/wrong.sql")
        assert "models/sound.sql" in project.paths_with_problems()
        project.compare()
        while project.workspace.remember(lambda: False):
            pass
        found.close()
    assert said == [["unknown-column"], ["unknown-column"]]
