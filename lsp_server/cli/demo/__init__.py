"""`headwater demo`: the four steps on a copy of the demo workspace, with the real server, as an editor would."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from lsp_server.project.demo import write


def add(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    svg: Annotated[Path | None, typer.Option(help="Also save what is printed as an SVG picture.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Work in this new folder and keep it, instead of a temporary one.")
    ] = None,
) -> None:
    """Show the four steps: build prod, mirror it, edit and see the impact, promote.  Exits 1 if one does not hold."""
    from lsp_server.cli.demo.screen import Screen

    screen = Screen(record=svg is not None)
    with tempfile.TemporaryDirectory(prefix="headwater-demo-") as folder:
        holds = _run(screen, keep or Path(folder) / "bikeshare", Path(folder) / "server.log")
    if svg:
        svg.write_text(screen.picture(), encoding="utf-8")
    raise typer.Exit(0 if holds else 1)


def _run(screen: object, root: Path, log: Path) -> bool:
    from lsp_server.cli.demo.client import ServerEndedError
    from lsp_server.cli.demo.editor import Editor
    from lsp_server.cli.demo.screen import Screen
    from lsp_server.cli.demo.walk import Walk

    assert isinstance(screen, Screen)
    write(root)
    screen.title(
        [
            "A city's bike-share: seeds, staging, intermediate and marts, on DuckDB.",
            "What you see is the real server, asked over its protocol as an editor asks,",
            "and the database file, looked at without it.",
        ]
    )
    try:
        with Editor(root, log, screen) as editor:
            seconds = editor.start()
            screen.say(f"The server has read the workspace after {seconds:.1f} s.")
            walk = Walk(editor, screen)
            walk.run()
    except (LookupError, TimeoutError, RuntimeError, ServerEndedError, OSError, ValueError) as error:
        screen.check(False, f"the demo cannot go on: {error}")
        return False
    screen.console.print()
    screen.check(walk.holds, "every step holds" if walk.holds else "a step does not hold, see above")
    return walk.holds
