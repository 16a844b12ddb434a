"""One run: a small workspace, one server, many bursts; after each one the server's texts are compared with the client's,
then every open text is made whole, and the answers are compared with those of a fresh server, which knows the final state only.

A failure is told with the seed and the number of the burst, so that the same run can be made again.

With a `warm` facts cache each side keeps one of its own: the server that lives has met the workspace in an earlier start, and the
fresh ones find what all before them learnt, so that a row of the cache that is wrong shows as a difference.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

from lsp_server.project.cache import FOLDER_VARIABLE
from tests.e2e.raw import Raw
from tests.fuzz.bursts import Bursts
from tests.fuzz.fresh import compare, settle

WORKSPACE = Path(__file__).parent / "workspace"
RESTART = 20
"""With a warm cache, every so many bursts the client starts another server, which goes on from what the one before has kept."""
PROCESS = 500
"""Every so many bursts, and after the last, the fresh server is a process of its own."""


def fuzz(seed: int, bursts: int, folder: Path, told: float = float("inf"), *, warm: bool = False) -> None:
    """`bursts` bursts with that seed; every `told` seconds a line about where it is."""
    root = folder / "bikes"
    shutil.copytree(WORKSPACE, root)
    # Facts that one server kept are never the other's.
    os.environ[FOLDER_VARIABLE] = str(folder / "facts of the fresh") if warm else "off"
    cache = {FOLDER_VARIABLE: str(folder / "facts of the lived") if warm else "off"}
    if warm:
        with _start(root, cache) as before:
            _wait_until_kept(folder / "facts of the lived")
            assert before.stop() == 0, "the server did not end properly"
    last = time.monotonic()
    with ExitStack() as sessions:
        server = sessions.enter_context(_start(root, cache))
        client = Bursts(server, root, Random(seed))
        for number in range(1, bursts + 1):
            if warm and number % RESTART == 0:
                assert server.stop() == 0, "the server did not end properly"
                server = sessions.enter_context(_start(root, cache))
                client.move_to(server)
            try:
                client.burst()
                damaged = client.heal()
                compare(server, client.open, root, number, process=number % PROCESS == 0 or number == bursts)
                client.damage(damaged)
            except AssertionError as error:
                log = "\n".join(server.log[-30:])
                raise AssertionError(f"seed {seed}, burst {number}: {error}\nserver's log:\n{log}") from error
            if time.monotonic() - last > told:
                last = time.monotonic()
                print(f"  {number} of {bursts} bursts", flush=True)
        assert server.stop() == 0, "the server did not end properly"


def _wait_until_kept(folder: Path, seconds: float = 30) -> None:
    """A session that lasts some seconds keeps its graph for the next."""
    deadline = time.monotonic() + seconds
    while not list(folder.glob("*.graph")):
        assert time.monotonic() < deadline, f"no graph was kept within {seconds} s"
        time.sleep(0.02)


def _start(root: Path, cache: dict[str, str]) -> Raw:
    """A server that has analysed everything: what is edited before has no columns that its readers could miss."""
    server = Raw(env=cache)
    server.initialize(str(root))
    settle(server)
    return server
