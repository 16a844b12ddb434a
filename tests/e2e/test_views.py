"""The requests that an extension's views make, on the demo."""

from lsprotocol import types

from tests.e2e.conftest import Editor
from tests.e2e.test_environments import PATH, agree, run


def test_environments_plan_preview_compare_tests(demo: Editor) -> None:
    demo.raw.replies["window/showMessageRequest"] = agree
    demo.open(PATH)
    demo.ready()
    ask = demo.raw.request
    assert ask("headwater/environments", {})["environments"] == []
    planned = ask("headwater/plan", {"name": "prod", "command": "apply"})
    assert {step["action"] for step in planned["steps"]} >= {"build", "view"}

    rows = ask("headwater/preview", {"model": "staging.rides", "limit": 5})
    assert [column["name"] for column in rows["columns"]][:2] == ["ride_id", "bike_id"]
    assert len(rows["rows"]) == 5
    assert rows["truncated"]
    assert not (demo.root / "bikeshare.duckdb").exists()

    run(demo, "Build prod")
    run(demo, "Create dev as a mirror of prod")
    prod, dev = ask("headwater/environments", {})["environments"]
    assert (prod["name"], prod["state"], dev["name"], dev["differs"]) == ("prod", "current", "dev", [])

    demo.edit(PATH, "INTERVAL 60 SECONDS", "INTERVAL 900 SECONDS")
    assert ask("headwater/environments", {})["environments"][0]["state"] == "behind"
    fewer = ask("headwater/preview", {"model": "marts.rides", "limit": 10000})
    more = demo.raw.request("headwater/preview", {"model": "raw.rides", "limit": 10000})
    assert 0 < len(fewer["rows"]) < len(more["rows"])
    cte = ask("headwater/preview", {"textDocument": {"uri": demo.uri(PATH)}, "cte": "deduplicated", "limit": 3})
    assert cte["columns"][-1]["name"] == "delivery"
    selected = {"line": 15, "character": 0}, {"line": 99, "character": 0}
    refused = demo.raw.error(
        "headwater/preview", {"textDocument": {"uri": demo.uri(PATH)}, "start": selected[0], "end": selected[0]}
    )
    assert "selection" in refused["message"]
    assert "no model" in demo.raw.error("headwater/preview", {"model": "no.model"})["message"]

    (demo.root / PATH).write_text(demo.texts[PATH])
    run(demo, "Build dev from the files")
    promote = ask("headwater/plan", {"name": "dev", "command": "promote", "to": "prod"})
    assert PATH.removeprefix("models/").replace("/", ".").removesuffix(".sql") in {s["model"] for s in promote["steps"]}
    compared = ask("headwater/compare", {"model": "staging.rides", "from": "prod", "to": "dev"})
    assert compared["rowsTo"] < compared["rowsFrom"]
    assert compared["onlyFrom"] == compared["rowsFrom"] - compared["rowsTo"]
    ripple = ask("headwater/lineage", {"model": "staging.rides", "depthUp": 1, "depthDown": 9})
    categories = {model["name"]: model["category"] for model in ripple["models"]}
    assert categories["staging.rides"] == "breaking"
    assert categories["raw.rides"] == ""

    listed = ask("headwater/tests", {})["tests"]
    assert {test["outcome"] for test in listed} == {""}
    ran = ask("headwater/tests", {"run": [listed[0]["name"]]})["tests"]
    assert [test["outcome"] for test in ran if test["outcome"]] in (["passed"], ["failed"])


def test_the_ripple_is_told_while_typing(demo: Editor) -> None:
    demo.open(PATH)
    demo.ready()
    demo.edit(PATH, "  ended_at\nFROM deduplicated", "  ended_at,\n  1 AS one\nFROM deduplicated")
    touched = demo.raw.wait(lambda: _touched(demo), what="a ripple that names staging.rides")
    assert touched["staging.rides"]["category"] == "non_breaking"
    assert touched["staging.rides"]["added"] == ["one"]
    assert [name for name, model in touched.items() if model["build"] == "rebuild"] == ["staging.rides"]


def _touched(demo: Editor) -> dict[str, dict]:
    """The models of the newest ripple, once it has come to the edited one."""
    seen = demo.raw.seen("headwater/impactChanged")
    models = {model["name"]: model for model in seen[-1]["params"]["models"]} if seen else {}
    return models if "staging.rides" in models else {}


def test_nothing_runs_in_a_workspace_that_is_not_trusted(demo: Editor) -> None:
    demo.ready()
    demo.raw.notify("workspace/didChangeConfiguration", {"settings": {"headwater": {"trusted": False}}})
    for method, params in (("headwater/preview", {"model": "staging.rides"}), ("headwater/tests", {"run": ["*"]})):
        assert "not trusted" in demo.raw.error(method, params)["message"]
    command = {"command": "headwater.env.apply", "arguments": [{"name": "prod", "yes": True}]}
    assert "not trusted" in demo.raw.error("workspace/executeCommand", command)["message"]


def test_a_unit_test_that_fails_is_a_warning(demo: Editor) -> None:
    """Editors show news in passing, and warnings until they are read."""
    charges = "models/intermediate/ride_charges.sql"
    demo.open(charges)
    demo.ready()
    command = {"command": "headwater.test.run", "arguments": [{"model": "intermediate.ride_charges"}]}
    demo.raw.request("workspace/executeCommand", command)
    assert demo.raw.seen("window/showMessage")[-1]["params"]["type"] == types.MessageType.Info
    demo.edit(charges, "THEN 10 * minutes ELSE", "THEN 99 * minutes ELSE")
    demo.raw.request("workspace/executeCommand", command)
    assert demo.raw.seen("window/showMessage")[-1]["params"]["type"] == types.MessageType.Warning
