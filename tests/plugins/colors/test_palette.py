"""Palettes hit their colours, close their circles and take a picture's colours; and what is built on them."""

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

import limner
from limner.plugin import Context, LimnerError, Params
from limner_plugins.blends.difference import Difference
from limner_plugins.colors._image import colours_of
from limner_plugins.colors._palette.named import PALETTES
from limner_plugins.colors.duotone import Duotone
from limner_plugins.colors.gray import Gray
from limner_plugins.colors.layers import Layers
from limner_plugins.colors.palette import PaletteColor
from limner_plugins.common.colours import rgb_columns
from limner_plugins.common.oklab import from_srgb

FLAT = ("#102030", "#c03020", "#50b060", "#f0e0c0")  # from dark to light
CONTEXT = Context((8, 8))


def drawn(mode, seed=0):
    layout = mode.param_layout()
    return layout.pack(mode.init_params(np.random.default_rng(seed)))


def params(mode, theta):
    return Params(mode.param_layout(), theta)


def painted(mode, t, dtype=np.float32, seed=0):
    """RGB ``(n, 3)`` along a row of numbers."""
    return mode.forward(params(mode, drawn(mode, seed).astype(dtype)), np.asarray([t], dtype=dtype), None).T


def eight_bits(rgb):
    return np.floor(rgb * 255 + 0.5).astype(int)


@pytest.fixture
def picture(tmp_path):
    """Four flat stripes, and a clear one in another colour."""
    path = tmp_path / "stripes.png"
    rgb = eight_bits(rgb_columns(FLAT).T)
    stripes = [*[(*colour, 255) for colour in rgb[[2, 0, 3, 1]]], (255, 0, 255, 0)]
    Image.fromarray(np.repeat(np.asarray([stripes], dtype=np.uint8), 40, axis=0).repeat(20, axis=1)).save(path)
    return path


@pytest.mark.parametrize("name", PALETTES)
def test_our_palettes_are_worth_the_name(name):
    colours = PALETTES[name]
    assert 4 <= len(set(colours)) == len(colours) <= 7
    light = from_srgb(rgb_columns(colours))[0]
    assert light.min() < 0.35
    assert np.ptp(light) > 0.5


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("cyclic", [False, True])
def test_a_gradient_hits_its_colours(name, cyclic):
    wanted = rgb_columns(PALETTES[name]).T
    count = len(wanted)
    knots = np.arange(count) / (count if cyclic else count - 1)
    for dtype in (np.float32, np.float64):
        got = painted(PaletteColor(name=name, cyclic=cyclic), knots, dtype)
        np.testing.assert_array_equal(eight_bits(got), eight_bits(wanted))
        np.testing.assert_allclose(got, wanted, atol=2e-6)


def test_between_two_colours_lies_their_mean():
    given = ("#204060", "wheat", "#803010")
    middle = from_srgb(painted(PaletteColor(colors=given), [0.25, 0.75], np.float64).T)
    light = from_srgb(rgb_columns(given))
    np.testing.assert_allclose(middle, (light[:, :2] + light[:, 1:]) / 2, atol=1e-6)


def test_beyond_its_ends_the_gradient_runs_back():
    t = np.linspace(0, 1, 21)
    mode = PaletteColor(name="dusk")
    np.testing.assert_allclose(painted(mode, t, np.float64), painted(mode, -t, np.float64), atol=1e-12)
    np.testing.assert_allclose(painted(mode, t, np.float64), painted(mode, 2 - t, np.float64), atol=1e-6)


def test_a_circle_closes():
    mode = PaletteColor(name="fiesta", cyclic=True)
    around = painted(mode, [0.0, 1e-7, 1.0 - 1e-7, 1.0, 5.0], np.float64)
    np.testing.assert_allclose(around, np.broadcast_to(around[0], (5, 3)), atol=1e-5)


def test_repeats_run_there_and_back():
    t = np.linspace(0, 1, 31)
    once, thrice = (painted(PaletteColor(name="ember", repeats=n), t, np.float64) for n in (1, 3))
    np.testing.assert_allclose(thrice[:11], once[::3], atol=1e-6)
    np.testing.assert_allclose(thrice[10:21], once[::-3], atol=1e-6)
    np.testing.assert_allclose(thrice[20:], once[::3], atol=1e-6)


@pytest.mark.parametrize("cyclic", [False, True])
def test_bands_are_hard(cyclic):
    mode = PaletteColor(colors=FLAT, steps=4, cyclic=cyclic)
    t = np.linspace(0, 0.999, 500)
    np.testing.assert_array_equal(eight_bits(painted(mode, t)), np.repeat(eight_bits(rgb_columns(FLAT).T), 125, axis=0))
    mode = mode.model_copy(update={"learn": True})
    y, pull = mode.vjp(params(mode, drawn(mode).astype(np.float64)), t[None], CONTEXT)
    gradient, dt = pull(np.ones_like(y))
    assert not dt.any()
    assert gradient["colors"].any()


