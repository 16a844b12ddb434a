"""Prints the share of pairs that are recognised as `none`."""

from __future__ import annotations

import argparse
from collections import Counter

from tests.oracles.equivalent_pairs.pairs import category, pairs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.oracles.equivalent_pairs")
    parser.add_argument("--missed", type=int, default=0, help="pairs to print that are not recognised")
    options = parser.parse_args()
    total, known, missed = Counter[str](), Counter[str](), []
    for pair in pairs():
        total[pair.source] += 1
        if category(pair) == "none":
            known[pair.source] += 1
        else:
            missed.append(pair)
    for source in total:
        print(f"{source:24} {known[source]:4} of {total[source]:4}  {known[source] / total[source]:.0%}")
    print(f"{'all':24} {known.total():4} of {total.total():4}  {known.total() / total.total():.1%}")
    for pair in missed[: options.missed]:
        print(f"\n{pair.schema}\n  {pair.a}\n  {pair.b}")


if __name__ == "__main__":
    main()
