"""A short run of the fuzzer with a fixed seed, and one with a fresh seed over a facts cache; `make fuzz` is the long one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tests.fuzz.mirror import Mirror
from tests.fuzz.run import fuzz

BURSTS = int(os.environ.get("N", "30"))


def test_a_fixed_seed(tmp_path: Path) -> None:
    fuzz(20260301, BURSTS, tmp_path)


def test_a_fresh_seed(tmp_path: Path) -> None:
    fuzz(int(os.environ.get("SEED", secrets.randbelow(10**6))), BURSTS, tmp_path, warm=True)


def test_the_mirror_counts_in_code_units() -> None:
    mirror = Mirror("a🚲b\r\nc")
    mirror.replace((0, 2), (0, 3), "")  # the second half of the pair
    assert mirror.text == "a\ud83db\r\nc"
    mirror.replace((0, 2), (0, 2), "\udeb2")
    assert mirror.text == "a🚲b\r\nc"
    mirror.replace((0, 9), (1, 0), "")
    assert mirror.text == "a🚲bc"
