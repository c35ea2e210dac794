"""``limner.fit`` from Python: images of any kind, callbacks, and the result."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import limner
from limner.errors import LimnerError
from limner.imaging.quality import measure_quality

QUICK = {"recipe": "rprop-portrait", "seed": 1, "train_size": 16}


@pytest.fixture
def photo(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    ramp = np.linspace(0, 200, 24)[:, None, None] + rng.integers(0, 55, (24, 32, 3))
    pixels = ramp.astype(np.uint8)
    Image.fromarray(pixels).save("photo.png")
    return pixels


def theta(images, **more):
    return limner.fit(images, steps=5, **{**QUICK, **more}).artwork.theta


def test_an_array_and_an_image_are_learned_as_their_file_is(photo):
    expected = theta("photo.png")
    for image in (Path("photo.png"), photo, Image.fromarray(photo), photo.astype(np.uint16) * 257):
        np.testing.assert_array_equal(theta(image), expected)
    np.testing.assert_allclose(theta(photo / 255.0), expected, rtol=1e-5, atol=1e-6)


def test_gray_and_opaque_arrays(photo):
    gray = photo[..., 0]
    np.testing.assert_array_equal(theta(gray), theta(gray[..., None]))
    opaque = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    np.testing.assert_array_equal(theta(opaque), theta(photo))
    clear = opaque.copy()
    clear[:5, :, 3] = 0
    assert limner.fit(clear, steps=2, **QUICK).render().shape == (24, 32, 4)


def test_several_images_have_buttons(photo):
    result = limner.fit([photo, "photo.png", Image.fromarray(photo[::-1])], "button-board-flat", epochs=2, train_size=8)
    assert result.artwork.press("image-1=1").render().shape == (24, 32, 3)
    assert result.artwork.recipe.title == "image-1 + photo + image-3"


def test_an_artwork_is_an_image(photo):
    art = limner.paint("marbling", seed=1, size=(20, 16))
    np.testing.assert_array_equal(theta(art), theta(art.render()))


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 4, 2)), r"must have the shape \(h, w\)"),
        (np.zeros((0, 4)), "must have the shape"),
        (np.zeros(()), "got a number"),
        (np.zeros((2, 4, 4, 3)), "one image"),
        (np.full((4, 4), 255.0), "from 0 to 1"),
        (np.full((4, 4), np.nan), "finite"),
        (np.zeros((4, 4), np.int64), "uint8, uint16 or floats, got int64"),
        (3, "not int"),
        ([], "no pictures"),
        ([3], "not int"),
    ],
)
def test_what_is_no_image_is_refused(image, message):
    with pytest.raises(LimnerError, match=message):
        limner.fit(image, steps=1, **QUICK)


def test_the_result_reports_what_the_command_reports(photo, capsys):
    from limner.cli.main import run

    result = limner.fit("photo.png", steps=30, **QUICK)
    assert result.save("a.png") == Path("a.png")
    measured = measure_quality(photo, result.render())
    assert (result.psnr, result.ssim) == (measured.psnr, measured.ssim)
    options = ["--recipe", "rprop-portrait", "--seed", "1", "--train-size", "16", "--steps", "30"]
    assert run(["fit", "photo.png", *options, "-o", "b.png"]) == 0
    assert f"{result.psnr:.2f} dB, SSIM {result.ssim:.3f} after 30 steps" in capsys.readouterr().err
    assert limner.open("b.png") == result.artwork
    assert (result.reason, result.steps) == ("steps", 30)
    assert result._repr_png_().startswith(b"\x89PNG")
    assert "measure" not in repr(result)


def test_the_history_is_rows_and_curves(photo):
    history = limner.fit("photo.png", steps=30, **QUICK).history
    assert history[0]["step"] == 0
    assert [row["step"] for row in history] == history["step"].tolist()
    assert history["psnr"].shape == (len(history),)
    assert set(history.columns) >= {"step", "seconds", "loss", "psnr"}
    assert len(history[1:]) == len(history) - 1
    with pytest.raises(KeyError, match="known: step"):
        history["los"]


def test_a_callback_sees_every_evaluation(photo):
    seen = []
    result = limner.fit("photo.png", steps=30, on_step=seen.append, **QUICK)
    assert [one.step for one in seen] == [0, 1, 2, 4, 8, 16, 25, 30]
    assert [one.last for one in seen] == [False] * 7 + [True]
    assert [one.loss for one in seen[:-1]] == [row["loss"] for row in result.history[:-1]]
    assert [one.psnr for one in seen[:-1]] == [row["psnr"] for row in result.history[:-1]]
    assert seen[-1].artwork == result.artwork
    assert seen[-1].progress == 1
    assert result.artwork == limner.fit("photo.png", steps=30, **QUICK).artwork


def test_a_callback_sees_the_picture_so_far(photo):
    pictures = []
    limner.fit("photo.png", steps=20, on_step=lambda now: pictures.append(now.render((16, 12))), **QUICK)
    assert {picture.shape for picture in pictures} == {(12, 16, 3)}
    assert not np.array_equal(pictures[0], pictures[-1])


def test_a_callback_that_returns_true_stops(photo):
    seen = []

    def stop(now):
        seen.append(now.step)
        return now.step >= 8

    result = limner.fit("photo.png", steps=1000, on_step=stop, **QUICK)
    assert (result.reason, result.steps) == ("stopped", 8)
    assert seen == [0, 1, 2, 4, 8, 8]  # the last shows the best
    for true in (True, np.True_):
        at_once = limner.fit("photo.png", steps=1000, on_step=lambda now, answer=true: answer, **QUICK)
        assert (at_once.reason, at_once.steps) == ("stopped", 0)


@pytest.mark.parametrize("answer", [False, np.False_, None, 1, np.ones(2)])
def test_a_callback_that_returns_anything_else_goes_on(photo, answer):
    result = limner.fit("photo.png", steps=2, on_step=lambda now: answer, **QUICK)
    assert (result.reason, result.steps) == ("steps", 2)


def test_an_error_of_a_callback_is_its_own(photo):
    def fail(now):
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        limner.fit("photo.png", steps=10, on_step=fail, **QUICK)
