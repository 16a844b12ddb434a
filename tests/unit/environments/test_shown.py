"""What a terminal shows of environments: names are shown as they are, whatever they hold."""

from __future__ import annotations

import pytest
import typer

from lsp_server.cli import environments
from lsp_server.environments.commands import Outcome
from lsp_server.plan.steps import BUILD, Plan, Step


def test_names_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    step = Step("shop.[red]a[/]", BUILD, "its type is now STRUCT(a INTEGER)[/x]")
    environments.show_outcome(Outcome(Plan("apply", "prod", "", (step,))), "text")
    shown = capsys.readouterr().out
    assert "shop.[red]a[/]" in shown and "STRUCT(a INTEGER)[/x]" in shown


def test_a_question_that_is_interrupted_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> bool:
        raise typer.Abort

    monkeypatch.setattr(typer, "confirm", interrupted)
    for stream in ("stdin", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.isatty", lambda: True)
    with pytest.raises(typer.Exit) as ended:
        environments.confirm("Drop dev?", yes=False)
    assert ended.value.exit_code == 3 and "nothing was changed" in capsys.readouterr().err
