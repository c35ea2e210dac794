"""Diagrams of recipes and artworks: what is drawn, against the parameters, and what is refused."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import limner
from limner.artworks.artwork import Artwork
from limner.artworks.diagrams.diagram import recipe_summary
from limner.artworks.recipe_sources import compose
from limner.composition.recipe import SingleRecipe
from limner.errors import LimnerError
from limner.figures.diagrams.contents.recipes import contents_of
from limner.models.factory import model_of
from limner.plugin import Network

SVG = "{http://www.w3.org/2000/svg}"
PRESETS = sorted(limner.recipes())
EVIL = "<script>alert(\"x\")</script> & 'b' ]]> \x07"


def parsed(diagram):
    """Return the root of a diagram's document; an error if it is not well-formed."""
    return ElementTree.fromstring(diagram.svg)


def texts(diagram):
    return [element.text for element in parsed(diagram).iter(f"{SVG}text")]


def classes(diagram, tag):
    return Counter(element.get("class") for element in parsed(diagram).iter(SVG + tag))


def lines(diagram):
    """Return the number of lines of each class."""
    shown = Counter()
    for element in parsed(diagram).iter(f"{SVG}path"):
        shown[element.get("class")] += element.get("d").count("M")
    return shown


def with_weights(weights, **settings):
    """Return an artwork of one layer from x and y to R, G and B with these weights."""
    table = {"encoder": [{"kind": "xy"}], "network": {"kind": "mlp", "depth": 0, "bias": False}, "seed": 1, **settings}
    art = limner.paint(table, seed=1, size=(8, 8))
    return Artwork(art.recipe, np.asarray(weights, np.float32).ravel(), art.packages)


@pytest.fixture(scope="module")
def drawn():
    """The diagram of every preset, by its name."""
    return {name: limner.diagram(name, theme="light") for name in PRESETS}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_drawn_with_all_parameters_of_its_network(name, drawn):
    recipe = compose(name)
    assert isinstance(recipe, SingleRecipe)
    contents = contents_of(recipe, {})
    network = contents.pipelines[0]
    if recipe.domain != "image":  # the depth of others depends on the size of the pictures
        layout = model_of(recipe).layout
        assert network.graph.num_params == sum(p.size for p in layout.parameters if p.name.startswith("network."))
    root = parsed(drawn[name])
    assert root.find(f"{SVG}title").text == recipe.title
    assert root.find(f"{SVG}desc").text == contents.description
    assert drawn[name].summary in contents.description
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


@pytest.mark.parametrize("name", ["marbling", "random-art", "ink", "neural-painting", "rprop-portrait"])
def test_each_unit_is_a_circle(name, drawn):
    layout = model_of(compose(name)).layout
    widths = [p.shape[0] for p in layout.parameters if re.fullmatch(r"network\.W\d+", p.name)]
    circles = classes(drawn[name], "circle")
    assert circles["unit"] == sum(widths[:-1])
    assert circles["out"] == widths[-1]
    assert circles["in"] == layout.shapes["network.W0"][1]


@pytest.mark.parametrize(
    ("name", "skips"), [("colorize", 4), ("from-canny", 3), ("super-resolution", 5), ("molten", 3)]
)
def test_each_skip_connection_is_an_arc(name, skips, drawn):
    arcs = [e for e in parsed(drawn[name]).iter(f"{SVG}path") if e.get("class") == "skip"]
    assert len(arcs) == skips + 1  # and one in the legend


def test_each_map_is_a_block_with_its_channels_and_its_size(drawn):
    shown = texts(drawn["colorize"])
    for channels, side in (("1", 64), ("32", 32), ("64", 16), ("128", 8), ("256", 4)):
        assert channels in shown
        assert f"{side}×{side}" in shown
    fronts = sum(count for name, count in classes(drawn["colorize"], "polygon").items() if name and "top" in name)
    assert fronts == 9


