"""Requests of our own: `headwater/<noun>` (their shapes are in `protocol.py`)."""

from __future__ import annotations

from typing import Any

from lsp_server.server import protocol
from lsp_server.server.dispatch import Token
from lsp_server.server.world import World


def status(world: World, _params: Any, _: Token) -> protocol.Status:
    """What the server holds: projects, documents, state of the index."""
    return world.status()
