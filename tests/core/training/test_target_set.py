"""Several images for one network: one size, one number of channels, a code for each."""

import shutil

import numpy as np
import pytest
from PIL import Image

from limner.training.target_set import read_target_set


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def save(name, size, mode="RGB", seed=0):
    channels = {"L": (), "RGB": (3,), "RGBA": (4,)}[mode]
    pixels = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], *channels), np.uint8)
    Image.fromarray(pixels).save(name)
    return pixels


def read(*names, **options):
    return read_target_set(names, has_codes=False, **options)


def test_images_of_one_size_need_no_note():
    for name in ("a.png", "b.png"):
        save(name, (8, 6))
    images = read("a.png", "b.png")
    assert (len(images), images.note, images.first.name) == (2, "", "a.png")
    assert images.planes.shape == (2, 3, 6, 8)


def test_a_note_names_the_images_that_were_resized():
    save("a.png", (8, 6))
    save("b.png", (8, 6))
    for name in ("c.png", "d.png", "e.png"):
        save(name, (12, 6))
    assert read("a.png", "b.png", "c.png").note == "c.png: cropped and resized to 8x6 to match a.png"
    several = read("a.png", "c.png", "b.png", "d.png", "e.png").note
    assert several == "c.png and 2 more: cropped and resized to 8x6 to match a.png"


def test_other_aspects_are_cropped_around_the_centre():
    save("a.png", (8, 6))
    wide = save("wide.png", (14, 6))
    images = read("a.png", "wide.png")
    np.testing.assert_allclose(images.planes[1].transpose(1, 2, 0) * 255, wide[:, 3:11], atol=1e-4)


def test_an_image_read_again_is_cropped_among_others_and_stretched_alone():
    """One picture is compared with an artwork of another aspect as a whole; several are as they were trained on."""
    wide = save("wide.png", (12, 6))
    save("square.png", (6, 6))
    alone = read("wide.png").resized((6, 6), gray=False, background=None)
    both = read("wide.png", "square.png").resized((6, 6), gray=False, background=None)
    assert alone.planes.shape == (1, 3, 6, 6)
    assert both.planes.shape == (2, 3, 6, 6)
    np.testing.assert_allclose(both.planes[0].transpose(1, 2, 0) * 255, wide[:, 3:9], atol=1e-4)
    stretched = alone.planes[0].transpose(1, 2, 0) * 255
    assert np.abs(stretched.mean() - wide.mean()) < 0.05 * wide.mean()
    assert not np.allclose(stretched, wide[:, 3:9], atol=20)


def test_an_opacity_of_some_is_opaque_in_the_others():
    save("a.png", (8, 6))
    clear = save("b.png", (8, 6), "RGBA")
    images = read("a.png", "b.png")
    assert images.planes.shape == (2, 4, 6, 8)
    assert (images.planes[0, 3] == 1).all()
    np.testing.assert_allclose(images.planes[1, 3] * 255, clear[..., 3], atol=1e-4)
    assert read("a.png", "b.png", background="white").planes.shape == (2, 3, 6, 8)


def test_the_digest_depends_on_pixels_order_and_codes():
    save("10.png", (8, 6), seed=1)
    save("01.png", (8, 6), seed=2)
    for old, new in (("10", "100"), ("01", "010"), ("10", "fox"), ("01", "star"), ("10", "oak"), ("01", "elm")):
        shutil.copy(f"{old}.png", f"{new}.png")
    digest = read("10.png", "01.png").digest
    others = [
        read("01.png", "10.png").digest,
        read("100.png", "010.png").digest,
        read("10.png", "01.png", gray=True).digest,
        read("10.png", "01.png", train_size=4).digest,
        read("10.png").digest,
    ]
    assert len({digest, *others}) == 6
    assert read("fox.png", "star.png").digest == read("oak.png", "elm.png").digest  # labels are part of the recipe
    assert read_target_set(["10.png"], has_codes=True).digest != read("10.png").digest
