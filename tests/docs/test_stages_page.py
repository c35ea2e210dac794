"""docs/stages.md names every stage that shapes a picture, and is what its script writes."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from limner.registry.registry import build

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_stages", DOCS / "make_stages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_stage_is_shown(script):
    known = build(third_party=False)
    for kind in script.TITLES:
        assert sorted(script.settings()[kind]) == sorted(script.names(kind))
        assert script.names(kind)
    for role, other in (("encoder", "filter"), ("network", "imaging")):
        assert sorted(script.names(role) + script.names(other)) == sorted(known.names(role))


def test_the_page_is_what_the_script_writes(script):
    assert (DOCS / "stages.md").read_text("utf-8") == script.page()


@pytest.mark.slow
def test_the_strips_are_what_the_stages_paint(script, monkeypatch):
    """The first cell of every strip, within what WebP loses; a strip of another stage is far off."""
    fresh, stored = {}, {}
    for kind, names in script.settings().items():
        for name, cells in ((name, cells) for name, cells in names.items() if cells):
            fresh[kind, name] = np.asarray(script.strip(kind, name, cells[:1])).astype(float)
            with Image.open(DOCS / "pictures" / "stages" / f"{kind}-{name}.webp") as picture:
                assert picture.width == len(cells) * (script.SIDE + script.GAP) - script.GAP
                stored[kind, name] = np.asarray(picture.convert("RGB")).astype(float)[:, : script.SIDE]
    for key, picture in fresh.items():
        assert np.abs(picture - stored[key]).mean() < 14, key
    assert np.abs(fresh["warp", "tile"] - stored["warp", "mirror"]).mean() > 20