def test_at_an_inner_colour_the_gradient_is_that_of_one_side():
    mode, step = PaletteColor(colors=(*FLAT, "teal"), repeats=2), 1e-6
    knots = np.asarray([[1, 2, 3, 5, 6, 7]]) / 8
    at = params(mode, drawn(mode).astype(np.float64))
    y, pull = mode.vjp(at, knots, CONTEXT)
    before, behind = ((mode.forward(at, knots + s * step, CONTEXT) - y).sum(axis=0) / (s * step) for s in (-1, 1))
    got = pull(np.ones_like(y))[1][0]
    assert np.minimum(np.abs(got - before), np.abs(got - behind)).max() < 1e-3 * np.abs(got).max()
    assert not np.isclose(before, behind, rtol=0.01).any()


def test_a_shuffle_keeps_the_colours_and_follows_the_seed():
    plain, shuffled = PaletteColor(name="bazaar"), PaletteColor(name="bazaar", shuffle=True)
    one, again, other = (drawn(shuffled, seed).reshape(-1, 3) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert sorted(map(tuple, one)) == sorted(map(tuple, drawn(plain).reshape(-1, 3)))


def test_colours_are_learned_only_on_request():
    assert not PaletteColor().param_layout().trainable.any()
    assert PaletteColor(learn=True).param_layout().trainable.all()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"color.colors": ["red"]}, "colors has one colour, and a gradient needs two; add another"),
        ({"color.colors": ["red", "bleu"]}, "'bleu' is not a colour; did you mean 'blue'?"),
        ({"color.colors": ["red", "#11223344"]}, "'#11223344' is partly or fully transparent; use an opaque colour"),
        (
            {"color.colors": ["red", "blue"], "color.image": "x.png"},
            "only one of them has an effect; omit the other",
        ),
        ({"color.steps": 1}, "steps is 1, which paints a single colour"),
        ({"color.name": "embr"}, "did you mean 'ember'"),
        ({"color.image": "nowhere.png"}, r"nowhere.png: there is no such file"),
        ({"color.image": "skimage:nothing"}, r"skimage:nothing: scikit-image has no such picture.* coffee"),
    ],
)
def test_a_wrong_palette_is_told(settings, told):
    with pytest.raises(LimnerError, match=told):
        limner.paint(seed=1, swap={"color": "palette"}, set=settings)


