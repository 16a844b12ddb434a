"""Ways out of a breaking change; after each, the verdict itself is asked again."""

from __future__ import annotations

from lsp_server.analysis.impact import baseline, impact
from lsp_server.ide.impact_fixes import impact_fixes
from lsp_server.text.spans import Span
from tests.unit.ide.test_actions import applied
from tests.unit.ide.workspace import graph_of

BEFORE = {
    "models/base.sql": "MODEL (name shop.base, kind FULL);\nSELECT 1 AS id, 2.5 AS price, 3 AS qty\n",
    "models/orders.sql": "MODEL (name shop.orders, kind FULL);\nSELECT\n  id,\n  SUM(price) AS total\nFROM shop.base\nGROUP BY id\n",
    "models/reader.sql": "MODEL (name shop.reader, kind FULL);\nSELECT o.total * 2 AS twice FROM shop.orders AS o\n",
}
ORDERS = "models/orders.sql"


def offers(after: dict[str, str], model: str = "shop.orders") -> dict[str, dict[str, str]]:
    """Title to the files after it."""
    graph, was = graph_of(after), baseline(graph_of(BEFORE), "saved")
    found = impact(graph, was).models[model]
    whole = Span(0, len(after[found.path]))
    return {action.title: applied(after, action) for action in impact_fixes(graph, found, was.sides.get(model), whole)}


def category(files: dict[str, str], model: str) -> str:
    found = impact(graph_of(files), baseline(graph_of(BEFORE), "saved")).models.get(model)
    return found.category if found is not None else "untouched"


def edit(old: str, new: str) -> dict[str, str]:
    assert old in BEFORE[ORDERS]
    return {**BEFORE, ORDERS: BEFORE[ORDERS].replace(old, new)}


def test_the_old_column_beside_the_new_one_is_non_breaking() -> None:
    after = edit("SUM(price) AS total", "SUM(price * qty) AS total")
    assert category(after, "shop.orders") == "breaking"
    kept = offers(after)["Keep `total` as it was, and add the new one as `total_new`"]
    assert "  SUM(price) AS total,\n  SUM(price * qty) AS total_new\nFROM" in kept[ORDERS]
    assert category(kept, "shop.orders") == "non_breaking"
    assert category(kept, "shop.reader") == "untouched"


def test_a_removed_column_comes_back() -> None:
    after = edit("  id,\n  SUM(price) AS total\n", "  id\n")
    restored = offers(after)["Restore `total`"]
    assert category(restored, "shop.orders") in ("none", "untouched")
    assert category(restored, "shop.reader") == "untouched"


def test_a_rename_is_carried_through_or_taken_back() -> None:
    after = edit("AS total", "AS revenue")
    found = offers(after)
    carried = found["Rename `total` to `revenue` in all readers"]
    assert "o.revenue * 2 AS twice" in carried["models/reader.sql"]
    assert category(carried, "shop.reader") == "none"
    kept = found["Keep `total` beside `revenue`"]
    assert category(kept, "shop.orders") == "non_breaking"


def test_what_cannot_bind_any_more_is_not_offered() -> None:
    after = {
        **edit("  id,\n  SUM(price) AS total\n", "  id\n"),
        "models/base.sql": "MODEL (name shop.base, kind FULL);\nSELECT 1 AS id, 3 AS qty\n",
    }
    assert offers(after) == {}


def test_an_incremental_model_can_be_forward_only() -> None:
    header = "MODEL (name shop.orders, kind INCREMENTAL_BY_TIME_RANGE (time_column day));\n"
    text = header + "SELECT DATE '2024-01-01' AS day, {} AS total FROM shop.base\n"
    before = {**BEFORE, ORDERS: text.format("price")}
    after = {**BEFORE, ORDERS: text.format("price + 1")}
    graph, was = graph_of(after), baseline(graph_of(before), "saved")
    found = impact(graph, was).models["shop.orders"]
    actions = impact_fixes(graph, found, was.sides["shop.orders"], Span(0, 0))
    marked = [applied(after, action)[ORDERS] for action in actions if action.title.startswith("Mark as forward-only")]
    assert len(marked) == 1
    assert "kind INCREMENTAL_BY_TIME_RANGE (\n    forward_only true,time_column day)" in marked[0]


def test_a_column_is_cast_to_the_type_that_it_had() -> None:
    after = edit("SUM(price) AS total", "SUM(price)::VARCHAR AS total")
    cast = offers(after)["Cast `total` to DECIMAL(38,1), as it was"]
    assert "CAST(SUM(price)::VARCHAR AS DECIMAL(38,1)) AS total" in cast[ORDERS]
    was = graph_of(BEFORE).interface("shop.orders")
    now = graph_of(cast).interface("shop.orders")
    assert was is not None
    assert now is not None
    assert [c.type for c in was.columns] == [c.type for c in now.columns]
