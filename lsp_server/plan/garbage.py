"""What `gc` may delete, why, and why the rest stays.  Pure: it is told what the state holds and what time it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec

from lsp_server.plan.reasons import names
from lsp_server.plan.states import Placement, Snapshot, World, referred
from lsp_server.plan.steps import DELETE, KEEP, Plan, step_on

RETENTION = timedelta(days=7)
"""How long a version that was replaced can be returned to."""


class Garbage(msgspec.Struct, frozen=True):
    """What nothing refers to any more."""

    snapshots: tuple[Snapshot, ...]
    past: tuple[tuple[str, int], ...]
    """(environment, number) of former versions that are too old to return to."""
    versions: tuple[str, ...]
    waiting: tuple[tuple[Snapshot, datetime], ...]
    """Unused, and until when they are kept."""
    returnable: tuple[tuple[Snapshot, tuple[tuple[str, int, datetime], ...]], ...] = ()
    """Shown by no environment now, and by which versions that can be returned to, each until when: name, number, moment."""
    shown: int = 0
    """Tables that an environment shows now."""
    ended: dict[tuple[str, str], datetime] = msgspec.field(default_factory=dict)
    """When the time of each of `snapshots` ended."""
    lost: frozenset[tuple[str, str]] = frozenset()


def garbage(
    world: World, replaced_at: Mapping[tuple[str, int], datetime], now: datetime, ttl: timedelta | None = None
) -> Garbage:
    """Snapshots that no environment and no retained version refers to and whose time-to-live has ended.

    A view's definition names tables of its own environment's snapshots only, so what placements refer to is all that is
    physically needed.  `ttl` overrides the snapshots' own, and the history's retention.
    """
    retention = RETENTION if ttl is None else ttl
    old = {key for key, at in replaced_at.items() if at + retention <= now}
    kept = [e for past in world.history.values() for e in past if (e.name, e.number) not in old]
    living = [*world.environments.values(), *kept]
    shown = referred(world.environments.values())
    dead: list[Snapshot] = []
    waiting: list[tuple[Snapshot, datetime]] = []
    returnable: list[tuple[Snapshot, tuple[tuple[str, int, datetime], ...]]] = []
    ended: dict[tuple[str, str], datetime] = {}
    for key, snapshot in sorted(world.snapshots.items()):
        if key in shown:
            continue
        if past := [e for e in kept if e.models.get(key[0], Placement("")).snapshot == key[1]]:
            ends = ((e.name, e.number, replaced_at.get((e.name, e.number), now) + retention) for e in past)
            returnable.append((snapshot, tuple(sorted(ends))))
            continue
        until = (snapshot.unused_since or snapshot.created_at) + (
            timedelta(seconds=snapshot.ttl) if ttl is None else ttl
        )
        if until <= now or key in world.lost:
            dead.append(snapshot)
            ended[key] = until
        else:
            waiting.append((snapshot, until))
    stay = {s.version for s in world.snapshots.values() if s not in dead}
    named = {p.version for e in living for p in e.models.values()} | stay
    return Garbage(
        tuple(dead),
        tuple(sorted(old)),
        tuple(sorted(set(world.versions) - named)),
        tuple(waiting),
        tuple(returnable),
        len(shown),
        ended,
        world.lost,
    )


def plan_gc(found: Garbage) -> Plan:
    """The same as steps, for people."""
    steps = [
        *(step_on(s, DELETE, _why_it_goes(s, found)) for s in found.snapshots),
        *(step_on(s, KEEP, f"{_since(s)}, kept until {until:%Y-%m-%d %H:%M}") for s, until in found.waiting),
        *(step_on(s, KEEP, _why_it_stays(versions)) for s, versions in found.returnable),
    ]
    return Plan("gc", "", "", tuple(steps), notes=tuple(_ended(found)), moves=False)


def _why_it_goes(snapshot: Snapshot, found: Garbage) -> str:
    if snapshot.key in found.lost:
        return "no environment shows it, and somebody else dropped it: only its record goes"
    return f"{_since(snapshot)}, its time ended {found.ended[snapshot.key]:%Y-%m-%d %H:%M}"


def _since(snapshot: Snapshot) -> str:
    if snapshot.unused_since is None:
        return f"built {snapshot.created_at:%Y-%m-%d %H:%M} and never shown by an environment"
    return f"no environment shows it since {snapshot.unused_since:%Y-%m-%d %H:%M}"


def _why_it_stays(versions: Iterable[tuple[str, int, datetime]]) -> str:
    said = [f"version {number} of {name} until {until:%Y-%m-%d %H:%M}" for name, number, until in versions]
    return f"a rollback can return to it: {names(said)}"


def _ended(found: Garbage) -> Iterable[str]:
    """What is in use, and the versions that nobody can roll back to any more."""
    if found.shown:
        yield f"{found.shown} table{' is' if found.shown == 1 else 's are'} shown by environments now, and not listed"
    for name in sorted({name for name, _ in found.past}):
        numbers = [number for past, number in found.past if past == name]
        which = f"version {numbers[0]}" if len(numbers) == 1 else f"versions {names([str(n) for n in numbers])}"
        yield f"{name} can no longer be rolled back to {which}"
