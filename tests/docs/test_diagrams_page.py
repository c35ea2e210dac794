"""The diagrams in the guides are those that the commands beside them write, except for the small rendering."""

import re
from pathlib import Path

import limner

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
RENDERING = re.compile(r'href="data:image/jpeg;base64,[^"]+"')


def test_the_guide_shows_what_its_commands_draw():
    art = limner.paint("random-art", seed=8, size=(256, 256))
    drawn = {"random-art": limner.diagram(art), "colorize-gan": limner.diagram("colorize-gan")}
    for name, diagram in drawn.items():
        stored = (PICTURES / f"{name}-diagram.svg").read_text("utf-8")
        assert RENDERING.sub("", stored) == RENDERING.sub("", diagram.svg), name
    assert len(RENDERING.findall(drawn["random-art"].svg)) == 1