def test_an_adversarial_recipe_shows_generator_and_discriminator(drawn):
    shown = texts(drawn["colorize-gan"])
    assert {"Generator", "Discriminator", "with its source", "real or generated?"} <= set(shown)
    assert "4" in shown  # gray and RGB
    assert "Discriminator" not in texts(drawn["colorize"])
    assert "with its source" not in texts(drawn["from-noise"])


def test_the_same_recipe_gives_the_same_text(drawn):
    assert limner.diagram("breeder", theme="light").svg == drawn["breeder"].svg
    art = limner.paint("breeder", seed=4, size=(16, 16))
    assert (
        limner.diagram(art).svg
        == limner.diagram(art).svg
        == limner.diagram("breeder", seed=4, set={"size": [16, 16]}).svg
    )


def test_lines_show_sign_and_strength_of_weights():
    shown = lines(limner.diagram(with_weights([[1.0, -1.0], [0.05, -0.5], [0.0, 0.45]])))
    assert {name: count for name, count in shown.items() if re.fullmatch(r"[np]\d", name or "")} == {
        "p4": 1 + 1,  # and one in the legend
        "n4": 1 + 1,
        "n2": 1,
        "p2": 1,
        "p0": 2,
    }


def test_numbers_that_are_not_finite_are_drawn():
    parsed(limner.diagram(with_weights([[np.nan, np.inf], [-np.inf, 1.0], [0.0, 0.0]]), picture=False))


def test_a_recipe_without_parameters_has_plain_lines(drawn):
    assert lines(drawn["rprop-portrait"])["plain"] == 2 * 15 + 15 * 15 + 15 * 15 + 15 * 3
    assert "positive weight" not in texts(drawn["rprop-portrait"])
    assert "positive weight" in texts(limner.diagram("rprop-portrait", seed=1))


def test_wide_layers_are_blocks_with_a_number():
    diagram = limner.diagram("marbling", set={"network.width": 512, "network.depth": 2})
    assert texts(diagram).count("512") == 2
    assert classes(diagram, "circle")["unit"] == 0


def test_units_show_their_activations_once_they_are_drawn():
    uses = f"{SVG}use"
    painted = limner.paint("breeder", seed=1, size=(8, 8))
    units = [name for layer in painted.recipe.network.stage.units for name in layer]
    hrefs = Counter(e.get("href").removeprefix("#limner-") for e in parsed(limner.diagram(painted)).iter(uses))
    for name, count in Counter(units).items():
        assert hrefs[name] == count + 1  # and one in the legend
    defined = {e.get("id") for e in parsed(limner.diagram(painted)).iter(f"{SVG}path") if e.get("id")}
    assert {f"limner-{name}" for name in hrefs} <= defined
    assert not set(units) & {
        e.get("href").removeprefix("#limner-") for e in parsed(limner.diagram("breeder")).iter(uses)
    }


def test_a_palette_has_its_colours():
    swatches = [e.get("fill") for e in parsed(limner.diagram("quilt")).iter(f"{SVG}rect") if e.get("fill")]
    colours = limner.paint("quilt", seed=1, size=(4, 4)).model
    assert len(swatches) == colours.layout.shapes["color.colors"][0]
    own = limner.diagram("quilt", set={"color.colors": ["#010203", "white"]})
    assert [e.get("fill") for e in parsed(own).iter(f"{SVG}rect") if e.get("fill")] == ["#010203", "#ffffff"]


def test_buttons_have_labels_and_weights():
    settings = {
        "encoder.one-hot.size": 3,
        "encoder.one-hot.labels": ["fox", "a<b", "ж"],
        "encoder.one-hot.weights": [1.0, 0.0, -0.5],
    }
    diagram = limner.diagram("button-field", set=settings)
    assert {"fox", "a<b", "ж"} <= set(texts(diagram))
    filled = [e.get("fill-opacity") for e in parsed(diagram).iter(f"{SVG}rect") if e.get("fill-opacity")]
    assert filled == ["1.00", "0.50"]


