"""Without a prod the files as committed count, and as saved only where nothing is committed: a commit that cannot be read is told."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lsp_server.environments import baselines
from lsp_server.plan.states import World
from lsp_server.project.baselines import BaselineError


@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, committed: bool) -> None:
    def former(now: Any, spec: str) -> str:
        if spec.startswith("git:"):
            raise BaselineError("git has no content for a.sql")
        return spec

    monkeypatch.setattr(baselines, "_world", lambda now: World())
    monkeypatch.setattr(baselines, "former", former)
    monkeypatch.setattr(baselines, "is_in_git", lambda root: committed)
    now: Any = SimpleNamespace(root=Path("/nowhere"))
    if committed:
        with pytest.raises(BaselineError, match="no content"):
            baselines.baseline_of(now)
    else:
        assert str(baselines.baseline_of(now)) == "saved"
