"""The film of a fit: its stills are states, frames are mosaics of them, and a movie says where its states are."""

import numpy as np
import pytest

import limner
from limner.app.artworks import frame_size, open_movie, render_frames
from limner.app.training import read_states
from limner.cli.main import run
from limner.errors import LimnerError
from limner.figures.captions import draw_caption
from limner.registry.registry import registry
from limner_apps.animations.motions.states import States
from limner_apps.animations.planning.fit_states import with_states
from limner_apps.animations.planning.movie_options import MovieOptions

NUMPY = registry().load("backend", "numpy")(threads=1)
TABLE = {
    "seed": 1,
    "encoder": [{"kind": "xy"}],
    "network": {"kind": "mlp", "width": 4, "depth": 1},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "rprop"},
}
PIXELS = np.random.default_rng(3).integers(0, 255, (6, 8, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """A folder with the states of a fit, ``one``, and of a fit of three pictures, ``three``."""
    folder = tmp_path_factory.mktemp("fits")
    limner.fit(PIXELS, TABLE, steps=8, set={"states.every": 2}, keep_states=folder / "one")
    pictures = [PIXELS, PIXELS[::-1], PIXELS[:, ::-1]]
    table = {**TABLE, "encoder": [{"kind": "xy"}, {"kind": "one-hot"}]}
    limner.fit(pictures, table, steps=4, set={"states.every": 2}, keep_states=folder / "three")
    return folder


@pytest.fixture(autouse=True)
def folder(there, monkeypatch):
    monkeypatch.chdir(there)


def trajectory(name, **settings):
    return States(folder=name, **settings).trajectory([read_states(name).result], 1)


def test_positions_of_states_show_them_and_those_between_interpolate():
    states, at = read_states("one"), trajectory("one")
    for index in range(5):
        still = at(index / 4)
        assert np.array_equal(still.artwork.theta, states.theta(index))
        assert still.caption == f"step {2 * index}   {states[index].psnr:.1f} dB"
    between = at(0.375)
    assert np.allclose(between.artwork.theta, (states.theta(1) + states.theta(2)) / 2, rtol=0, atol=1e-6)
    assert between.caption == at(0.25).caption


def test_without_interpolation_each_state_is_shown_for_the_same_time():
    states, at = read_states("one"), trajectory("one", interpolate=False, caption=False)
    shown = [at(k / 100).artwork.theta for k in range(101)]
    for index in range(5):
        count = sum(np.array_equal(theta, states.theta(index)) for theta in shown)
        assert count == 20 + (index == 4)
    assert at(0.5).caption == ""


def test_several_pictures_are_a_mosaic_next_to_the_original():
    states, at = read_states("three"), trajectory("three", show_original=True)
    still = at(0.5)
    assert frame_size(still, (16, 12)) == (32, 12)
    (frame,) = render_frames(at, [0.5], (16, 12), NUMPY)
    arts = states.pictures(states.artwork(1))
    cells = [art.render((8, 6), backend=NUMPY) for art in arts]
    mosaic = np.zeros((12, 16, 3), np.uint8)
    for cell, top, left in zip(cells, (0, 0, 6), (0, 8, 0), strict=True):
        mosaic[top : top + 6, left : left + 8] = cell
    assert np.array_equal(frame[:, :16], states.original())
    assert np.array_equal(frame[:, 16:], draw_caption(mosaic, still.caption))


def test_the_original_is_enlarged_with_the_pictures():
    at = trajectory("three", show_original=True, caption=False)
    (frame,) = render_frames(at, [1.0], (64, 48), NUMPY)
    assert frame.shape == (48, 128, 3)
    small = frame[:24, :32].reshape(6, 4, 8, 4, 3).mean((1, 3))
    assert np.corrcoef(small.ravel(), PIXELS.ravel())[0, 1] > 0.95  # the first picture, enlarged by the Lanczos filter
    assert (frame[24:, 32:64] == 0).all()  # there is no fourth one


def test_a_movie_keeps_its_end_and_knows_where_its_states_are(tmp_path, monkeypatch):
    path = limner.animate("one", tmp_path / "m.webp", seconds=0.4, fps=10, size=(8, 6))
    movie = open_movie(path)
    assert movie.artwork == read_states("one").result
    assert movie.still(1.0).artwork == movie.artwork
    assert np.array_equal(movie.still(0.25).artwork.theta, read_states("one").theta(1))
    with pytest.raises(LimnerError, match="holds the states of another artwork; set motion"):
        States(folder="three").trajectory([movie.artwork], 1)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LimnerError, match="one: the states of the fit are not there"):
        movie.playback.motion.stage.trajectory([movie.artwork], 1)


def test_the_command_writes_a_movie_a_strip_or_both(tmp_path, capsys):
    movie, strip = str(tmp_path / "m.gif"), str(tmp_path / "s.png")
    size = ["--size", "16x12", "--quiet"]
    assert run(["animate", "one", "--strip", strip, "-s", "strip.count=2", *size]) == 0
    assert capsys.readouterr().out.strip() == strip
    options = ["--seconds", "0.2", "--fps", "10", "--no-caption", "--force"]
    assert run(["animate", "one", "-o", movie, "--strip", strip, *options, *size]) == 0
    assert capsys.readouterr().out.strip() == movie


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"strip": "s.png", "seconds": 3}, "`seconds`: has no effect on a strip; add `path`"),
        ({"strip_options": {"count": 3}, "path": "m.gif"}, "strip: settings need a file; add `strip`"),
        ({"strip": "s.png", "strip_options": {"count": 0}}, "strip.count: must be at least 1"),
        ({"path": "m.gif", "motion": "parameters", "caption": False}, "the motion parameters has no caption"),
        ({"path": "m.gif", "set": {"folder": "\\\\server\\share"}}, "folder: must be a folder of this computer"),
    ],
)
def test_options_without_effect(options, problem):
    with pytest.raises(LimnerError) as caught:
        limner.animate("one", **options)
    assert problem in str(caught.value)


