"""The talk's four steps in an editor: code actions, progress, questions, cancellation; DuckDB itself as the witness."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.e2e.conftest import Editor
from tests.e2e.raw import NO_REPLY

PATH = "models/staging/rides.sql"
READER = "models/marts/rides.sql"


def offered(demo: Editor, path: str = PATH) -> dict[str, dict]:
    place = {"line": 0, "character": 0}
    params = {
        "textDocument": {"uri": demo.uri(path)},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    return {action["title"]: action["command"] for action in demo.raw.request("textDocument/codeAction", params)}


def run(demo: Editor, title: str) -> dict:
    demo.raw.wait(lambda: title in offered(demo), what=title)
    command = offered(demo)[title]
    params = {"command": command["command"], "arguments": command["arguments"]}
    return demo.raw.request("workspace/executeCommand", params, timeout=120)


def tables(demo: Editor) -> set[tuple[str, str]]:
    with duckdb.connect(str(demo.root / "bikeshare.duckdb"), read_only=True) as connection:
        return set(
            connection.execute(
                "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema LIKE 'headwater__%'"
            ).fetchall()
        )


def rows(demo: Editor, view: str) -> int:
    with duckdb.connect(str(demo.root / "bikeshare.duckdb"), read_only=True) as connection:
        return connection.execute(f"SELECT count(*) FROM {view}").fetchone()[0]


def lenses(demo: Editor, path: str = PATH) -> list[str]:
    found = demo.raw.request("textDocument/codeLens", {"textDocument": {"uri": demo.uri(path)}})
    return [each["command"]["title"] for each in found]


def lens(demo: Editor, path: str = PATH) -> str:
    return lenses(demo, path)[0]


def refreshes(demo: Editor) -> list[dict]:
    return [asked for asked in demo.raw.requests if asked["method"] == "workspace/codeLens/refresh"]


def agree(params: dict) -> dict:
    return params["actions"][0]


def test_the_four_steps(demo: Editor) -> None:
    demo.raw.replies["window/showMessageRequest"] = agree
    demo.open(PATH)
    demo.ready()
    outcome = run(demo, "Build prod")
    assert outcome["environment"] == "prod"
    built = tables(demo)
    assert len(built) > 15
    progress = [m["params"]["value"] for m in demo.raw.seen("$/progress")]
    assert progress[0]["kind"] == "begin"
    assert progress[-1]["kind"] == "end"
    assert any("/" in value.get("message", "") for value in progress)

    demo.raw.wait(lambda: "Create dev as a mirror of prod" in offered(demo))
    run(demo, "Create dev as a mirror of prod")
    assert tables(demo) == built
    assert rows(demo, "marts__dev.rides") == rows(demo, "marts.rides")

    demo.raw.wait(lambda: lens(demo) == "unchanged vs prod")
    found = demo.edit(PATH, "INTERVAL 60 SECONDS", "INTERVAL 900 SECONDS")
    assert any(d["code"].startswith("rows-") and d["severity"] == 2 for d in found), found
    assert "rows change" in lens(demo)
    (demo.root / PATH).write_text(demo.texts[PATH])
    demo.raw.notify("textDocument/didSave", {"textDocument": {"uri": demo.uri(PATH)}})
    demo.raw.wait(lambda: "Build dev from the files" in offered(demo))
    run(demo, "Build dev from the files")
    rebuilt = tables(demo) - built
    assert 0 < len(rebuilt) < len(built)
    assert rows(demo, "marts__dev.rides") < rows(demo, "marts.rides")

    demo.raw.wait(lambda: "Promote dev to prod" in offered(demo))
    before = tables(demo)
    run(demo, "Promote dev to prod")
    assert tables(demo) == before
    assert rows(demo, "marts__dev.rides") == rows(demo, "marts.rides")
    demo.raw.wait(lambda: lens(demo) == "unchanged vs prod")

    run(demo, "Roll prod back")
    assert tables(demo) == before
    assert rows(demo, "marts__dev.rides") < rows(demo, "marts.rides")
    demo.raw.wait(lambda: "Roll prod back" not in offered(demo))
    questions = [m["params"]["message"] for m in demo.raw.requests if m["method"] == "window/showMessageRequest"]
    assert questions[0] == "Build prod? 22 models to build; 7 models defined as views."
    assert questions[1].startswith("Promote dev to prod? 11 models moved; 2 models defined as views (")
    assert " and 5 more); 16 models unchanged. Readers of prod will notice: " in questions[1]


@pytest.mark.parametrize("demo", [{"workspace": {"codeLens": {"refreshSupport": True}}}], indirect=True)
def test_lenses_are_asked_for_again_when_an_environment_comes_although_the_impact_is_as_before(demo: Editor) -> None:
    demo.raw.replies["window/showMessageRequest"] = agree
    demo.open(PATH)
    demo.ready()
    run(demo, "Build prod")
    demo.raw.wait(lambda: lens(demo) == "unchanged vs prod")
    before = len(refreshes(demo))
    run(demo, "Create dev as a mirror of prod")
    demo.raw.wait(lambda: len(refreshes(demo)) > before, what="a refresh")
    (told,) = [title for title in lenses(demo) if "prod: current" in title]
    assert "dev: current" in told


def test_a_question_that_is_declined_changes_nothing(demo: Editor) -> None:
    demo.raw.replies["window/showMessageRequest"] = lambda params: {"title": "Cancel"}
    demo.open(PATH)
    demo.ready()
    command = offered(demo)["Build prod"]
    error = demo.raw.error(
        "workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]}
    )
    assert error["code"] == -32800
    (question,) = [m for m in demo.raw.requests if m["method"] == "window/showMessageRequest"]
    assert "models to build" in question["params"]["message"]
    assert not (demo.root / "bikeshare.duckdb").exists()


def test_a_question_that_is_broken_off_or_not_waited_for_changes_nothing(demo: Editor) -> None:
    demo.raw.replies["window/showMessageRequest"] = NO_REPLY
    demo.open(PATH)
    demo.ready()
    command = offered(demo)["Build prod"]
    call = {"command": command["command"], "arguments": command["arguments"]}

    def asked(number: int) -> dict:
        return demo.raw.wait(
            lambda: [m for m in demo.raw.requests if m["method"] == "window/showMessageRequest"][number:]
        )[0]

    first = demo.raw.post("workspace/executeCommand", call)
    error = {"code": -32603, "message": "Quit"}  # Emacs, after C-g
    demo.raw.send({"jsonrpc": "2.0", "id": asked(0)["id"], "error": error})
    assert demo.raw.answer(first)["error"]["code"] == -32800
    second = demo.raw.post("workspace/executeCommand", call)
    question = asked(1)
    demo.raw.notify("$/cancelRequest", {"id": second})
    assert demo.raw.answer(second)["error"]["code"] == -32800
    demo.raw.send({"jsonrpc": "2.0", "id": question["id"], "result": question["params"]["actions"][0]})  # too late
    demo.ready()
    assert not (demo.root / "bikeshare.duckdb").exists()


def test_cancelling_the_progress_bar_stops_the_build(demo: Editor) -> None:
    demo.raw.replies["window/showMessageRequest"] = agree
    demo.open(PATH)
    demo.ready()
    command = offered(demo)["Build prod"]
    asked = demo.raw.post(
        "workspace/executeCommand", {"command": command["command"], "arguments": command["arguments"]}
    )
    token = demo.raw.wait(
        lambda: [m["params"]["token"] for m in demo.raw.seen("$/progress") if m["params"]["value"]["kind"] == "report"]
    )[0]
    demo.raw.notify("window/workDoneProgress/cancel", {"token": token})
    answer = demo.raw.answer(asked)
    assert answer["error"]["code"] == -32800, answer
    assert "Build prod" in offered(demo)


def test_a_wrong_environment_name_is_refused_with_words(demo: Editor) -> None:
    demo.ready()
    for name in ('a"b', "a.b", "x" * 200, "A", "", "a__b"):
        arguments = {"workspace": demo.uri("").rstrip("/"), "name": name, "yes": True}
        error = demo.raw.error("workspace/executeCommand", {"command": "headwater.env.apply", "arguments": [arguments]})
        assert error["code"] == -32803
        assert len(error["message"]) > 20


def test_a_corrupt_database_is_told_where_it_hurts_and_nothing_else_stops(demo: Editor) -> None:
    Path(demo.root / "bikeshare.duckdb").write_bytes(b"not a database" * 100)
    demo.open(PATH)
    error = demo.raw.error("workspace/executeCommand", {"command": "headwater.env.list", "arguments": [{}]})
    assert "bikeshare.duckdb" in error["message"]
    assert demo.ask("hover", PATH, "ended_at", 1)


def test_commands_that_are_none(demo: Editor) -> None:
    demo.ready()
    assert "no command" in demo.raw.error("workspace/executeCommand", {"command": "headwater.nothing"})["message"]
    assert (
        "one object"
        in demo.raw.error("workspace/executeCommand", {"command": "headwater.env.list", "arguments": [3]})["message"]
    )
    arguments = [{"name": 5}]
    assert (
        "name"
        in demo.raw.error("workspace/executeCommand", {"command": "headwater.env.apply", "arguments": arguments})[
            "message"
        ]
    )
