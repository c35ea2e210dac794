"""Blending artworks: what is painted is the formula, and the result is an artwork again."""

import numpy as np
import pytest

import limner
from limner.artworks.blending import blend
from limner.artworks.verification import verify
from limner.cli.main import run
from limner.errors import LimnerError

SIZE = (40, 30)
FORMULAS = {
    "mean": lambda a, b: (a + b) / 2,
    "max": np.maximum,
    "min": np.minimum,
    "difference": lambda a, b: np.abs(a - b),
    "multiply": lambda a, b: a * b,
    "screen": lambda a, b: 1 - (1 - a) * (1 - b),
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, recipe, seed in (("a", "marbling", 1), ("b", "ink", 2), ("c", "screenprint", 3)):
        limner.paint(recipe, seed=seed, size=SIZE).save(f"{name}.png")
    return tmp_path


def shown(path):
    return limner.open(path).render(bits=16) / 65535


@pytest.mark.parametrize("mode", FORMULAS)
def test_a_blend_is_its_formula(files, mode):
    picture = blend(["a.png", "b.png"], mode).render(bits=16) / 65535
    expected = FORMULAS[mode](shown("a.png"), shown("b.png"))
    assert np.abs(picture - expected).max() < 3e-5
    assert expected.std() > 0.05


def test_a_mask_chooses(files):
    a, b, mask = shown("a.png"), shown("b.png"), shown("c.png").mean(axis=-1, keepdims=True)
    picture = blend(["a.png", "b.png", "c.png"], "mask").render(bits=16) / 65535
    assert np.abs(picture - (a + mask * (b - a))).max() < 5e-5


def test_a_blend_is_an_artwork_again(files):
    first = blend(["a.png", "b.png"], "difference")
    path = first.save("d.png")
    assert verify(path).ok
    np.testing.assert_array_equal(limner.open(path).render(), first.render())
    deep = blend(["d.png", "c.png"], "max", size=(60, 45))
    assert deep.recipe.size == (60, 45)
    assert verify(deep.save("deep.png")).ok
    varied = limner.paint("deep.png", seed=9)
    assert varied.theta.shape == deep.theta.shape
    assert not np.array_equal(varied.theta, deep.theta)
    set_inside = limner.paint("deep.png", seed=9, set={"layer.1.network.contrast": 3.0})
    assert not np.array_equal(set_inside.theta, varied.theta)


def test_layers_of_one_recipe_differ(files):
    varied = limner.paint(blend(["a.png", "a.png"], "difference").recipe, seed=4)
    assert varied.render().std() > 5


@pytest.mark.parametrize("order", [("clear.png", "b.png"), ("b.png", "clear.png")])
def test_one_opaque_layer_makes_the_whole_opaque(files, order):
    limner.paint("marbling", seed=1, size=SIZE, set={"color.alpha": True}).save("clear.png")
    picture = blend(order, "mean").render()
    assert picture.shape == (30, 40, 4)
    assert (picture[..., 3] == 255).all()


def test_two_transparent_layers_keep_the_larger_opacity(files):
    for seed in (1, 2):
        limner.paint("marbling", seed=seed, size=SIZE, set={"color.alpha": True}).save(f"clear{seed}.png")
    alphas = [shown(f"clear{seed}.png")[..., 3] for seed in (1, 2)]
    picture = blend(["clear1.png", "clear2.png"], "mean").render(bits=16) / 65535
    assert np.abs(picture[..., 3] - np.maximum(*alphas)).max() < 3e-5


@pytest.mark.parametrize("lowest", ["a.png", "clear.png"])
def test_gradients_reach_every_layer(files, lowest):
    from limner.imaging.canvas import Canvas
    from limner.stages.context import Context, Samples

    limner.paint("marbling", seed=1, size=SIZE, set={"color.alpha": True}).save("clear.png")
    art = blend([lowest, "b.png", "c.png"], "mask", size=(3, 3))
    model, theta = art.model, art.theta.astype(np.float64)
    canvas = Canvas((3, 3))
    (block,) = canvas.blocks(100)
    samples = Samples(pixels=canvas.samples_of(block, np, np.float64, None))
    ctx = Context(size=(3, 3))
    y, pullback = model.vjp(theta, samples, ctx)
    np.testing.assert_allclose(y, model.forward(theta, samples, ctx))
    dy = np.random.default_rng(0).normal(size=y.shape)
    grad = pullback(dy)
    learned = np.flatnonzero(model.layout.trainable)
    for i in np.random.default_rng(1).choice(learned, 60, replace=False):
        step = np.zeros_like(theta)
        step[i] = 1e-6
        up, down = (np.sum(dy * model.forward(theta + s * step, samples, ctx)) for s in (1, -1))
        assert grad[i] == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["a.png"], "needs at least two pictures"),
        (["a.png", "none.png"], "none.png: there is no such file"),
        (["a.png", "b.png", "-m", "maxx"], "did you mean 'max'"),
        (["a.png", "b.png", "c.png", "-m", "difference"], "--mode difference takes 2 pictures, got 3"),
        (["a.png", "b.png", "-m", "mask"], "--mode mask takes 3 pictures, got 2"),
        (["a.png", "b.png", "--mask", "c.png", "-m", "max"], "omit --mode max"),
        (["a.png", "b.png", "-s", "network.width=3"], "change a recipe with limner paint"),
        (["a.png", "b.png", "-o", "c.png"], "exists already"),
    ],
)
def test_bad_blends(files, capsys, args, message):
    before = {p.name for p in files.iterdir()}
    assert run(["blend", *args]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert {p.name for p in files.iterdir()} == before


def test_layers_may_not_nest_without_end():
    table = {"title": "x"}
    for _ in range(12):
        table = {"layer": [table, table]} if len(str(table)) < 500 else {"layer": [table, {}]}
    with pytest.raises(LimnerError, match="deep"):
        limner.paint(table)


def test_a_mode_is_one_blend_and_no_list(files):
    with pytest.raises(LimnerError, match="must be a table"):
        blend(["a.png", "b.png"], ["mean"])


def test_a_mask_mixes_opacity_like_colours(files):
    limner.paint("marbling", seed=1, size=SIZE, set={"color.alpha": True}).save("clear.png")
    art = blend(["clear.png", "b.png"], mask="c.png")
    a, mask = shown("clear.png").astype(float), shown("c.png").mean(axis=-1, keepdims=True)
    b = np.concatenate([shown("b.png"), np.ones((30, 40, 1))], axis=-1)
    weights = [(1 - mask) * a[..., 3:], mask * b[..., 3:]]
    wanted = (weights[0] * a[..., :3] + weights[1] * b[..., :3]) / sum(weights)
    picture = art.render(bits=16) / 65535
    assert picture[..., 3].min() < 0.9
    assert np.abs(picture[..., 3:] - sum(weights)).max() < 1e-4
    assert np.abs(picture[..., :3] - wanted).max() < 1e-4
    assert verify(art.save("masked.png")).ok


def test_masks_of_earlier_artworks_keep_the_largest_opacity(files):
    limner.paint("marbling", seed=1, size=SIZE, set={"color.alpha": True}).save("clear.png")
    art = blend(["clear.png", "b.png"], mask="c.png")
    table = art.recipe.table()
    assert table["blend"] == {"kind": "mask", "opacity": "mix"}
    del table["blend"]["opacity"]
    assert (limner.paint(table, size=SIZE).render()[..., 3] == 255).all()
