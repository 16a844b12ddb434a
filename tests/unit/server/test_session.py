"""What binds the threads of one client's session together."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from lsp_server.server.session import Session


def test_whoever_keeps_the_house_in_order_knows_of_a_job_that_waits() -> None:
    session = Session(cast(Any, SimpleNamespace()))
    assert not session.world.waits()
    session.analysis.submit(lambda: None)  # nothing runs before `start`
    assert session.world.waits()
