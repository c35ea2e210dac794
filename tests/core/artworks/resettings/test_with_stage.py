"""A further stage for an artwork: the picture remains as long as the stage does nothing."""

from __future__ import annotations

import numpy as np
import pytest

import limner
from limner.app.artworks import with_stage
from limner.composition.stage_choice import register
from limner.errors import LimnerError
from limner.plugin import Warp, namespace

SIZE = (12, 8)


@pytest.fixture(scope="module")
def art() -> limner.Artwork:
    return limner.paint("marbling", seed=24, size=SIZE)


def painted(network: str) -> limner.Artwork:
    return limner.paint({"network": {"kind": network}, "color": {"kind": "duotone"}}, seed=5, size=SIZE)


@pytest.mark.parametrize("network", ["mlp", "cppn", "siren", "residual"])
def test_an_encoder_at_the_origin_leaves_the_first_frame_unchanged(network):
    before = painted(network)
    after = with_stage(before, "encoder", "time", {"start": "origin"})
    np.testing.assert_array_equal(after.render(), before.render())
    assert not np.array_equal(after.render(time=0.4), before.render())
    extra = after.theta.size - before.theta.size
    assert extra > 0
    assert np.isin(before.theta, after.theta).all()


def test_the_seed_draws_the_new_weights_only(art):
    one, two, three = (with_stage(art, "encoder", "time", seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one.seed == three.seed == art.seed
    changed = one.theta != three.theta
    assert changed.sum() == one.theta.size - art.theta.size == 2 * 16


@pytest.mark.parametrize("preset", ["marbling", "mandala", "molten"])
def test_a_warp_is_a_camera_before_all_others(preset):
    """Another oracle: pixels of a region. Moved by half a picture, the left half shows what was in the right half."""
    before = limner.paint(preset, seed=3, size=(16, 16))
    bounds = before.recipe.frame.stage.bounds((16, 16))
    after = with_stage(before, "warp", "affine", {"shift": ((bounds.x0 - bounds.x1) / 2, 0.0)})
    np.testing.assert_allclose(after.render().astype(int)[:, :8], before.render().astype(int)[:, 8:], atol=1)
    np.testing.assert_array_equal(after.theta, before.theta)


def test_every_layer_of_a_blend_gets_it(art):
    blend = limner.blend([art, painted("siren")])
    after = with_stage(blend, "encoder", "time", {"start": "origin"}, seed=7)
    layers = [with_stage(art, "encoder", "time", {"start": "origin"}, seed=7)]
    layers += [with_stage(painted("siren"), "encoder", "time", {"start": "origin"}, seed=8)]
    assert after == limner.blend(layers)
    np.testing.assert_array_equal(after.render(), blend.render())


class RandomTurn(Warp):
    """A rotation by a random number of quarter turns, unless one is given."""

    quarters: int = -1

    def resolved(self, rng):
        return self if self.quarters >= 0 else RandomTurn(quarters=int(rng.integers(4)))

    def forward(self, params, xy, ctx):
        x, y = xy[0, :], xy[1, :]
        for _ in range(self.quarters):
            x, y = -y, x
        return namespace(xy).stack([x, y])


def test_random_choices_of_the_stage_are_replaced_by_drawn_values(art, tmp_path):
    register(RandomTurn)
    after = with_stage(art, "warp", "local/random-turn")
    assert after.recipe.warps[0].stage.quarters in range(4)
    after.save(tmp_path / "a.limner")
    assert limner.open(tmp_path / "a.limner") == after


def test_rasters_have_no_points_to_move():
    board = limner.paint("button-board", seed=1, size=SIZE)
    with pytest.raises(LimnerError, match="outputs all pixels at once, so that warps such as 'affine' cannot move"):
        with_stage(board, "warp", "affine")
    assert with_stage(board, "encoder", "time").theta.size > board.theta.size


@pytest.mark.parametrize(
    ("role", "kind", "settings", "message"),
    [
        ("warp", "swril", {}, "did you mean 'swirl'?"),
        ("warp", "swirl", {"turn": 1}, "warp.0.turn: unknown setting"),
        ("encoder", "time", {"turns": 0.5}, "encoder.3.turns: must be a whole number"),
    ],
)
def test_bad_stages(art, role, kind, settings, message):
    with pytest.raises(LimnerError) as error:
        with_stage(art, role, kind, settings)
    assert message in str(error.value)
