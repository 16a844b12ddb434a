"""`make fuzz`: N bursts (10,000), SEED to repeat a run, WARM=1 to start from a facts cache."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from pathlib import Path

from tests.fuzz.run import fuzz


def main() -> None:
    """Run and tell."""
    bursts, seed = int(os.environ.get("N", "10000")), int(os.environ.get("SEED", secrets.randbelow(10**6)))
    warm = os.environ.get("WARM", "0") not in ("", "0")
    print(f"{bursts} bursts, seed {seed}, {'with' if warm else 'without'} facts cache", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="headwater-fuzz-") as folder:
        fuzz(seed, bursts, Path(folder), told=20, warm=warm)
    print(f"{bursts} bursts without a difference, a crash or an unanswered request in {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
