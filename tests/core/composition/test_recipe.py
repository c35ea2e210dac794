"""Recipes: defaults, errors reported together, overrides."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limner.composition import overrides as overlay
from limner.composition.parser import parse, read_toml
from limner.errors import LimnerError, RecipeError
from limner.models.factory import model_of
from limner.registry.registry import registry
from limner.utils.text_readers import parse_value


def problems(table):
    with pytest.raises(RecipeError) as caught:
        parse(table, registry())
    return caught.value.problems


def test_an_empty_recipe_is_filled_in_with_defaults():
    table = parse({}, registry()).table()
    assert table["frame"] == {"kind": "centred", "scale": 1.0}
    assert [e["kind"] for e in table["encoder"]] == ["xy", "radius"]
    assert table["network"]["kind"] == "mlp"
    assert None not in str(table).split()


@pytest.mark.parametrize("name", registry().names("recipe"))
def test_presets_survive_toml(name):
    recipe = parse(read_toml(registry().read_recipe(name), name), registry(), name).with_seed(3)
    again = parse(tomllib.loads(recipe.to_toml()), registry())
    assert again == recipe
    assert recipe.title
    assert recipe.header.summary


def test_three_errors_are_reported_together():
    found = problems({"titel": "x", "network": {"kind": "mlp", "width": 0}, "color": {"kind": "hsvv"}})
    assert len(found) == 3
    assert "titel: unknown key; did you mean 'title'?" in found
    assert "network.width: must be at least 1, got 0" in found
    assert "color.kind: unknown colour mode 'hsvv'; did you mean 'hsv'?" in found


def played(**fields):
    """A recipe whose trainer holds other stages."""
    return {"encoder": [{"kind": "grayscale"}], "trainer": {"kind": "adversarial", **fields}}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"network": {"kind": "mlp", "width": "wide"}}, "network.width"),
        ({"network": {"kind": "mlp", "depht": 3}}, "did you mean 'depth'"),
        ({"network": {"kind": "mlp", "activation": "thanh"}}, "did you mean 'tanh'"),
        ({"network": {"kind": "mlp", "weight_scale": float("nan")}}, "must be a finite number, got nan"),
        ({"network": {"kind": "mlp", "weight_scale": float("inf")}}, "finite"),
        ({"network": {"kind": "mlp", "weight_scale": 1e300}}, "at most 1000"),
        ({"network": {"kind": "mlp", "depth": True}}, "network.depth: must be a whole number"),
        ({"network": {"kind": "mlp", "depth": "8"}}, "network.depth: must be a whole number"),
        ({"network": {"kind": "mlp", "width": [3, 4], "depth": 3}}, "width lists 2 layers"),
        ({"network": {"kind": "mlp", "activation": ["tanh"]}}, "activation lists 1 layers"),
        ({"network": "mlp"}, "must be a table"),
        ({"network": {"knid": "mlp"}}, "network.knid: unknown setting"),
        ({"encoder": [{"scale": 1.0}]}, "encoder.0.kind: must name an encoder"),
        ({"network": {"width": [3, 0, 4]}}, "network.width.1: must be at least 1"),
        ({"encoder": []}, "needs at least one"),
        ({"encoder": {"kind": "xy"}}, r"must be a list of tables, \[\[encoder\]\]"),
        ({"encoder": [{"kind": "xy"}] * 65}, "at most 64"),
        ({"encoder": [{"kind": "latent", "size": 3, "values": [1.0]}]}, "make them agree"),
        ({"encoder": [{"kind": "one-hot", "size": 3, "index": 3}]}, "index must be less than size = 3"),
        ({"seed": -1}, "seed: must be at least 0"),
        ({"seed": 2**63}, "seed: must be at most"),
        ({"size": [0, 5]}, "size.0: must be at least 1"),
        ({"size": [5]}, "size.1: is missing"),
        ({"title": ""}, "title"),
        ({"trainer": {"kind": "nobody"}}, "trainer.kind: unknown trainer 'nobody'"),
        (played(discriminator={"with": 3}), "trainer.discriminator.with: unknown setting; did you mean 'width'"),
        (played(discriminator={"width": 0}), "trainer.discriminator.width: must be at least 1, got 0"),
        (
            played(discriminator={"kind": "mlp", "widest": 8}),
            "'mlp' is not a discriminator; use patch-discriminator or image-discriminator",
        ),
        (
            played(discriminator={"kind": "canny"}),
            "unknown discriminator 'canny'; known: image-discriminator, patch-discriminator$",
        ),
        (played(augment=[{"kind": "crop", "shift": 5}]), "trainer.augment.0.shift: must be at most"),
        (played(augment=5), "a list of names or tables, each of an augment, or none"),
    ],
)
def test_errors_name_their_path(table, message):
    with pytest.raises(RecipeError, match=message) as caught:
        parse(table, registry())
    assert len(caught.value.problems) == 1
    assert "\n" not in str(caught.value)


def test_domains_that_do_not_meet_are_named():
    with pytest.raises(LimnerError, match="on codes") as caught:
        model_of(parse({"encoder": [{"kind": "latent"}], "network": {"kind": "mlp"}}, code_only_registry()))
    assert "frame 'centred' on images or points" in str(caught.value)
    with pytest.raises(RecipeError, match=r"encoder 'xy' works on points and network 'mlp' on codes"):
        parse({"encoder": [{"kind": "xy"}], "network": {"kind": "mlp"}}, code_only_registry())


def code_only_registry():
    """The built-ins, with an mlp that speaks codes alone."""
    from limner.registry.registry import build
    from limner_plugins.networks.mlp import Mlp

    class CodeMlp(Mlp):
        domains = frozenset({"code"})

    known = build(third_party=False)
    load = known.load
    known.load = lambda kind, name, *of: CodeMlp if (kind, name) == ("network", "mlp") else load(kind, name, *of)
    return known


def test_settings_find_their_place():
    table = {"encoder": [{"kind": "xy"}, {"kind": "latent"}, {"kind": "latent"}], "network": {"kind": "mlp"}}
    out = overlay.apply(
        table, {"network.width": 64, "encoder.xy.scale": 2, "encoder.2.size": 5, "seed": 4}, {"color": "hsv"}
    )
    assert out["network"] == {"kind": "mlp", "width": 64}
    assert out["encoder"] == [{"kind": "xy", "scale": 2}, {"kind": "latent"}, {"kind": "latent", "size": 5}]
    assert out["color"] == {"kind": "hsv"}
    assert out["seed"] == 4
    assert "width" not in table["network"]


def test_settings_reach_into_lists_of_stages_within_a_stage():
    table = {"trainer": {"kind": "adversarial", "augment": [{"kind": "flip"}, {"kind": "crop"}]}}
    out = overlay.apply(table, {"trainer.augment.crop.shift": 0.3, "trainer.augment.0.probability": 1})
    assert out["trainer"]["augment"] == [{"kind": "flip", "probability": 1}, {"kind": "crop", "shift": 0.3}]
    for path in ("trainer.augment.jitter.contrast", "trainer.augment.2.zoom", "trainer.augment.crop"):
        with pytest.raises(LimnerError, match=path):
            overlay.apply(table, {path: 1})
    none = overlay.apply(played(network={"kind": "unet"}) | {"trainer": table["trainer"]}, {"trainer.augment": "none"})
    assert parse({**none, "network": {"kind": "unet"}}, registry()).trainer.stage.augment == ()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("encoder.latent.size", "use encoder.1 or encoder.2"),
        ("encoder.xz.scale", "did you mean 'xy'"),
        ("encoder.7.scale", "has 3 encoders"),
        ("netwrk.width", "did you mean 'network'"),
        ("sede", "did you mean 'seed'"),
        ("network.", "FIELD=VALUE"),
        ("encoder.xy", "FIELD=VALUE"),
        ("network.kind.x", "holds a value"),
    ],
)
def test_settings_that_lead_nowhere(path, message):
    table = {"encoder": [{"kind": "xy"}, {"kind": "latent"}, {"kind": "latent"}], "network": {"kind": "mlp"}}
    with pytest.raises(LimnerError, match=message):
        overlay.apply(table, {path: 1})


@pytest.mark.parametrize(
    ("text", "value"),
    [("64", 64), ("0.5", 0.5), ("true", True), ("[1, 2]", [1, 2]), ("tanh", "tanh"), ('"8"', "8"), ("a\nb", "a\nb")],
)
def test_values_are_read_as_toml_would(text, value):
    assert parse_value(text) == value


def test_values_are_shown_as_they_are_read():
    for value in (64, 0.5, True, [1, [2, 3]], "tanh"):
        assert parse_value(overlay.show_value(value)) == value


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=6), v, max_size=3))
parts = st.fixed_dictionaries(
    {}, optional={"kind": st.sampled_from(["xy", "mlp", "rgb", "latent", "centred", "tile"]) | values}
    | dict.fromkeys(("width", "scale", "size", "values", "hot", "activation", "depth", "alpha"), values)
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.text(max_size=6), values, max_size=2),
    st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("frame", "network", "color", "loss", "trainer", "title", "seed", "size"), values | parts
        )
        | {k: values | st.lists(parts, max_size=3) for k in ("encoder", "warp")},
    ),
)
def test_no_table_breaks_the_parser(noise, table):
    try:
        recipe = parse(noise | table, registry())
    except RecipeError as error:
        assert error.problems
        assert "\n" not in str(error)
    else:
        assert parse(recipe.table(), registry()) == recipe