def test_a_damaged_picture_is_told(tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(LimnerError, match=r"broken.png: is not a picture"):
        limner.paint(seed=1, swap={"color": "palette"}, set={"color.image": str(path)})


def test_a_picture_s_colours_are_found(picture):
    np.testing.assert_allclose(colours_of(str(picture), 4), from_srgb(rgb_columns(FLAT)).T, atol=0.02)
    more = colours_of(str(picture), 9)
    assert more.shape == (9, 3)
    assert np.isfinite(more).all()
    assert (np.diff(more[:, 0]) >= 0).all()


def test_small_vivid_areas_and_the_extremes_are_among_the_colours(tmp_path):
    rng = np.random.default_rng(1)
    levels = rng.normal([120, 110, 95], 12, (96, 96, 3))
    levels[:12, :24] = (20, 160, 60)  # 3 % of the picture each
    levels[-12:, :24] = (30, 60, 200)
    levels[40:52, :24] = (8, 8, 10)
    levels[60:72, 70:94] = (248, 246, 240)
    Image.fromarray(levels.clip(0, 255).astype(np.uint8)).save(tmp_path / "photo.png")
    colours = colours_of(str(tmp_path / "photo.png"), 6)
    for wanted in ("rgb(20, 160, 60)", "rgb(30, 60, 200)", "rgb(8, 8, 10)", "rgb(248, 246, 240)"):
        distances = np.linalg.norm(colours - from_srgb(rgb_columns((wanted,))).T, axis=1)
        assert distances.min() < 0.03, wanted


def test_a_picture_with_few_colours_repeats_them(tmp_path):
    picture = Image.new("RGB", (8, 8), "#d8402a")
    picture.paste("white", (0, 0, 4, 8))
    picture.save(tmp_path / "flag.png")
    colours = colours_of(str(tmp_path / "flag.png"), 3)
    two = from_srgb(rgb_columns(("#d8402a", "#ffffff"))).T
    assert np.abs(colours[:, None] - two).max(axis=2).min(axis=1).max() < 1e-9, "each is one of the two"
    np.testing.assert_allclose(colours[[0, -1]], two, atol=1e-9)


def test_a_clear_picture_has_no_colours(tmp_path):
    path = tmp_path / "clear.png"
    Image.new("RGBA", (4, 4)).save(path)
    with pytest.raises(LimnerError, match="fully transparent"):
        colours_of(str(path), 3)


def test_a_sample_of_scikit_image_gives_colours_that_differ():
    colours = colours_of("skimage:coffee", 6)
    apart = np.linalg.norm(colours[:, None] - colours[None], axis=2)[np.triu_indices(6, 1)]
    assert apart.min() > 0.05


def test_an_artwork_no_longer_needs_the_picture(picture, tmp_path):
    art = limner.paint(seed=3, size=(24, 16), swap={"color": "palette"}, set={"color.image": str(picture)})
    saved = art.save(tmp_path / "art.png")
    picture.unlink()
    np.testing.assert_array_equal(limner.open(saved).render(), art.render())


def test_a_duotone_goes_from_ink_to_ink():
    t = np.linspace(0, 1, 201)
    for settings in ({}, {"contrast": 0.0}, {"contrast": 20.0, "midpoint": 0.0}, {"contrast": 1e-300}):
        mode = Duotone(dark="#203040", light="linen", **settings)
        rgb = painted(mode, t, np.float64)
        np.testing.assert_allclose(rgb[[0, -1]], rgb_columns(("#203040", "linen")).T, atol=1e-6)
        assert (np.diff(from_srgb(rgb.T)[0]) > -1e-12).all()


def test_a_duotone_s_curve_is_steepest_at_its_midpoint():
    t = np.linspace(0, 1, 201)
    light = from_srgb(painted(Duotone(contrast=5.0, midpoint=0.3), t, np.float64).T)[0]
    assert t[np.argmax(np.diff(light))] == pytest.approx(0.3, abs=0.01)
    straight = from_srgb(painted(Duotone(contrast=0.0), t, np.float64).T)[0]
    np.testing.assert_allclose(np.diff(straight), np.diff(straight).mean(), rtol=1e-3)


def test_layers_are_their_blend():
    first, second = PaletteColor(name="dusk", shuffle=True), Gray()
    mode = Layers.model_validate(
        {"first": {"kind": "palette", "name": "dusk", "shuffle": True}, "second": {"kind": "gray"}}
        | {"blend": {"kind": "difference"}}
    )
    theta = drawn(mode)
    assert mode.num_components() == 2
    assert [parameter.name for parameter in mode.param_layout().parameters] == ["first.colors"]
    x = np.random.default_rng(2).random((2, 50)).astype(np.float32)
    bottom = first.forward(params(first, theta), x[:1], CONTEXT)
    wanted = Difference().forward([bottom, second.forward(params(second, theta[:0]), x[1:], CONTEXT)])
    np.testing.assert_array_equal(mode.forward(params(mode, theta), x, CONTEXT), wanted)


def test_a_layer_s_random_numbers_are_its_own():
    def theta(first):
        second = {"kind": "palette", "name": "sumi", "shuffle": True}
        mode = Layers.model_validate({"first": first, "second": second, "blend": {"kind": "mean"}})
        return params(mode, drawn(mode))["second.colors"]

    shuffled = theta({"kind": "palette", "name": "ember", "shuffle": True})
    np.testing.assert_array_equal(theta({"kind": "gray"}), shuffled)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"first": {"kind": "gray", "alpha": True}}, "first has alpha, which a blend loses"),
        ({"blend": {"kind": "mask"}}, "blend 'mask' takes at least 3 layers; there are two"),
        ({"second": {"kind": "grey"}}, "unknown colour mode 'grey'; did you mean 'gray'"),
        ({"second": {"kind": "palette", "colors": ("red",)}}, "colors has one colour"),
    ],
)
def test_wrong_layers_are_told(table, told):
    with pytest.raises(ValidationError, match=told):
        Layers.model_validate(table)


def test_layers_come_back_from_a_file(tmp_path):
    color = {
        "kind": "layers",
        "first": {"kind": "palette", "colors": ["navy", "#fe8"], "cyclic": True},
        "second": {"kind": "layers", "blend": {"kind": "screen"}},
        "blend": {"kind": "multiply"},
        "alpha": True,
    }
    art = limner.paint({"color": color}, seed=5, size=(20, 12))
    back = limner.open(art.save(tmp_path / "layers.png"))
    assert back.recipe == art.recipe
    np.testing.assert_array_equal(back.render(), art.render())
