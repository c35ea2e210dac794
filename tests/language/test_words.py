"""limner speaks the language of its field: retired words do not come back."""

import pytest
from words import ROOT, retired_in, retired_in_text, retired_names, retired_phrases

SUFFIXES = (".py", ".md", ".toml", ".html", ".js", ".tmpl")
SPOKEN = [
    *(
        path
        for top in ("core", "plugins", "docs")
        for path in sorted((ROOT / top).rglob("*"))
        if path.suffix in SUFFIXES
    ),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
]
"""Everything but the tests, and the CHANGELOG, whose table of old and new names needs the old ones."""


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_retired_word(path):
    assert not retired_in(path), "see docs/glossary.md and CONTRIBUTING.md for the words of the field"


def test_names_are_found_whole_and_in_parts():
    source = "class Jury: ...\ndef make_lesson(album_of=0): ...\none_hot = 1\nx.settled(judge=2)\n"
    assert [name for _, name in retired_names(source)] == ["Jury", "album_of", "make_lesson", "judge", "settled"]


def test_phrases_are_found_in_docstrings_comments_and_messages():
    source = (
        '"""What is told."""\nx = 1  # as it was\nraise E(f"{x}: is no number")\nrng("critic")\ntold_there = "fine"\n'
    )
    assert [what for _, what in retired_phrases(source)] == ["told", "as it was", "is no number"]


def test_phrases_are_found_in_documents():
    assert retired_in_text("A part\nis held out, likewise.\n") == [(2, "held out"), (2, "likewise")]
