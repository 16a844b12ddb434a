"""lsprotocol's classes, made when somebody uses them: a session uses 150 of 570, and attrs takes half a millisecond for each.

    with late_classes():
        import lsprotocol.types

Within it `attrs.define` leaves a class as it is written, with a placeholder for what attrs would add. Whoever asks the class for
its fields or makes an object of it (nobody can do anything else with it) has attrs make it first, then and there.
Types that stand in quotes are resolved with it; lsprotocol's converter does that for all of them at once, and is told not to.

Differs from what `attrs.define` makes in one point: objects have a `__dict__`, since a class with slots is another class.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import attrs

_PLACES = ("__attrs_attrs__", "__init__")
_making = threading.RLock()


@contextmanager
def late_classes() -> Iterator[None]:
    """Classes that `attrs.define` decorates within it are made when they are first used."""
    real = attrs.define
    late = _Late(real)

    def define(cls: type | None = None, **options: Any) -> Any:
        if cls is None or options:
            return real(cls, **options)
        late.put_off(cls)
        return cls

    vars(attrs)["define"] = define
    try:
        yield
    finally:
        vars(attrs)["define"] = real
    late.end()
    hooks = importlib.import_module("lsprotocol._hooks")
    if hasattr(hooks, "_resolved_forward_references"):
        vars(hooks)["_resolved_forward_references"] = True


class _Late:
    """The classes of one module that are still to be made."""

    def __init__(self, define: Callable[..., Any]) -> None:
        self._define = define
        self._waiting: set[type] = set()
        self._early: list[type] = []
        """Made while their module was being imported: of the types that they name some were not there yet."""

    def put_off(self, cls: type) -> None:
        """Make it when it is used."""
        self._waiting.add(cls)
        for name in _PLACES:
            setattr(cls, name, _Placeholder(name, lambda: self.make(cls)))

    def make(self, cls: type) -> None:
        """Make it now.  Other threads find it either whole or waiting: who asks one that is being made waits here for its end."""
        with _making:
            if cls not in self._waiting:
                return
            # Said in so many words, since attrs would take the placeholder for an __init__ of the class's own.
            self._define(cls, slots=False, init=True, field_transformer=self._resolved)
            self._waiting.discard(cls)

    def end(self) -> None:
        """The module is there."""
        for cls in self._early:
            attrs.resolve_types(cls, _names(cls), {})

    def _resolved(self, cls: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
        names = _names(cls)
        if names:
            attrs.resolve_types(cls, names, {}, attribs=fields)
        else:
            self._early.append(cls)
        return fields


class _Placeholder:
    """Stands for an attribute of a class that has not been made."""

    def __init__(self, name: str, make: Callable[[], None]) -> None:
        self._name = name
        self._make = make

    def __get__(self, instance: object | None, owner: type) -> Any:
        self._make()
        return getattr(owner if instance is None else instance, self._name)


def _names(cls: type) -> dict[str, Any]:
    """What the types in quotes may name; empty while the module is being imported."""
    found: dict[str, Any] = getattr(importlib.import_module(cls.__module__), "ALL_TYPES_MAP", {})
    return found
