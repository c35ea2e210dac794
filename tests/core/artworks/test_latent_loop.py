"""Loops through the latent space of an artwork: where they lead, and the movies that show them."""

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

import limner
from limner.artworks.interpolation.latent_loop import closed_curve, latent_loop, loop_thetas
from limner.cli.main import run

SHORT = ["-s", "latent-walk.seconds=0.6", "-s", "latent-walk.fps=10", "--seed", "3"]


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def frames_of(path):
    with Image.open(path) as movie:
        count = getattr(movie, "n_frames", 1)
        frames = []
        for i in range(count):
            movie.seek(i)
            frames.append(np.asarray(movie.convert("RGBA")).astype(int))
        return frames


def test_the_curve_goes_through_its_points_smoothly_and_closes():
    points = np.random.default_rng(2).normal(size=(5, 3))
    for k in range(5):
        np.testing.assert_array_equal(closed_curve(points, float(k)), points[k])
    ahead = np.roll(points, -1, axis=0)
    slopes = (ahead - np.roll(points, 1, axis=0)) / 2
    for k, t in ((0, 0.25), (2, 0.5), (4, 0.9)):  # the cubic Hermite polynomial with these slopes
        h = 2 * t**3 - 3 * t**2 + 1, t**3 - 2 * t**2 + t, 3 * t**2 - 2 * t**3, t**3 - t**2
        wanted = h[0] * points[k] + h[1] * slopes[k] + h[2] * ahead[k] + h[3] * np.roll(slopes, -1, axis=0)[k]
        np.testing.assert_allclose(closed_curve(points, k + t), wanted, atol=1e-12)


def test_only_the_latent_vector_moves_and_the_loop_begins_with_the_picture():
    art = limner.paint("ink", seed=5, size=(8, 8))
    place = art.model.layout.slices["encoder.2.z"]
    others = np.delete(np.arange(art.theta.size), np.arange(place.start, place.stop))
    loop = latent_loop({"seconds": 1, "fps": 20, "points": 4, "distance": 1.0})
    thetas = list(loop_thetas(art, loop, seed=1))
    assert len(thetas) == 20
    np.testing.assert_array_equal(thetas[0], art.theta)
    assert all(np.array_equal(theta[others], art.theta[others]) for theta in thetas)
    assert all(np.abs(theta[place]).max() <= art.recipe.encoders[2].stage.spread for theta in thetas[::4])
    steps = [np.abs(b - a).max() for a, b in pairwise([*thetas, thetas[0]])]
    assert 0 < steps[-1] <= max(steps[:-1])  # no repeated last frame, and no jump back
    near = latent_loop({"seconds": 1, "fps": 20, "points": 4, "distance": 0.1})
    for far, close in zip(thetas, loop_thetas(art, near, seed=1), strict=True):
        np.testing.assert_allclose(close - art.theta, 0.1 * (far - art.theta), atol=1e-6)
    assert any(not np.array_equal(a, b) for a, b in zip(loop_thetas(art, loop, seed=2), thetas, strict=True))


def test_given_and_trained_vectors_and_those_of_a_blend_move():
    given = limner.paint("ink", seed=5, size=(8, 8), set={"encoder.latent.values": (0.2, -3.0)})
    several = limner.paint("ink", seed=5, size=(8, 8), set={"encoder.latent.pictures": 3, "encoder.latent.learn": True})
    blend = limner.blend([limner.paint("marbling", seed=1, size=(8, 8)), given])
    loop = latent_loop({"seconds": 0.2, "fps": 10, "points": 1})
    for art, moved in ((given, 2), (several, 6), (blend, 4)):
        first, second = loop_thetas(art, loop, seed=4)
        np.testing.assert_array_equal(first, art.theta)
        assert np.count_nonzero(second != art.theta) == moved


