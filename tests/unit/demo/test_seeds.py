"""The seeds of the demo workspace are what their generator writes: byte for byte, on every Python."""

import runpy
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "demo_workspace" / "seeds"


def test_the_generator_writes_the_committed_bytes(tmp_path: Path) -> None:
    runpy.run_path(str(SEEDS / "generate.py"))["write_seeds"](tmp_path)
    committed = {path.name: path.read_bytes() for path in SEEDS.glob("*.csv")}
    assert committed == {path.name: path.read_bytes() for path in tmp_path.glob("*.csv")}
    assert len(committed) == 9
