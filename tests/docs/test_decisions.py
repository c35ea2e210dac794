"""docs/decisions: each decision has a page of one form, the index lists them all, and links lead somewhere."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
FOLDER = DOCS / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))
LINK = re.compile(r"\]\(([^):]+)\)")


def anchors(page):
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_numbers_are_consecutive():
    assert [int(page.name[:3]) for page in PAGES] == list(range(1, len(PAGES) + 1))


def test_the_index_lists_every_page_once_under_its_title():
    index = re.findall(r"^- \[(\d{3})\]\((.+?)\) (.+)$", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert index == [
        (page.name[:3], page.name, page.read_text("utf-8").splitlines()[0].split(". ", 1)[1]) for page in PAGES
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_a_page(page):
    lines = page.read_text("utf-8").splitlines()
    assert len(lines) <= 50
    assert lines[0].startswith(f"# {page.name[:3]}. ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]


@pytest.mark.parametrize(
    "page", [*PAGES, FOLDER / "README.md", DOCS / "architecture.md", DOCS / "benchmarks.md"], ids=lambda page: page.stem
)
def test_links_and_their_anchors_exist(page):
    for link in LINK.findall(page.read_text("utf-8")):
        target, _, anchor = link.partition("#")
        path = page.parent / target if target else page
        assert path.exists(), link
        assert not anchor or anchor in anchors(path), link
