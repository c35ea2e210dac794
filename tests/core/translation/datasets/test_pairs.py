"""Pairs of pictures: a source and its target have the same name."""

import numpy as np
import pytest
from PIL import Image

from limner.errors import LimnerError
from limner.translation.datasets.pairs import read_pairs

NFC, NFD = "\xe9t\xe9", "e\u0301te\u0301"


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """Write pictures of one level each, named in a folder for sources and another for targets."""
    monkeypatch.chdir(tmp_path)

    def write(sources, targets):
        for folder, names in (("s", sources), ("t", targets)):
            (tmp_path / folder).mkdir()
            for i, name in enumerate(names):
                Image.new("L", (8, 8), 40 + 40 * i).save(f"{folder}/{name}.png")
        return [f"s/{name}.png" for name in sources], [f"t/{name}.png" for name in reversed(targets)]

    return write


def test_partners_match_in_every_form_of_unicode(folders):
    sources, targets = folders([NFD, "हिन्दी", "🦊"], [NFC, "हिन्दी", "🦊"])
    pairs = read_pairs(sources, targets)
    np.testing.assert_array_equal(pairs.sources.planes, pairs.targets.planes)


def test_names_that_look_equal_are_ambiguous(folders, tmp_path):
    sources, targets = folders(["a", "b"], ["a", "b"])
    for name in (NFC, NFD):
        Image.new("L", (8, 8)).save(f"s/{name}.png")
    if len(list((tmp_path / "s").iterdir())) < 4:
        pytest.skip("this file system holds both names to be one")
    sources += [f"s/{NFC}.png", f"s/{NFD}.png"]
    with pytest.raises(LimnerError, match="another source is also called"):
        read_pairs(sources, targets)