def test_a_blend_shows_every_layer():
    layers = [limner.paint(name, seed=1, size=(8, 8)) for name in ("ink", "rprop-portrait")]
    blend = limner.blend(layers, mode="screen")
    shown = texts(limner.diagram(blend))
    assert {"Layer 0: Ink", "Layer 1: Rprop portrait", "screen", "picture"} <= set(shown)
    assert recipe_summary(blend.recipe) == " + ".join(recipe_summary(art.recipe) for art in layers)


def test_names_from_files_are_escaped():
    art = limner.paint("ink", seed=1, size=(8, 8), set={"title": EVIL, "summary": EVIL})
    diagram = limner.diagram(art)
    assert "<script" not in diagram.svg
    assert parsed(diagram).find(f"{SVG}title").text == EVIL.replace("\x07", "\ufffd")


def test_an_artwork_shows_a_small_rendering():
    (image,) = parsed(limner.diagram(limner.paint("ink", seed=1, size=(16, 8)))).iter(f"{SVG}image")
    assert image.get("href").startswith("data:image/jpeg;base64,")
    assert float(image.get("width")) == 2 * float(image.get("height"))
    clear = limner.paint("ink", seed=1, size=(8, 8), set={"color.alpha": True})
    (image,) = parsed(limner.diagram(clear)).iter(f"{SVG}image")
    assert image.get("href").startswith("data:image/png;base64,")
    assert not [*parsed(limner.diagram(clear, picture=False)).iter(f"{SVG}image")]
    assert not [*parsed(limner.diagram("ink")).iter(f"{SVG}image")]


def test_a_mask_follows_the_colour_mode():
    assert "mask shape" in texts(limner.diagram(limner.paint("ink", seed=1, size=(8, 8), swap={"mask": "shape"})))


def test_the_background_can_be_left_out():
    assert classes(limner.diagram("ink"), "rect")["paper"] == 1
    assert classes(limner.diagram("ink", transparent=True), "rect")["paper"] == 0


class Rings(Network):
    def init_params(self, rng, fan_in, fan_out):
        return {"A": rng.normal(size=(fan_out, fan_in, 2))}

    def forward(self, params, x, ctx):
        return params["A"][:, :, 0] @ x


def test_a_network_that_does_not_describe_itself_is_a_box():
    diagram = limner.diagram(limner.paint("ink", seed=1, size=(8, 8), swap={"network": Rings}))
    assert {"Rings", "10 parameters"} <= set(texts(diagram))
    assert diagram.summary == "5 → 1"


def test_notebooks_and_files_get_the_drawing(tmp_path):
    diagram = limner.diagram("ink", theme="dark")
    path = tmp_path / "net.svg"
    diagram.save(path)
    assert path.read_text("utf-8") == diagram.svg == str(diagram) == diagram._repr_svg_()
    assert repr(diagram) == f"<Diagram {diagram.summary}>"
    with pytest.raises(LimnerError, match="exists already"):
        diagram.save(path)
    diagram.save(path, force=True)
    for name in ("net.png", "net"):
        with pytest.raises(LimnerError, match=rf"{name}: diagrams are SVG files, .*; use the ending \.svg"):
            diagram.save(Path(tmp_path, name))


def test_settings_change_recipes_but_not_what_was_learned(tmp_path):
    assert limner.diagram("ink", set={"network.width": [4, 4, 4, 4]}).summary == "5 → 4 ×3 tanh → 4 → 1"
    art = limner.paint("ink", seed=1, size=(8, 8))
    assert limner.diagram(art, set={"network.output": "sigmoid"}).summary == limner.diagram(art).summary
    fitted = limner.fit(np.zeros((8, 8, 3), np.uint8), "rprop-portrait", epochs=1, seed=1)
    with pytest.raises(LimnerError, match="learned"):
        limner.diagram(fitted.artwork, set={"network.width": 3})
