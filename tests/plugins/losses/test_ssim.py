"""The loss ssim against scikit-image's, and which networks may use it."""

import numpy as np
import pytest
from skimage import data
from skimage.metrics import structural_similarity

from limner.composition.parser import parse
from limner.errors import RecipeError
from limner.registry.registry import registry
from limner.testing import worst_slope


@pytest.fixture(scope="module")
def pair():
    target = data.coffee()[100:130, 300:340].transpose(2, 0, 1)[:, None] / 255
    rng = np.random.default_rng(2)
    y = np.clip(0.8 * target + 0.1 + 0.05 * rng.normal(size=target.shape), 0, 1)
    return y, target


def loss(**settings):
    return registry().load("loss", "ssim")(**settings)


def test_the_map_is_scikit_images_to_the_border(pair):
    y, target = pair
    settings = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1.0, "full": True}
    got = loss().forward(y, target)
    for c in range(3):
        _, wanted = structural_similarity(y[c, 0], target[c, 0], **settings)
        np.testing.assert_allclose(1 - got[c, 0], wanted, atol=1e-10)


def test_one_window_by_the_formula(pair):
    y, target = pair
    offsets = np.arange(-5, 6)
    window = np.exp(-(offsets[:, None] ** 2 + offsets**2) / (2 * 1.5**2))
    window /= window.sum()
    a, b = (x[2, 0, 7:18, 20:31] for x in (y, target))  # around row 12, column 25
    mean_a, mean_b = (window * a).sum(), (window * b).sum()
    var_a, var_b = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
    cov = (window * (a - mean_a) * (b - mean_b)).sum()
    wanted = (2 * mean_a * mean_b + 1e-4) * (2 * cov + 9e-4)
    wanted /= (mean_a**2 + mean_b**2 + 1e-4) * (var_a + var_b + 9e-4)
    assert loss().forward(y, target)[2, 0, 12, 25] == pytest.approx(1 - wanted, abs=1e-12)


@pytest.mark.parametrize("alpha", [1.0, 0.84, 0.0])
def test_the_gradient_is_measured(pair, alpha):
    y, target = (x[:1, :, :14, :9] for x in pair)
    stage, dvalue = loss(alpha=alpha), np.random.default_rng(1).normal(size=y.shape)
    value, pull = stage.vjp(y, target)
    np.testing.assert_array_equal(value, stage.forward(y, target))
    wrong = worst_slope(lambda at: float((dvalue * stage.forward(at, target)).sum()), y, pull(dvalue), range(y.size))
    assert wrong is None


def test_the_mixture_is_both(pair):
    y, target = pair
    pure, absolute = loss().forward(y, target), np.abs(y - target)
    np.testing.assert_allclose(loss(alpha=0.3).forward(y, target), 0.3 * pure + 0.7 * absolute)
    assert not loss(alpha=0.3).forward(target, target).any()
    np.testing.assert_allclose(loss().forward(target, target), 0, atol=1e-12)


def test_a_recipe_of_points_refuses_it_in_one_line():
    with pytest.raises(RecipeError) as refused:
        parse({"loss": {"kind": "ssim"}}, registry())
    assert "encoder 'xy' works on points and loss 'ssim' on images" in str(refused.value)
    assert "\n" not in str(refused.value)
