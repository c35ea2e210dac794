"""The kit accepts sound points of a latent space, and reports others."""

import numpy as np
import pytest

from limner.plugin import ConditioningEncoder
from limner.testing.checks.shared.latent import check_draw_latent
from limner.testing.subject import Subject


class Plain(ConditioningEncoder):
    def num_buttons(self):
        return 1

    def num_features(self):
        return 2

    def init_params(self, rng):
        return {"z": rng.normal(size=2)}

    def forward(self, params, samples, ctx):
        return params["z"][:, None] + 0 * samples.anchor


class Sound(Plain):
    def draw_latent(self, params, rng):
        return {"z": rng.normal(size=2)}


class Misnamed(Plain):
    def draw_latent(self, params, rng):
        return {"code": rng.normal(size=2)}


class Long(Plain):
    def draw_latent(self, params, rng):
        return {"z": rng.normal(size=3)}


class Infinite(Plain):
    def draw_latent(self, params, rng):
        return {"z": np.array([0.0, np.inf])}


class Careless(Plain):
    def draw_latent(self, params, rng):
        return {"z": np.random.default_rng().normal(size=2)}


@pytest.mark.parametrize("cls", [Plain, Sound])
def test_sound_encoders_pass(cls):
    check_draw_latent(Subject("encoder", "code", cls()))


@pytest.mark.parametrize(
    ("cls", "problem"),
    [
        (Misnamed, "'code', which is no parameter"),
        (Long, r"z of shape \(3,\); return finite numbers of shape \(2,\)"),
        (Infinite, "z with infinite or NaN values"),
        (Careless, "two results for one seed"),
    ],
)
def test_others_are_reported(cls, problem):
    with pytest.raises(AssertionError, match=problem):
        check_draw_latent(Subject("encoder", "code", cls()))
