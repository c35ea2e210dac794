"""The frames of a movie are rendered in parallel, and equal the stills."""

import threading
import time
from contextlib import closing
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

import limner
from limner.artworks.movies import frames as module
from limner.artworks.movies.frames import render_frames
from limner.artworks.movies.still import Still
from limner.errors import LimnerError, PluginError
from limner.figures.captions import draw_caption
from limner.imaging.background import flatten, parse_background
from limner.registry.registry import registry

POSITIONS = [k / 7 for k in range(7)]
SIZE = (48, 27)
TWO_THREADS, ONE_THREAD = (registry().load("backend", "numpy")(threads=n) for n in (2, 1))
BACKENDS = pytest.mark.parametrize("backend", [TWO_THREADS, ONE_THREAD], ids=["side by side", "one by one"])


@pytest.fixture(scope="module")
def artwork():
    return limner.paint("marbling", seed=3, size=SIZE)


@pytest.fixture(scope="module")
def clear():
    return limner.paint("ink", seed=3, size=SIZE, set={"color.alpha": True})


def turned(artwork):
    """θ turns around the artwork's; the time passes."""

    def still_at(position):
        theta = artwork.theta * np.float32(1 + 0.3 * np.sin(6 * position))
        return Still(replace(artwork, theta=theta), time=position)

    return still_at


@BACKENDS
@pytest.mark.parametrize("samples", [1, 2])
def test_frames_equal_stills_in_order(backend, samples, artwork):
    still_at = turned(artwork)
    got = list(render_frames(still_at, POSITIONS, SIZE, backend, supersample=samples))
    assert len(got) == 7
    for position, frame in zip(POSITIONS, got, strict=True):
        still = still_at(position)
        np.testing.assert_array_equal(frame, still.artwork.render(SIZE, supersample=samples, time=still.time))


def test_artworks_of_one_recipe_share_a_model(artwork, monkeypatch):
    asked = []
    check = module.renderer.check_memory
    monkeypatch.setattr(
        module.renderer, "check_memory", lambda model, *a, **o: asked.append(model) or check(model, *a, **o)
    )
    list(render_frames(turned(artwork), POSITIONS, SIZE, ONE_THREAD))
    assert len(asked) == 1


@BACKENDS
def test_transparency_is_kept_or_lies_over_the_background(backend, clear):
    (pixels,) = render_frames(lambda _: Still(clear), [0.0], SIZE, backend, alpha=True)
    np.testing.assert_array_equal(pixels, clear.render())
    assert pixels[..., 3].min() < 255
    for background in ("white", "#204060"):
        (over,) = render_frames(lambda _: Still(clear), [0.0], SIZE, backend, background=background)
        np.testing.assert_array_equal(over, flatten(clear.render(), parse_background(background)))


def test_an_opaque_artwork_in_a_movie_with_alpha_is_opaque(artwork):
    (pixels,) = render_frames(lambda _: Still(artwork), [0.0], SIZE, TWO_THREADS, alpha=True)
    np.testing.assert_array_equal(pixels[..., :3], artwork.render())
    assert (pixels[..., 3] == 255).all()


def test_a_caption_is_drawn_on_its_frame(artwork):
    stills = {0.0: Still(artwork), 1.0: Still(artwork, caption="step 7")}
    plain, written = render_frames(stills.__getitem__, [0.0, 1.0], (200, 100), TWO_THREADS)
    np.testing.assert_array_equal(plain, artwork.render((200, 100)))
    np.testing.assert_array_equal(written, draw_caption(plain, "step 7"))


@BACKENDS
def test_few_frames_are_rendered_in_advance(backend, artwork):
    begun = []

    def still_at(position):
        begun.append(position)
        return Still(artwork)

    with closing(render_frames(still_at, (k / 100 for k in range(100)), SIZE, backend)) as frames:
        for k, _ in enumerate(islice(frames, 20)):
            time.sleep(0.002)
            assert len(begun) <= k + 1 + 2 * backend.parallelism()


@BACKENDS
def test_an_error_of_a_frame_comes_after_the_frames_before_it(backend, artwork):
    def still_at(position):
        if position == POSITIONS[3]:
            raise LimnerError("no such moment")
        return Still(artwork)

    frames = render_frames(still_at, POSITIONS, SIZE, backend)
    assert len(list(islice(frames, 3))) == 3
    with pytest.raises(LimnerError, match="no such moment"):
        next(frames)


@BACKENDS
def test_a_consumer_that_stops_leaves_no_thread_and_no_work(backend, artwork):
    threads, begun = set(threading.enumerate()), []

    def still_at(position):
        begun.append(position)
        return Still(artwork)

    with closing(render_frames(still_at, POSITIONS * 20, SIZE, backend)) as frames:
        next(frames)
    assert set(threading.enumerate()) <= threads
    assert len(begun) <= 2 + 2 * backend.parallelism()


@BACKENDS
def test_a_frame_that_is_being_rendered_stops_between_two_bands(backend, artwork, monkeypatch):
    rows, most = [], 4000

    def bands(model, theta, canvas, backend, runner):
        for _ in range(most if canvas.time else 1):
            rows.append(canvas.time)
            time.sleep(0.001)
            yield np.zeros((1, SIZE[0], 3), np.uint8)

    monkeypatch.setattr(module.renderer, "bands", bands)
    with closing(render_frames(lambda at: Still(artwork, time=at), [0.0, 0.5, 0.6, 0.7], SIZE, backend)) as frames:
        next(frames)
        while 0.5 not in rows:
            time.sleep(0.001)
    assert len(rows) < most


def test_large_frames_are_rendered_one_by_one(artwork, monkeypatch):
    """Their tiles are rendered in parallel instead, so memory does not grow with the number of threads."""
    monkeypatch.setattr(module, "MAX_PARALLEL_BYTES", 4 * SIZE[0] * SIZE[1] * 4 - 1)
    monkeypatch.setattr(module, "_rendered_side_by_side", lambda *_: pytest.fail("side by side"))
    (frame,) = render_frames(turned(artwork), [0.5], SIZE, TWO_THREADS)
    np.testing.assert_array_equal(frame, turned(artwork)(0.5).artwork.render(SIZE, time=0.5))


def test_a_failure_names_the_package_of_the_stage(artwork):
    foreign = replace(artwork, packages={"limner-foo": "1.2"}, theta=artwork.theta[:-3])
    with pytest.raises(PluginError, match=r"a stage of limner-foo 1\.2 failed while painting"):
        list(render_frames(lambda _: Still(foreign), [0.0], SIZE, TWO_THREADS))
