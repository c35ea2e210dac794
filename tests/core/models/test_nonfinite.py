"""What a third party's stage returns: shapes that are checked, and the stage that numbers stop being finite at."""

import math
from dataclasses import replace

import numpy as np
import pytest

import limner
from limner.composition.stage_spec import StageSpec
from limner.errors import PluginError
from limner.models.factory import model_of
from limner.models.nonfinite import NonfiniteFinder, nonfinite_owner
from limner.models.output_checks import check_output
from limner.registry.registry import registry
from limner.stages.color import ColorMode
from limner.stages.context import Context, Samples
from limner.stages.encoder import Encoder

XY = registry().load("encoder", "xy")


class Undefined(Encoder):
    """A class of no package."""

    def num_features(self):
        return 2

    def forward(self, params, samples, ctx):
        return samples.xy * math.nan


def model_with(*stages):
    """Return the model of a preset with other encoders, and a θ of zeros."""
    recipe = limner.paint("marbling", seed=1, size=(8, 6)).recipe
    specs = tuple(StageSpec("encoder", type(stage).__name__.lower(), stage) for stage in stages)
    model = model_of(replace(recipe, encoders=specs))
    return model, np.zeros(model.layout.size, np.float32)


def samples():
    return Samples(pixels=np.random.default_rng(0).uniform(0, 6, (2, 5)).astype(np.float32))


CTX = Context(size=(8, 6), seed=1)


def test_the_first_stage_whose_output_is_not_finite_is_named():
    model, theta = model_with(XY(), Undefined())
    assert str(nonfinite_owner(model, theta, samples(), CTX)) == "encoder 'local/undefined'"


def test_a_built_in_stage_is_no_plugins():
    wild = {"network.activation": "relu", "network.weight_scale": 1000.0, "network.depth": 100, "network.width": 8}
    art = limner.paint("marbling", seed=1, size=(8, 6), set=wild)
    with np.errstate(all="ignore"):
        assert not np.isfinite(art.model.forward(art.theta, samples(), CTX)).all()
    assert nonfinite_owner(art.model, art.theta, samples(), CTX) is None
    finder = NonfiniteFinder()
    with np.errstate(all="ignore"):
        finder.watch(art.model).forward(art.theta, samples(), CTX)
    assert finder.stage is art.model.network


def test_finite_numbers_have_no_culprit():
    art = limner.paint("marbling", seed=1, size=(8, 6))
    assert nonfinite_owner(art.model, art.theta, samples(), CTX) is None


def test_input_that_is_not_finite_blames_no_stage():
    art = limner.paint("marbling", seed=1, size=(8, 6))
    bad = Samples(pixels=np.full((2, 5), np.nan, np.float32))
    assert nonfinite_owner(art.model, art.theta, bad, CTX) is None


def test_kept_features_are_computed_again():
    model, theta = model_with(XY(), Undefined())
    kept = Samples(pixels=samples().pixels, features=np.full((4, 5), np.nan, np.float32))
    assert str(nonfinite_owner(model, theta, kept, CTX)) == "encoder 'local/undefined'"


def test_features_alone_blame_an_encoder_only_if_there_is_one():
    """Without positions they cannot be computed again."""
    for encoders, blamed in (((Undefined(),), "encoder 'local/undefined'"), ((XY(), Undefined()), "None")):
        model, theta = model_with(*encoders)
        kept = Samples(features=np.full((2 * len(encoders), 5), np.nan, np.float32))
        assert str(nonfinite_owner(model, theta, kept, CTX)) == blamed
        kept = Samples(features=np.zeros((2 * len(encoders), 5), np.float32))
        assert nonfinite_owner(model, theta, kept, CTX) is None


def test_a_watched_stage_passes_for_the_stage():
    stage = NonfiniteFinder().watch_stage(XY())
    assert isinstance(stage, Encoder)
    assert not isinstance(stage, ColorMode)
    assert type(stage) is XY
    assert stage == XY() or stage.model_dump() == XY().model_dump()
    assert stage.num_features() == 2


def test_a_stage_within_another_is_watched_too():
    art = limner.paint("marbling", seed=1, size=(8, 6), swap={"color": "layers"})
    finder = NonfiniteFinder()
    watched = finder.watch(art.model)
    np.testing.assert_array_equal(
        watched.forward(art.theta, samples(), CTX), art.model.forward(art.theta, samples(), CTX)
    )
    spec = next(value for value in vars(watched._model.color).values() if isinstance(value, StageSpec))
    assert "forward" in vars(spec.stage)


def test_an_output_of_the_right_shape_passes():
    check_output(Undefined(), "forward", np.zeros((2, 5)), (2, 5))


@pytest.mark.parametrize(
    ("output", "got"), [(np.zeros((5, 2)), "one of shape (5, 2)"), ([1, 2], "a list"), (None, "a NoneType")]
)
def test_an_output_of_another_shape_names_the_stage(output, got):
    with pytest.raises(PluginError) as caught:
        check_output(Undefined(), "forward", output, (2, 5))
    said = f"encoder 'local/undefined': forward() must return an array of shape (2, 5), got {got}"
    assert str(caught.value) == said
    with pytest.raises(TypeError, match="Xy: forward"):
        check_output(XY(), "forward", output, (2, 5))
