"""Weights of a blend: the weighted mean, its record, and what is refused."""

import numpy as np
import pytest

import limner
from limner.cli.main import run
from limner.errors import LimnerError
from limner_plugins.blends.mean import MeanBlend

SIZE = (20, 15)


@pytest.fixture(scope="module")
def pair():
    return limner.paint("marbling", seed=1, size=SIZE), limner.paint("ink", seed=2, size=SIZE)


@pytest.mark.parametrize("weights", [(0.3, 0.7), (6, 14), (0, 1)])
def test_the_blend_is_the_weighted_mean(pair, weights):
    share = weights[0] / sum(weights)
    first, second = (art.render(bits=16) / 65535 for art in pair)
    blended = limner.blend(pair, weights=weights).render(bits=16) / 65535
    assert np.abs(blended - (share * first + (1 - share) * second)).max() < 3e-5


def test_weights_are_part_of_the_recipe(pair, tmp_path):
    path = limner.blend(pair, weights=[1, 3]).save(tmp_path / "both.png")
    assert limner.verify(path).ok
    opened = limner.open(path)
    assert opened.recipe.table()["blend"] == {"kind": "mean", "weights": [1.0, 3.0]}
    np.testing.assert_array_equal(limner.paint(opened.recipe).render(), opened.render())


def test_equal_weights_are_none(pair):
    plain, equal = limner.blend(pair), limner.blend(pair, weights=[0.4, 0.4])
    assert plain == equal
    assert equal.recipe.table()["blend"] == {"kind": "mean"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"weights": [1]}, "needs one for each of the 2 pictures, got 1"),
        ({"weights": [1, 2, 3]}, "needs one for each of the 2 pictures, got 3"),
        ({"weights": [1, -1]}, "must be a number of at least 0, got -1"),
        ({"weights": [1, float("nan")]}, "must be a number of at least 0, got nan"),
        ({"weights": [0, 0]}, "are all 0"),
        ({"weights": "1,2"}, "must be a list"),
        ({"weights": [1, 2], "mode": "max"}, "the mode max has none; omit `weights`, or choose `mode=mean`"),
        ({"weights": [1, 2], "mode": MeanBlend(weights=(1.0, 2.0))}, "has weights too"),
    ],
)
def test_unusable_weights_are_refused(pair, arguments, message):
    with pytest.raises(LimnerError, match=message):
        limner.blend(pair, **arguments)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 2.0, 3.0], "takes 3 layers, got 2"),
        ([1.0], "at least two"),
        ([0.0, 0.0], "all 0"),
        ([-1.0, 2.0], "weights"),
    ],
)
def test_a_recipe_with_unusable_weights_is_refused(pair, weights, message):
    table = limner.blend(pair).recipe.table() | {"blend": {"kind": "mean", "weights": weights}}
    with pytest.raises(LimnerError, match=message):
        limner.paint(table)


def test_the_command_takes_weights(pair, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, art in zip("ab", pair, strict=True):
        art.save(f"{name}.png")
    assert run(["blend", "a.png", "b.png", "--weights", "0.3,0.7", "-o", "both.png"]) == 0
    expected = limner.blend(["a.png", "b.png"], weights=[0.3, 0.7])
    assert limner.open("both.png") == expected
    capsys.readouterr()
    for given, message in (("a,b", "write them as 0.3,0.7"), ("1", "--weights: needs one"), ("", "write them as")):
        assert run(["blend", "a.png", "b.png", "--weights", given, "-o", "no.png"]) == 2
        assert message in capsys.readouterr().err
    assert not (tmp_path / "no.png").exists()
