"""The picture of the guide to stickers is what its program paints."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

DOCS = Path(__file__).parents[2] / "docs"
LOSSES = 4
"""Levels on the mean that lossy WebP may differ from the picture."""


@pytest.mark.slow
def test_the_program_of_the_guide_paints_its_picture(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (program,) = re.findall(r"^```python\n(.*?)^```$", (DOCS / "stickers.md").read_text("utf-8"), re.M | re.S)
    exec(compile(program, "stickers.md", "exec"), {})
    with Image.open("stickers.webp") as ours, Image.open(DOCS / "pictures" / "stickers.webp") as theirs:
        assert ours.size == theirs.size
        a, b = (np.asarray(one.convert("RGB")).astype(int) for one in (ours, theirs))
    assert np.abs(a - b).mean() < LOSSES
    assert np.abs(a - a.mean(axis=(0, 1))).mean() > 5 * LOSSES  # a flat picture is not the same
