"""File operations: who must follow a file that moves, and who loses one that goes."""

from lsp_server.graph.config import Config
from lsp_server.graph.graph import Graph
from lsp_server.ide.files import lost, moved, moves, taken
from tests.unit.ide.workspace import edited, graph_of

SEED = "MODEL (name shop.cities, kind SEED (path '../seeds/cities.csv'));"
ROOTED = "MODEL (name shop.towns, kind SEED (path '$root/seeds/towns.csv'));"
READER = "MODEL (name shop.report);\nSELECT id FROM shop.cities"
FILES = {"models/cities.sql": SEED, "models/towns.sql": ROOTED, "models/report.sql": READER}


def texts(graph: Graph, files: dict[str, str], old: str, new: str) -> dict[str, str]:
    edits = [(edit.path, edit.span, edit.new_text) for edit in moved(graph, moves(graph, old, new))]
    return edited(files, edits)


def test_a_seeds_file_is_followed() -> None:
    after = texts(graph_of(FILES), FILES, "seeds/cities.csv", "data/eu/cities.csv")
    assert "'../data/eu/cities.csv'" in after["models/cities.sql"]


def test_a_folder_of_seeds_is_followed() -> None:
    after = texts(graph_of(FILES), FILES, "seeds", "data")
    assert "'../data/cities.csv'" in after["models/cities.sql"]
    assert "'$root/data/towns.csv'" in after["models/towns.sql"]


def test_a_seed_model_that_moves_still_finds_its_file() -> None:
    after = texts(graph_of(FILES), FILES, "models/cities.sql", "models/raw/cities.sql")
    assert "'../../seeds/cities.csv'" in after["models/cities.sql"]


def test_seeds_that_move_with_their_models_need_no_edit() -> None:
    files = {"a/models/cities.sql": SEED.replace("../seeds", "seeds")}
    graph = Graph()
    graph.set_config(Config(dialect="duckdb", projects=(Config(prefix="a/"),)))
    graph.set_file("a/models/cities.sql", files["a/models/cities.sql"])
    graph.stabilise()
    assert moved(graph, moves(graph, "a/models", "a/marts")) == []


def test_a_model_that_is_named_after_its_place_is_renamed_with_it() -> None:
    files = {"models/shop/orders.sql": "SELECT 1 AS id", "models/shop/report.sql": "SELECT o.id FROM shop.orders AS o"}
    graph = Graph()
    graph.set_config(Config(dialect="duckdb", infer_names=True))
    for path, text in files.items():
        graph.set_file(path, text)
    graph.stabilise()
    after = texts(graph, files, "models/shop/orders.sql", "models/shop/sales.sql")
    assert "FROM shop.sales AS o" in after["models/shop/report.sql"]
    assert taken(graph, "models/shop/orders.sql") == ""
    assert taken(graph, "models/shop/ORDERS.sql") == "models/shop/orders.sql"


def test_a_model_with_a_name_of_its_own_stays_it() -> None:
    assert moved(graph_of(FILES), moves(graph_of(FILES), "models/report.sql", "models/marts/report.sql")) == []


def test_the_readers_of_what_is_deleted() -> None:
    graph = graph_of(FILES)
    assert [(loss.model, loss.readers) for loss in lost(graph, ["models/cities.sql"])] == [
        ("shop.cities", ("shop.report",))
    ]
    assert lost(graph, ["models"]) == []
    assert [loss.model for loss in lost(graph, ["seeds"])] == ["the data of shop.cities", "the data of shop.towns"]