@pytest.mark.parametrize("name", ["w.webp", "w.apng", "w.gif", "w.mp4", "w.webm", "frames/"])
def test_a_movie_of_every_format(name, capsys):
    limner.paint("ink", seed=5, size=(16, 16)).save("ink.png")
    assert run(["render", "ink.png", "--latent-walk", name, *SHORT, *(() if "/" in name else ("--json",))]) == 0
    out, err = capsys.readouterr()
    assert "seed" not in err
    if name == "frames/":
        assert out == "frames/\n"
    else:
        assert '"frames": 6, "seed": 3' in out
    assert run(["info", name]) == 0
    assert "latent walk: seconds 0.6, fps 10, points 4, distance 0.5, seed 3\n" in capsys.readouterr().out


def test_the_first_frame_is_the_picture_as_it_was_rendered(capsys):
    art = limner.paint("cyanotype", seed=5, size=(24, 16), set={"color.alpha": True})
    art.save("part.png", size=(48, 32), region=(8, 4, 20, 12), supersample=2)
    assert run(["render", "part.png", "--latent-walk", "w.apng", *SHORT]) == 0
    frames = frames_of("w.apng")
    assert len(frames) == 6
    picture = frames_of("part.png")[0]
    np.testing.assert_array_equal(frames[0], picture)
    assert picture[..., 3].min() < 250
    assert all(np.abs(a - b).max() > 3 for a, b in pairwise([*frames, frames[0]]))
    art.save("blue.png", options={"background": "navy"})
    assert run(["render", "blue.png", "--latent-walk", "blue.apng", *SHORT]) == 0
    np.testing.assert_array_equal(frames_of("blue.apng")[0], frames_of("blue.png")[0])
    assert run(["render", "part.png", "--latent-walk", "large.apng", "--size", "30x20", *SHORT]) == 0
    assert frames_of("large.apng")[0].shape == (20, 30, 4)
    capsys.readouterr()
    assert run(["render", "part.png", "--latent-walk", "drawn.gif", "-s", "latent-walk.seconds=0.1"]) == 0
    assert capsys.readouterr().err.startswith("seed ")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--latent-walk", "w.xyz"], "unknown video format '.xyz'"),
        (["-s", "latent-walk.seconds=3"], "latent-walk: settings need a file; add --latent-walk FILE"),
        (["--latent-walk", "w.gif", "-s", "latent-walk.second=3"], "latent-walk.second: unknown setting; did you mean"),
        (["--latent-walk", "w.gif", "-s", "latent-walk.seconds=0.01"], "fewer than 2 frames at 25 per second"),
        (["--latent-walk", "w.gif", "-s", "latent-walk.distance=0"], "latent-walk.distance: must be more than 0"),
        (["--latent-walk", "w.gif", "-s", "walk.steps=3"], "walk: settings need a file; add --press-walk FILE"),
        (["--latent-walk", "w.gif", "--seed", "-1"], "--seed: must be 0 to"),
        (["--seed", "1"], "no effect without --samples or --latent-walk"),
        (
            ["--latent-walk", "w.gif", "--bits", "16"],
            "--bits: cannot be used with --press-sheet, --press-walk or --latent-walk alone",
        ),
        (["--latent-walk", "w.gif", "--press-walk", "w.gif"], "has no buttons"),
        (["--latent-walk", "ink.png/", "--force"], "ink.png"),
        (["ink.png", "--latent-walk", "w.gif"], "take one artwork, got 2"),
    ],
)
def test_bad_input_gets_one_line(args, said, tmp_path, capsys):
    limner.paint("ink", seed=1, size=(8, 8)).save("ink.png")
    assert run(["render", "ink.png", *args]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert err.count("\n") == 1
    assert not out
    assert [path.name for path in tmp_path.iterdir()] == ["ink.png"]


@pytest.mark.parametrize(
    ("settings", "swap", "said"),
    [
        ({}, {"encoder": ["xy"]}, "Ink: has no latent vector to walk through; paint a recipe with the encoder latent"),
        ({"encoder.latent.spread": 0}, {}, "Ink: its latent vector has a spread of 0; paint it with a larger spread"),
    ],
)
def test_an_artwork_that_cannot_move_says_why(settings, swap, said, capsys):
    limner.paint("ink", seed=1, size=(8, 8), set=settings, swap=swap).save("ink.png")
    assert run(["render", "ink.png", "--latent-walk", "w.gif"]) == 2
    assert said in capsys.readouterr().err
