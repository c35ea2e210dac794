"""Files of earlier versions, whose data were elsewhere: they open, and verify."""

from __future__ import annotations

from pathlib import Path

import pytest

import limner

FILES = sorted((Path(__file__).parent / "old_files").glob("old*"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_of_an_earlier_version_verifies(path):
    assert limner.open(path).recipe.title == "Ink"
    assert limner.verify(path).ok


def test_all_earlier_layouts_are_here():
    assert {path.suffix for path in FILES} == {".avif", ".jpg", ".png", ".tif", ".webp"}
