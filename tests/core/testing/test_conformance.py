"""Every registered stage goes through the kit; none can stay out."""

import pytest

from limner.testing import NO_FLOAT64, NUMPY, READ_ONLY, SECOND_DEVICE, STRICT, BackendCase, parametrize_with_checks
from limner.testing.import_cost import heavy_imports


@parametrize_with_checks(cases=[NUMPY, READ_ONLY, SECOND_DEVICE])
def test_conforms(check):
    check()


@pytest.mark.slow
@parametrize_with_checks(cases=[STRICT, NO_FLOAT64])
def test_conforms_on_the_strict_device_and_without_float64(check):
    check()


@pytest.mark.gpu
@parametrize_with_checks(cases=[BackendCase("cupy")])
def test_conforms_on_a_gpu(check):
    check()


def test_what_plugins_import_is_light():
    loaded = heavy_imports(("limner.recipes.recipe", "limner.models.base"))
    assert loaded == {"limner.plugin": [], "limner.recipes.recipe": [], "limner.models.base": []}
