"""Series of seeds, from Python: the same that ``limner paint --count`` and ``--pick`` paint."""

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.series import picked_series, random_series, series_of
from limner.registry.backends import choose_backend
from limner.registry.registry import registry

SIZE = (24, 16)


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.fixture(scope="module")
def backend():
    return choose_backend("numpy", registry())


def test_artworks_are_saved_one_by_one_and_the_sheet_last(tmp_path, backend):
    series = series_of("marbling", seed=5, count=3, size=SIZE)
    paths, sheet = series.paths(tmp_path), tmp_path / "sheet.png"
    assert [path.name for path in paths] == ["marbling-5.png", "marbling-6.png", "marbling-7.png"]
    for i, (art, path) in enumerate(series.save(paths, sheet=sheet, backend=backend)):
        assert (art.seed, path) == (5 + i, paths[i])
        assert path.exists()
        assert not any(later.exists() for later in [*paths[i + 1 :], sheet])
        np.testing.assert_array_equal(pixels(path), limner.paint("marbling", seed=5 + i, size=SIZE).render())
    assert sheet.exists()


def test_seeds_of_a_sheet_are_picked(tmp_path, backend):
    sheet = tmp_path / "sheet.png"
    series = series_of("marbling", seed=5, count=3, size=SIZE)
    assert [path for _, path in series.save([], sheet=sheet, backend=backend)] == [None] * 3
    picked = picked_series(sheet, [7, 5], backend=backend)
    assert [art.seed for art in picked] == [7, 5]
    assert picked.name == "marbling"
    np.testing.assert_array_equal(picked.first.theta, limner.paint("marbling", seed=7, size=SIZE).theta)
    with pytest.raises(limner.LimnerError, match="the sheet has no seed 8, 9; it has 5 to 7"):
        picked_series(sheet, [5, 8, 9])


def test_files_are_named_after_the_recipe(tmp_path):
    art = limner.paint("marbling", seed=5, size=SIZE)
    art.save(tmp_path / "marbling-5.png")
    assert series_of(tmp_path / "marbling-5.png").paths(tmp_path) == [tmp_path / "marbling-5.png"]
    assert series_of(art.recipe, seed=1).paths(tmp_path) == [tmp_path / "Marbling-1.png"]


def test_a_random_recipe_follows_from_the_seed():
    series = random_series(seed=3, count=2, size=SIZE)
    assert (series.name, series.seeds) == ("random", (3, 4))
    assert [art.recipe.size for art in series] == [SIZE] * 2


def test_recipes_that_learn_are_untrained_until_they_did():
    assert series_of("rprop-portrait", seed=1, size=SIZE).untrained
    assert not series_of("marbling", seed=1, size=SIZE).untrained


@pytest.mark.parametrize("count", [0, 10_001])
def test_counts_have_bounds(count):
    with pytest.raises(limner.LimnerError, match="`count`: must be 1 to 10000"):
        series_of("marbling", count=count)


def test_seeds_that_would_run_out_are_refused_early():
    with pytest.raises(limner.LimnerError, match="`seed`: must be 0 to"):
        series_of("marbling", seed=2**63 - 1, count=2, size=SIZE).check()
