"""One run: a copy of the demo, one server, many bursts; now and then a comparison with a fresh server.

A failure is told with the seed and the number of the burst, so that the same run can be made again.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from random import Random

from tests.e2e.raw import Raw
from tests.fuzz.bursts import Bursts
from tests.fuzz.fresh import compare

ROOT = Path(__file__).parents[2]


def fuzz(seed: int, bursts: int, folder: Path, every: int = 50, told: float = float("inf")) -> None:
    """`bursts` bursts with that seed; every `every` a comparison, every `told` seconds a line about where it is."""
    root = folder / "bikes"
    shutil.copytree(
        ROOT / "demo_workspace", root, ignore=shutil.ignore_patterns("*.duckdb*", ".headwater", "__pycache__")
    )
    last = time.monotonic()
    with Raw() as server:
        server.initialize(str(root))
        client = Bursts(server, root, Random(seed))
        for number in range(1, bursts + 1):
            try:
                client.burst()
                if number % every == 0 or number == bursts:
                    client.heal()
                    compare(server, client.open, root)
            except AssertionError as error:
                log = "\n".join(server.log[-30:])
                raise AssertionError(f"seed {seed}, burst {number}: {error}\nserver's log:\n{log}") from error
            if time.monotonic() - last > told:
                last = time.monotonic()
                print(f"  {number} of {bursts} bursts", flush=True)
        assert server.stop() == 0, "the server did not end properly"
