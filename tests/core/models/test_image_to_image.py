"""Sizes of pictures that a network between pictures cannot output, and the sizes that fit."""

import pytest

from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.models.factory import model_of
from limner.registry.registry import registry


def model(factor, scale):
    table = {
        "seed": 1,
        "encoder": [{"kind": "downscale", "factor": factor}],
        "network": {"kind": "upscaler", "scale": scale, "width": 2, "blocks": 1},
        "loss": {"kind": "mse"},
    }
    return model_of(parse(table, registry()))


@pytest.mark.parametrize("factor", [2, 4, 8])
@pytest.mark.parametrize("size", [(9, 7), (10, 10), (12, 14), (64, 20)])
def test_the_multiples_that_are_suggested_fit(factor, size):
    upscaler = model(factor, factor)
    width, height = (-(-side // factor) * factor for side in size)
    if (width, height) == size:
        return upscaler.check_sizes(size)
    with pytest.raises(LimnerError) as error:
        upscaler.check_sizes(size)
    assert f"sides must be multiples of {factor}, for example `size` {width}x{height}" in str(error.value)
    upscaler.check_sizes((width, height))
    return upscaler.check_sizes((3 * factor, 7 * factor))


@pytest.mark.parametrize("size", [(16, 16), (9, 7)])
def test_stages_that_fit_no_size_are_to_be_changed(size):
    with pytest.raises(LimnerError, match="choose a filter and a network that match"):
        model(4, 2).check_sizes(size)
