"""Runs all mutants against docs/changes.md; exit code 1 if one survives."""

from __future__ import annotations

import sys

from tests.oracles.mutation.mutants import MUTANTS, Mutant
from tests.specs_of_changes import Case, cases, impact_of, verdict


def notices(case: Case) -> bool:
    """Whether the verdict on a case is another than the one written."""
    found = impact_of(case)
    wrong = verdict(found.models.get("m")) != case.verdict
    return wrong or bool(case.reader and verdict(found.models.get("r")) != case.reader_verdict)


def killer(mutant: Mutant) -> str:
    """The first case that notices the mutant, "" for none."""
    with mutant.applied():
        return next((case.title for case in cases() if notices(case)), "")


def main() -> int:
    survivors = []
    for mutant in MUTANTS:
        by = killer(mutant)
        print(f"{'killed' if by else 'SURVIVED':9} {mutant.title}" + (f"   by: {by}" if by else ""), flush=True)
        if not by:
            survivors.append(mutant)
    print(f"{len(MUTANTS) - len(survivors)} of {len(MUTANTS)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