def test_sources_without_states(tmp_path):
    read_states("one").result.save(tmp_path / "art.png")
    with pytest.raises(LimnerError, match="is a folder without states of a fit, and without frames of a movie"):
        limner.animate(tmp_path, tmp_path / "m.gif")
    with pytest.raises(LimnerError, match="contains no states of a fit, which a strip shows"):
        limner.animate(tmp_path / "art.png", strip=tmp_path / "s.png")
    with pytest.raises(LimnerError, match="holds the states of a fit, which make a movie of their own"):
        limner.animate(["one", tmp_path / "art.png"], tmp_path / "m.gif")
    with pytest.raises(LimnerError, match="the motion states needs the states of a fit"):
        limner.animate(tmp_path / "art.png", tmp_path / "m.gif", motion="states")


def test_the_default_size_shows_each_picture_at_its_own(tmp_path):
    movie = open_movie(limner.animate("three", tmp_path / "m.gif", seconds=0.2, fps=10))
    assert movie.size == (16, 12)
    titled = limner.paint({**TABLE, "title": "one"}, size=(8, 6))  # an artwork is no path, whatever its title
    assert with_states(titled, MovieOptions()).motion is None
    assert with_states("one", MovieOptions()).motion == "states"


def test_an_original_that_is_missing_or_another(there, tmp_path):
    for name in ("states.safetensors", "original.png"):
        (tmp_path / name).write_bytes((there / "three" / name).read_bytes())
    strip = tmp_path / "s.png"
    limner.animate(tmp_path, strip=strip, size=(8, 6))
    read_states("one").result.save(tmp_path / "original.png", size=(7, 5), force=True)
    with pytest.raises(LimnerError, match="is not the original of these states, a mosaic of 3 images"):
        limner.animate(tmp_path, strip=strip, force=True)
    (tmp_path / "original.png").unlink()
    with pytest.raises(LimnerError, match="is missing; without it, the states have no original to show"):
        limner.animate(tmp_path, strip=strip, force=True)
