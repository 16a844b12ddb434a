"""Runs everything that must pass, a stage at a time, and ends with what was counted.    usage: suite.py [STAGE ...]

A stage is a static check, a folder of tests under `tests/`, or the extension's own tests.
It stops at the first stage that fails and says how to run that one alone.
A skipped test counts as failed: a test that cannot get its input must say so, not pass in silence.
Every folder of `tests/` that holds tests is a stage, so that none can be forgotten.
"""

from __future__ import annotations

import compileall
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
EXTENSION = ROOT / "vscode-extension"
VSCODE_TESTS = ROOT / "tests" / "editors" / "vscode"
FIRST = ["unit", "specs", "docs", "oracles", "e2e"]  # the others follow by name; cheap and telling ones come first
LAST = ["bench", "editors"]
PARALLEL = {"docs", "oracles", "e2e"}  # these mostly wait for processes of their own; two at a time use both cores


@dataclass(frozen=True)
class Stage:
    name: str
    commands: tuple[Sequence[str], ...]
    folder: Path = ROOT


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def stages() -> Iterator[Stage]:
    python = (sys.executable, "-m")
    lint_imports = str(Path(sys.executable).parent / "lint-imports")
    checks = ([*python, "ruff", "check"], [*python, "ruff", "format", "--check"], [lint_imports], [*python, "mypy"])
    yield Stage("lint", checks)
    for name in _in_order(path.name for path in (ROOT / "tests").iterdir() if any(path.rglob("test_*.py"))):
        report = f"--junitxml={REPORTS / name}.xml"
        options = ["-n", "2", "--dist", "worksteal"] if name in PARALLEL else []
        yield Stage(
            name, ([*python, "pytest", f"tests/{name}", *options, report, "--durations=5", "--durations-min=5"],)
        )
    yield _soundness(python)
    yield from _extension_stages()


def _soundness(python: tuple[str, str]) -> Stage:
    """Random edits judged on DuckDB: a fixed run and a fresh one.  They are counted by their own command, not as tests."""
    command = [*python, "tests.oracles.soundness", "--processes", "2", "--n"]
    return Stage("soundness", ([*command, "3000", "--seed", "1"], [*command, "1000", "--seed", os.environ["SEED"]]))


def _extension_stages() -> Iterator[Stage]:
    if EXTENSION.exists():
        vitest = [
            "npx",
            "vitest",
            "run",
            "--reporter=default",
            "--reporter=junit",
            f"--outputFile.junit={REPORTS}/extension.xml",
        ]
        yield Stage("extension", (["npm", "run", "--silent", "check"], vitest), EXTENSION)
    if any(path for path in VSCODE_TESTS.rglob("*.spec.*") if "node_modules" not in path.parts):
        yield Stage("vscode", (["npx", "playwright", "test", "--reporter=list,junit"],), VSCODE_TESTS)


def _in_order(names: Iterable[str]) -> list[str]:
    rank = {name: place for place, name in enumerate(FIRST)} | {name: 200 + place for place, name in enumerate(LAST)}
    return sorted(names, key=lambda name: (rank.get(name, 100), name))


def run(stage: Stage, environment: dict[str, str]) -> tuple[Count, bool]:
    report = REPORTS / f"{stage.name}.xml"
    report.unlink(missing_ok=True)
    for command in stage.commands:
        print(f"\n\033[1m── {stage.name}: {_short(command)}\033[0m", flush=True)
        done = subprocess.run(command, cwd=stage.folder, env=environment, stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return _count(report), False
    count = _count(report)
    return count, not count.skipped and not count.failed


def _count(report: Path) -> Count:
    if not report.exists():
        return Count()
    total = failed = skipped = 0
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Count(total - failed - skipped, failed, skipped)


def _short(command: Sequence[str]) -> str:
    words = [Path(word).name if word == sys.executable else word for word in command]
    return " ".join(word for word in words if not word.startswith("--"))


def main(wanted: Sequence[str]) -> int:
    seed = os.environ.setdefault("SEED", str(secrets.randbelow(10**6)))
    chosen = [stage for stage in stages() if not wanted or stage.name in wanted]
    if unknown := set(wanted) - {stage.name for stage in chosen}:
        print(f"no such stage: {', '.join(sorted(unknown))}; there are: {', '.join(s.name for s in stages())}")
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    for folder in (
        "lsp_server",
        "tests",
    ):  # what changed since the set-up; else each process would compile it for itself
        compileall.compile_dir(ROOT / folder, quiet=2)
    environment = {**os.environ, "PLAYWRIGHT_JUNIT_OUTPUT_NAME": str(REPORTS / "vscode.xml")}
    print(f"fresh seed of this run: {seed}    (SEED={seed} make test repeats it)")
    total, lines = Count(), []
    for stage in chosen:
        start = time.monotonic()
        count, good = run(stage, environment)
        total = Count(total.passed + count.passed, total.failed + count.failed, total.skipped + count.skipped)
        tests = f"{count.passed:5} passed" if stage.name not in ("lint", "soundness") else " " * 12
        lines.append(f"  {stage.name:<12}{tests}{time.monotonic() - start:8.1f} s   {'ok' if good else 'FAILED'}")
        if not good:
            _close(lines, total, seed)
            print(_why(stage, count))
            return 1
    _close(lines, total, seed)
    return 0


def _close(lines: list[str], total: Count, seed: str) -> None:
    print("\n\033[1mSummary\033[0m", *lines, sep="\n")
    print(f"  fresh seed  {seed}\n")
    print(f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)


def _why(stage: Stage, count: Count) -> str:
    cause = f"{count.skipped} tests were skipped" if count.skipped and not count.failed else "see above"
    return f"\nStage {stage.name} failed ({cause}). To run it alone: make test STAGE={stage.name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
