"""What is said of names that certainly mean nothing, or more than one thing: one wording each, with what was probably meant."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from lsp_server.semantics.state import RawSpan, Relation, State
from lsp_server.syntax.parsing import MISSING


def report_unknown(
    state: State,
    name: str,
    names: list[str],
    raw: RawSpan | None,
    where: str = "",
    spelled: Callable[[str], list[str]] = lambda name: [name],
) -> None:
    """One wording for every column that certainly does not exist; what is not typed yet was reported by the parser.

    `spelled`: how a name that was probably meant must be written here.
    """
    if name == MISSING:
        return
    close = [written for meant in candidates(name, names) for written in spelled(meant)]
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    cast = next((other for other in names if other.lower().startswith(f"cast({name.lower()} as ")), None)
    if cast is not None:  # other tools name a cast by its column
        hint = f" The engine names the cast `{cast}`: write `AS {name}` behind it where it is made."
    state.problem(
        "unknown-column", f'There is no column "{name}"{where}.{hint}', raw, {"name": name, "candidates": close}
    )


def candidates(name: str, names: list[str]) -> list[str]:
    """Up to three names that the writer may have meant."""
    folded = {n.lower(): n for n in names}
    return [folded[match] for match in get_close_matches(name.lower(), folded, 3, 0.6)]


def ambiguous(state: State, name: str, hits: list[Relation], raw: RawSpan | None) -> None:
    owners = [f"{r.name}.{name}" for r in hits]
    state.problem(
        "ambiguous-column",
        f'Column "{name}" is ambiguous: it could be {" or ".join(owners)}.',
        raw,
        {"name": name, "candidates": owners},
    )
