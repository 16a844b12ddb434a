"""`make bench`: every bar of the speed table with its measured value beside it.

    python -m tests.bench [PART ...] [--sizes 100,1000,5000,10000] [--passes 4] [--json FILE] [--markdown PAGE] [--peers]

A part is one scenario; without any, all are measured.  A run may be made in pieces: rows of other parts stay in the JSON file.
The bars are ratios to limits measured in the same run, since absolute times belong to a machine.
Exit status 1 when a bar does not hold.
"""

from __future__ import annotations

import argparse
import compileall
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench import machine, parts, scenarios, starts
from tests.bench.table import Table, write_page

Part = Callable[[Table, Path, int], None]


def one_at_a_time(passes: int) -> dict[str, tuple[frozenset[int], Part]]:
    """The parts that are measured at one size after the other, and the sizes that they are worth measuring at."""
    every = frozenset({100, 1000, 5000, 10000})
    return {
        "cold": (every, starts.cold),
        "warm": (every, lambda table, folder, size: starts.warm(table, folder, size, 3)),
        "answers": (every, lambda table, folder, size: parts.answers(table, folder, size, passes)),
        "root": (frozenset({5000}), lambda table, folder, size: parts.root(table, folder, size, passes)),
        "readers": (frozenset({1000, 5000}), parts.readers),
        "checkout": (frozenset({5000}), starts.checkout),
        "edits": (frozenset({1000}), lambda table, folder, size: parts.edits(table, folder, size, 10_000)),
        "large": (frozenset({100}), parts.large),
        "environment": (frozenset({100}), starts.environment),
        "peers": (frozenset({100, 1000}), starts.peers),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "part", nargs="*", help="typing, cold, warm, answers, root, readers, checkout, edits, large, environment, peers"
    )
    parser.add_argument("--sizes", default="100,1000,5000,10000")
    parser.add_argument("--passes", type=int, default=4)
    parser.add_argument("--peers", action="store_true", help="SQLMesh's server and dbt parse too (installs them once)")
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="where the generated workspaces stay")
    parser.add_argument("--json", type=Path, default=Path("build/bench/table.json"))
    parser.add_argument("--markdown", type=Path, help="put the table between the markers of this page")
    args = parser.parse_args()
    single = one_at_a_time(args.passes)
    wanted = args.part or ["typing", *(name for name in single if name != "peers" or args.peers)]
    if unknown := set(wanted) - {"typing", *single}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    sizes = [int(size) for size in args.sizes.split(",")]
    folder = args.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    compileall.compile_dir(scenarios.ROOT / "lsp_server", quiet=2)  # as pip leaves what it installs
    facts = machine.facts()
    print(", ".join(f"{name}: {value}" for name, value in facts.items()))
    table = Table(facts, args.json)
    for name in wanted:
        if name == "typing":
            measure(table, name, 0, lambda: parts.typing(table, folder, sizes, args.passes))
            continue
        useful, part = single[name]
        for size in [size for size in sizes if size in useful or name in args.part]:
            measure(table, name, size, lambda part=part, size=size: part(table, folder, size))  # type: ignore[misc]
    if args.markdown:
        write_page(args.markdown, args.json)
    short = table.short()
    print(f"{sum(row.holds is True for row in table.now)} bars hold, {len(short)} fall short", *short, sep="\n    ")
    sys.exit(1 if short else 0)


def measure(table: Table, part: str, size: int, run: Callable[[], None]) -> None:
    """One part, with the share of the machine that others used meanwhile."""
    others = machine.Others()
    print(f"{part}, {size:,} models" if size else part, flush=True)
    run()
    table.close_part(part, size, others.share())
    print(f"           (other programs used {table.rows[-1].load:.0%} of the machine meanwhile)", flush=True)


if __name__ == "__main__":
    main()
