"""Settings in a recipe: typed texts, fields that exclude one another, and settings without effect."""

import re
import shlex

import pytest

import limner
from limner.composition.overrides import apply, parse_assignment
from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.registry.registry import registry

TEXT = {"encoder": [{"kind": "text"}]}


def typed(table, *texts, swaps=None, **options):
    """Return a recipe's table with settings as they are typed."""
    return apply(table, dict(parse_assignment(text) for text in texts), swaps, **options)


def test_typed_settings_take_the_types_of_their_fields():
    table = typed(
        {**TEXT, "trainer": {"kind": "backprop"}, "layer": [{**TEXT}, {"color": {"kind": "palette"}}]},
        "encoder.text.text=2024",
        "title=007",
        "size=64,32",
        "trainer.optimizer.beta1=.5",
        "trainer.learning_rate=1e-3",
        "layer.0.encoder.text.text=1.0",
        "layer.1.color.colors=navy,orange",
    )
    assert table["encoder"] == [{"kind": "text", "text": "2024"}]
    assert (table["title"], table["size"]) == ("007", [64, 32])
    assert table["trainer"] == {"kind": "backprop", "optimizer": {"beta1": 0.5}, "learning_rate": 0.001}
    assert table["layer"][0]["encoder"][0]["text"] == "1.0"
    assert table["layer"][1]["color"]["colors"] == ["navy", "orange"]


def test_nested_stages_and_their_names_may_be_typed():
    table = typed(
        {},
        "network.kind=siren",
        "network.width=20",
        "trainer.kind=adversarial",
        "trainer.optimizer={kind = 'sgd'}",
        "trainer.augment=flip,crop",
        "trainer.augment.crop.shift=0.25",
        "trainer.discriminator_optimizer=lion",
    )
    assert table["network"] == {"kind": "siren", "width": 20}
    assert table["trainer"] == {
        "kind": "adversarial",
        "optimizer": {"kind": "sgd"},
        "augment": [{"kind": "flip"}, {"kind": "crop", "shift": 0.25}],
        "discriminator_optimizer": "lion",
    }


def test_the_type_is_that_of_the_swapped_stage():
    table = typed({"network": {"kind": "mlp"}}, "network.first_omega=20", swaps={"network": "siren"})
    assert table["network"] == {"kind": "siren", "first_omega": 20}


def test_all_typed_errors_are_reported_and_their_examples_work():
    texts = ["network.depth=x", "encoder.text.cells=5", "color.colors=[a", "network.bias=perhaps"]
    recipe = {**TEXT, "color": {"kind": "palette"}}
    with pytest.raises(LimnerError) as error:
        typed(recipe, *texts)
    examples = re.findall(r"for example: `set` (.*?)(?:; setting|$)", str(error.value))
    assert len(examples) == len(texts)
    repaired = typed(recipe, *(shlex.split(example)[0] for example in examples))
    parse(repaired, registry())


def test_a_setting_of_an_unknown_field_is_left_to_the_parser():
    with pytest.raises(LimnerError, match=r"network\.wdith: unknown setting; did you mean 'width'"):
        parse(typed({}, "network.wdith=5"), registry())


OWN = {"color": {"kind": "palette", "colors": ["navy", "orange"], "name": "tidepool", "image": ""}}


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"color.name": "glacier"}, {"name": "glacier"}),
        ({"color.image": "skimage:coffee"}, {"image": "skimage:coffee"}),
        ({"color.colors": ["red", "blue"]}, {"colors": ["red", "blue"]}),
        ({"color.colors": [], "color.name": "glacier"}, {"colors": [], "name": "glacier"}),
        ({"color.repeats": 2}, {"colors": ["navy", "orange"], "name": "tidepool", "image": "", "repeats": 2}),
    ],
)
def test_a_setting_resets_the_fields_that_would_hide_it(settings, left):
    assert {key: value for key, value in apply(OWN, settings)["color"].items() if value != ""} == {
        "kind": "palette",
        **{key: value for key, value in left.items() if value != ""},
    }


def test_a_named_palette_replaces_the_own_colours_of_a_picture():
    own = limner.paint(OWN, seed=1, size=(8, 8))
    other = limner.paint(own, set={"color.name": "glacier"})
    assert other.recipe.color.stage.colors == ()
    named = limner.paint({"color": {"kind": "palette", "name": "glacier"}}, seed=1, size=(8, 8))
    assert (other.render() == named.render()).all()


def test_a_button_replaces_the_weights_of_a_picture():
    table = {"encoder": [{"kind": "one-hot", "size": 3, "weights": [0.5, 0.5, 0.0]}]}
    assert apply(table, {"encoder.one-hot.index": 0})["encoder"] == [{"kind": "one-hot", "size": 3, "index": 0}]


def test_other_activations_replace_those_that_were_drawn():
    art = limner.paint({"network": {"kind": "cppn", "width": 3, "depth": 1}}, seed=1, size=(8, 8))
    other = limner.paint(art, set={"network.choices": ["sin"]}, seed=1)
    assert other.recipe.network.stage.units == (("sin", "sin", "sin"),)


def test_fields_that_exclude_one_another_cannot_both_be_set():
    with pytest.raises(LimnerError, match=r"'color\.name' and 'color\.colors': only one of them has an effect"):
        apply(OWN, {"color.name": "glacier", "color.colors": ["red", "blue"]})


@pytest.mark.parametrize(
    ("table", "text", "message"),
    [
        (OWN, "color.count=3", "without color.image; set that too, or omit this setting"),
        ({"encoder": [{"kind": "distance"}]}, "encoder.distance.sides=7", "set encoder.distance.shape=polygon too"),
        ({"trainer": {"kind": "backprop"}}, "trainer.drop=0.2", "with trainer.schedule=constant; set trainer.schedule"),
        ({"trainer": {"kind": "genetic"}}, "trainer.refine_elites=2", "without trainer.refine_steps; set that too"),
        ({"trainer": {"kind": "genetic"}}, "trainer.refine.increase=2", "without trainer.refine_steps; set that too"),
        ({"warp": [{"kind": "wallpaper"}]}, "warp.0.angle=70", "with warp.0.group=p4; set warp.0.group=p1 too"),
        ({"layer": [OWN, OWN]}, "layer.1.color.count=3", "without layer.1.color.image; set that too"),
    ],
)
def test_a_setting_without_effect_is_an_error(table, text, message):
    with pytest.raises(LimnerError) as error:
        typed(table, text)
    assert f"setting {text.partition('=')[0]!r}: has no effect " in str(error.value)
    assert message in str(error.value)
    typed(table, text, allow_unused=True)
    if fix := re.search(r"; set (\S+=\S+) too", str(error.value)):
        typed(table, text, fix[1])
