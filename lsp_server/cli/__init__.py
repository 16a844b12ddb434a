"""The command line: one file a command; shares everything below with the server."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the `headwater` console script."""
    if sys.argv[1:2] == ["lsp"]:
        from lsp_server.cli.serving import quickly

        code = quickly(sys.argv[2:])
        if code is not None:
            sys.exit(code)
    from lsp_server.cli.application import run

    run()
