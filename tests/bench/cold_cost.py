"""Seconds of one cold index in this process and its workers: `python -m tests.bench.cold_cost WORKSPACE`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from lsp_server.analysis import checks
from lsp_server.analysis.meanings import observe
from lsp_server.project.cache import FOLDER_VARIABLE
from lsp_server.project.workspace import open_workspace


def main() -> None:
    os.environ[FOLDER_VARIABLE] = "off"
    start = time.perf_counter()
    project = open_workspace(Path(sys.argv[1]))
    checks.install(project.graph)
    observe(project.graph)
    project.stabilise()
    print(time.perf_counter() - start)
    project.close()


if __name__ == "__main__":
    main()
