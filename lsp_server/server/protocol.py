"""The messages that are ours alone: `headwater/<noun>`, mirrored in the extension's `protocol.ts`.

Names on the wire are camelCase.  Shapes are changed only by adding optional fields.
"""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Base of all: camelCase on the wire, unknown fields ignored."""


class DocumentState(Message, frozen=True):
    """An open document as the server has it.  `sha256` is of the text's UTF-8 (lone surrogates as WTF-8)."""

    uri: str
    version: int
    sha256: str


class ProjectState(Message, frozen=True):
    """One workspace root."""

    root: str
    models: int
    problems: int
    dialect: str = ""
    baseline: str = ""


class Status(Message, frozen=True):
    """The answer to `headwater/status`."""

    version: str
    ready: bool
    """Whether everything is analysed and published."""
    projects: list[ProjectState]
    documents: list[DocumentState]
