"""Locked parts, and restyles that are refused."""

import numpy as np
import pytest

import limner
from limner.artworks.artwork import Artwork
from limner.artworks.recipe_sources import compose
from limner.artworks.restyling.function import restyled

HARMONY = {
    "title": "harmony",
    "seed": 3,
    "size": [24, 16],
    "warp": [{"kind": "noise"}],
    "encoder": [{"kind": "xy"}, {"kind": "fourier", "count": 4}],
    "network": {"kind": "mlp", "width": 6, "depth": 2},
    "color": {"kind": "mixture", "name": "harmony", "count": 4},
}
PLAIN = {**HARMONY, "warp": [], "color": {"kind": "rgb"}}


@pytest.fixture(scope="module")
def art():
    return limner.paint(HARMONY)


@pytest.fixture(scope="module")
def plain():
    return limner.paint(PLAIN)


def part(artwork, prefix):
    slices = artwork.model.layout.slices
    return np.concatenate([artwork.theta[s] for name, s in slices.items() if name.startswith(prefix)])


@pytest.mark.parametrize(
    ("keep", "kept", "drawn"),
    [
        ("network", ["encoder.", "network."], ["warp.", "color."]),
        ("color", ["color."], ["warp.", "encoder.", "network."]),
        (["network", "color"], ["encoder.", "network.", "color."], ["warp."]),
    ],
)
def test_a_seed_draws_everything_else_again(art, keep, kept, drawn):
    new, other = limner.restyle(art, keep=keep, seed=9), limner.paint(HARMONY, seed=9)
    for prefix in kept:
        np.testing.assert_array_equal(part(new, prefix), part(art, prefix))
    for prefix in drawn:
        np.testing.assert_array_equal(part(new, prefix), part(other, prefix))
        assert (part(new, prefix) != part(art, prefix)).any()
    assert new.seed == 9


def test_the_report_names_the_seed(art):
    outcome = restyled(art, name="art", keep="network", seed=9)
    assert str(outcome.report) == (
        "kept: encoder fourier, network; drawn again: warp noise (another seed), color (another seed)"
    )


def test_the_colours_of_another_network(art):
    new = limner.restyle(art, keep="color", swap={"network": "siren"}, set={"network.width": 4})
    np.testing.assert_array_equal(part(new, "color."), part(art, "color."))
    assert new.recipe.network.kind == "siren"


@pytest.mark.parametrize(
    ("keep", "changes", "message"),
    [
        ("color", {"swap": {"color": "hsv"}}, "`keep=color`: the color would change"),
        ("color", {"palette": "ember"}, "`keep=color`: the color would change"),
        ("network", {"swap": {"network": "siren"}}, "`keep=network`: the network would change"),
        ("network", {"set": {"network.width": 3}}, "`keep=network`: the network would change"),
        ("network", {"swap": {"encoder": ["xy"]}}, "`keep=network`: the encoder would change"),
        ("network", {"swap": {"color": "cmyk"}}, "network 'mlp' cannot be kept, .* has 4 channels instead of 3"),
        ("warp", {"seed": 9}, "`keep`: must be 'color' or 'network', got 'warp'"),
        (None, {"seed": 9}, "`keep`: must be 'color', 'network' or a list of both, got None"),
        ([3], {"seed": 9}, "`keep`: must be 'color' or 'network', got 3"),
    ],
)
def test_a_lock_that_cannot_hold(plain, keep, changes, message):
    with pytest.raises(limner.LimnerError, match=message):
        limner.restyle(plain, keep=keep, **changes)


def test_a_locked_network_can_be_recolored(plain):
    new = limner.restyle(plain, keep="network", swap={"color": "duotone"})
    np.testing.assert_array_equal(new.theta, plain.theta)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "no change of the look is given"),
        ({"size": (9, 9)}, "no change of the look is given"),
        ({"set": {"title": "New"}}, "no change of the look is given"),
        ({"keep": "network"}, "no change of the look is given"),
        ({"swap": {"color": "rgb"}}, "the picture would stay the same"),
        ({"set": {"network.weight_scale": 2.0}}, "the picture would stay the same"),
        ({"seed": 9}, "`seed`: has no effect, because nothing random is drawn; lock a part with `keep`"),
        ({"swap": {"warp": ["tile"]}, "seed": 9}, "`seed`: has no effect, because nothing random is drawn"),
        ({"palette": "ember", "seed": 9}, "`seed`: has no effect, because nothing random is drawn"),
        ({"keep": "network", "seed": 9}, "`seed`: has no effect, because besides the network nothing is random"),
        ({"set": {"seed": 9}}, "use `seed`"),
        ({"set": {"seed": 9}, "seed": 9}, "`seed`: is also set by `set`"),
        (
            {"swap": {"network": "siren"}},
            "nothing of the picture would remain, since network siren would be drawn again; make another picture with "
            "`limner.paint`",
        ),
        ({"keep": "color", "seed": 9}, "nothing of the picture would remain, since encoder fourier and network mlp"),
        ({"swap": {"warp": ["nois"]}}, "unknown warp 'nois'; did you mean 'noise'"),
        ({"set": {"color.dark": "navy"}}, "color.dark"),
        ({"palette": "glacer"}, "unknown palette 'glacer'; did you mean 'glacier'"),
    ],
)
def test_a_restyle_that_makes_no_sense(plain, changes, message):
    with pytest.raises(limner.LimnerError, match=message):
        limner.restyle(plain, **changes)


def test_colours_that_only_recolour_another_network_are_nothing_of_the_picture(art):
    with pytest.raises(limner.LimnerError, match="nothing of the picture would remain, since network siren"):
        limner.restyle(art, swap={"network": "siren", "color": "duotone"})


def test_an_animation_that_begins_alike_is_another_one():
    art = limner.paint({**PLAIN, "encoder": [{"kind": "xy"}, {"kind": "time"}]})
    changed = restyled(art, name="art", set={"encoder.time.turns": 2}).artwork
    np.testing.assert_array_equal(changed.render(), art.render())


def test_colours_without_parameters_remain():
    art = limner.paint({**PLAIN, "color": {"kind": "duotone", "dark": "navy"}})
    assert limner.restyle(art, swap={"network": "siren"}).recipe.color.stage.dark == "navy"


def test_a_learned_picture_is_not_replaced():
    picture = np.arange(96, dtype=np.uint8).reshape(4, 8, 3)
    art = limner.fit(picture, PLAIN, steps=2, seed=1, swap={"trainer": "backprop"}).artwork
    with pytest.raises(limner.LimnerError, match=r"make another picture with `limner\.fit`"):
        limner.restyle(art, swap={"network": "siren"})


@pytest.mark.parametrize(("preset", "does"), [("colorize", "converts pictures"), ("from-noise", "makes pictures from")])
def test_a_network_without_a_picture_of_its_own_has_no_look(preset, does):
    art = Artwork(compose(preset), np.empty(0, np.float32))
    with pytest.raises(limner.LimnerError, match=f"{does}.* and has none of its own to restyle"):
        limner.restyle(art, swap={"color": "gray"})
