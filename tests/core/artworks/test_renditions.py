"""Artworks of files rendered again, from Python."""

import pytest

import limner
from limner.artworks.renditions import open_renditions, save_renditions

SIZE = (24, 16)


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "sub" / "a.png"]
    (tmp_path / "sub").mkdir()
    for seed, path in enumerate(paths):
        limner.paint("marbling", seed=seed, size=SIZE).save(path, size=(30, 20), dpi=300)
    return paths


def test_a_file_keeps_its_size_and_density_unless_another_is_given(files):
    (own,) = open_renditions(files[:1])
    assert (own.size, own.dpi) == ((30, 20), pytest.approx(300))
    (other,) = open_renditions(files[:1], size=(60, 40))
    assert (other.size, other.dpi) == ((60, 40), 0)
    assert own.resampled_from is None


def test_files_are_named_after_their_artworks(files):
    (one,) = open_renditions(files[:1], size=(60, 40))
    assert one.name() == "a-60x40.png"
    assert one.name((1, 2, 3, 4)) == "a-60x40-1.2.3.4.png"


def test_each_is_complete_when_it_is_yielded(files, tmp_path):
    paths = [tmp_path / "x.png", tmp_path / "y.png"]
    for i, (one, path) in enumerate(save_renditions(open_renditions(files), paths, bits=16)):
        assert (one.source, path) == (files[i], paths[i])
        assert [later.exists() for later in paths] == [True, i == 1]
        assert limner.open(path).render_settings.bits == 16
