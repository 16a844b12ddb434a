"""What `headwater lsp` does, and the quick way to it.

An editor waits for this start, with the same few words every time: they are understood here, without the library that reads the
command line of everything else (a tenth of the start). Whatever is not understood here goes that way, and is explained there.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

_WITH_VALUE = ("--tcp", "--log-file", "--log-level")
_LEVELS = ("debug", "info", "warning", "error")
_FLAGS = ("--stdio", "--profile")


def serve(tcp: str = "", log_file: Path | None = None, log_level: str = "warning", profile: bool = False) -> int:
    """Serve one client, over standard input and output or at `tcp`; the exit code."""
    gc.disable()  # what is imported stays, and passes over it take a tenth of the start; the server enables it again
    from lsp_server.server.head_start import HeadStart
    from lsp_server.server.wire import Reader

    start = HeadStart()
    reader = Reader(sys.stdin.buffer, start.begin) if not tcp else None
    from lsp_server.project.kept_code import keep_code
    from lsp_server.server.late_classes import late_classes

    keep_code()
    with late_classes():
        import lsprotocol.types  # noqa: F401 - its classes are made when they are used
    from lsp_server.server import app as server

    server.set_up_log(log_file, "info" if profile else log_level)
    return server.serve_stdio(reader, start, profile) if reader is not None else server.serve_tcp(tcp, profile)


def quickly(words: Sequence[str]) -> int | None:
    """`serve` as the words after `lsp` say; None, and nothing is done, where they say more than that."""
    given: dict[str, str] = {}
    left = list(words)
    while left:
        word = left.pop(0)
        name, equals, value = word.partition("=")
        if name in _FLAGS and not equals:
            given[name] = ""
        elif name in _WITH_VALUE and (equals or left):
            given[name] = value if equals else left.pop(0)
        else:
            return None
    level = given.get("--log-level", "warning")
    if (
        {"--stdio", "--tcp"} <= given.keys()
        or level not in _LEVELS
        or any(not given.get(name, "-") for name in _WITH_VALUE)
    ):
        return None
    file = given.get("--log-file")
    return serve(given.get("--tcp", ""), Path(file) if file else None, level, "--profile" in given)
