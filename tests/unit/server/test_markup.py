"""What a client is shown that has no Markdown."""

from lsprotocol.types import MarkupKind

from lsp_server.server.markup import markup, plain


def test_tables_are_columns_and_names_have_no_marks() -> None:
    assert plain(
        "**a.b** · VIEW · `models/b.sql`\n\n"
        "| column  | type |  |\n|---------|------|---|\n| `id`    | INT  | its \\| number |\n| `price` | TEXT |  |\n\n"
        "Reads `raw.a`  \nRead by no model"
    ) == (
        "a.b · VIEW · models/b.sql\n\nid     INT   its | number\nprice  TEXT\n\nReads raw.a\nRead by no model"
    )  # fmt: skip


def test_code_stays_as_it_is() -> None:
    assert plain("`x` · INT\n\n```sql\na ** 2 || `b`\n| x |\n```") == "x · INT\n\na ** 2 || `b`\n| x |"


def test_the_client_says_what_it_shows_and_gets_markdown_if_it_does_not() -> None:
    assert markup("`x`", None).kind == MarkupKind.Markdown
    assert markup("`x`", [MarkupKind.Markdown, MarkupKind.PlainText]).value == "`x`"
    assert markup("`x`", [MarkupKind.PlainText]).value == "x"
