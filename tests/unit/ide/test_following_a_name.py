"""What is read of the readers when a column's name is followed: that name's share, and neither trees nor relational forms."""

import pytest

from lsp_server.graph import kept_places
from lsp_server.ide.references import references
from lsp_server.ide.rename import rename
from lsp_server.semantics import ir
from tests.unit.ide.workspace import opened

READERS = 20
BASE = """\
--- models/base.sql
MODEL (name shop.base);
SELECT 1 AS id, 2.0 AS pri$0ce, 'x' AS status
"""


def reader(number: int) -> str:
    return f"""\
--- models/reader_{number}.sql
MODEL (name shop.reader_{number});
WITH part AS (SELECT b.id, b.price, b.status FROM shop.base AS b WHERE b.price > {number})
SELECT p.id, p.price * 2 AS twice, p.status FROM part AS p ORDER BY p.price
"""


class Counted:
    """A decoder that counts."""

    def __init__(self, decoder: object) -> None:
        self.decoder, self.calls = decoder, 0

    def decode(self, data: bytes) -> object:
        self.calls += 1
        return self.decoder.decode(data)  # type: ignore[attr-defined]


@pytest.mark.parametrize("asked", ["references", "rename"])
def test_each_reader_is_read_once_and_of_it_one_name(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, parsed = opened(BASE + "".join(reader(number) for number in range(READERS)))
    graph.bound("shop.base")
    graph.engine.executed.clear()
    names, clauses, forms = Counted(kept_places._named), Counted(kept_places._clauses), Counted(ir._decoder)
    monkeypatch.setattr(kept_places, "_named", names)
    monkeypatch.setattr(kept_places, "_clauses", clauses)
    monkeypatch.setattr(ir, "_decoder", forms)
    if asked == "references":
        assert len(references(graph, *parsed.cursor)) == 1 + 4 * READERS
        more = 0
    else:
        assert len(rename(graph, *parsed.cursor, "cost").edits) == 1 + 4 * READERS
        more = (
            2 + READERS
        )  # whether the new name is taken: in the model itself, and in each CTE that passes the old one on
    assert names.calls <= 1 + READERS + more
    assert (clauses.calls, forms.calls) == (0, 0)
    assert [key for query, key in graph.engine.executed if query == "bound"] == []
