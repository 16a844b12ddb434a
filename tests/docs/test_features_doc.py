"""docs/features.md is what its examples give when they are executed."""

from tests.docs import features


def test_the_page_is_what_the_examples_give() -> None:
    assert (features.DOCS / "features.md").read_text("utf-8") == features.page()
